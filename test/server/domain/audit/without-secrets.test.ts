import { expect, test } from "vitest";
import { mayBeCut, WHOLE, withoutSecrets } from "../../../../server/domain/audit/without-secrets.ts";

test("what may be a secret is hidden, the name of a feature is not: who agrees has to see it", () => {
  const input = {
    feature: { key: "avatar-video", name: "Avatar" },
    channel: { name: "ops", secrets: { url: "https://a.example/hook?k=1", secret: "s" }, settings: { to: ["a@b.c"] } },
    list: [{ apiKey: "k", url: "https://x.example", token: null }],
  };
  expect(withoutSecrets(input)).toEqual({
    feature: { key: "avatar-video", name: "Avatar" },
    channel: { name: "ops", secrets: "•••", settings: { to: ["a@b.c"] } },
    list: [{ apiKey: "•••", url: "•••", token: null }],
  });
});

test("what is long is cut, and says so", () => {
  const shown = withoutSecrets({ yaml: "x".repeat(5_000), rows: Array.from({ length: 500 }, (_, i) => i) });
  const { yaml, rows } = shown as { yaml: string; rows: number[] };
  expect([yaml.length, yaml.at(-1), rows.length]).toEqual([2_001, "…", 200]);
  expect(mayBeCut(shown)).toBe(true);
});

test("on demand all of it stands there, but the secrets", () => {
  const input = { yaml: "x".repeat(5_000), rows: Array.from({ length: 500 }, (_, i) => i), channel: { secret: "s" } };
  expect(withoutSecrets(input, WHOLE)).toEqual({ ...input, channel: { secret: "•••" } });
  expect(mayBeCut(withoutSecrets({ yaml: "x".repeat(2_000), rows: [1, { a: ["b"] }, null] }))).toBe(false);
});
