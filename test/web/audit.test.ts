import { describe, expect, test } from "vitest";
import { actKey } from "../../web/lib/act-words.ts";
import { changedFields } from "../../web/lib/audit-changes.ts";
import { decodeAudit, encodeAudit, NO_AUDIT_FILTER } from "../../web/lib/audit-url.ts";
import { inputLines, isInstant } from "../../web/lib/input-lines.ts";

describe("a changed row", () => {
  const hash = `sha256:${"0f".repeat(32)}`;
  const row = (before: object | null, after: object | null) =>
    changedFields({ table: "t", key: "1", before, after } as Parameters<typeof changedFields>[0]);

  test("shows what differs, and of what came or went all it holds", () => {
    expect(row({ a: 1, b: "x" }, { a: 2, b: "x" })).toEqual([{ name: "a", before: "1", after: "2", hashed: null }]);
    expect(row(null, { a: { deep: [1] }, none: null }).map(({ after }) => after)).toEqual(['{"deep":[1]}']);
    expect(row({ a: "" }, null)).toEqual([{ name: "a", before: "", after: null, hashed: null }]);
  });
  test("says of a hash whether it stands for a secret or for something long", () => {
    expect(row({ sealed: hash }, { sealed: hash.replace("0f", "1f") })[0]?.hashed).toBe("secret");
    expect(row({ yaml: "short" }, { yaml: `${hash} of 9000 characters` })[0]?.hashed).toBe("long");
    expect(row({ a: "sha256: a word" }, { a: "b" })[0]?.hashed).toBeNull();
  });
  test("a field called like one of every object is a field", () => {
    expect(row({ ["__proto__"]: 1 }, {}).map(({ name }) => name)).toEqual(["__proto__"]);
  });
});

test("the filter goes into the address and back; what is no filter falls away", () => {
  const filter = { q: "price", outcomes: ["denied", "asked"] as const, from: 1_790_000_000_000, to: null };
  expect(decodeAudit(encodeAudit(filter))).toEqual(filter);
  expect(encodeAudit(filter).toString()).toBe("q=price&outcome=denied&outcome=asked&from=1790000000000");
  expect(decodeAudit(new URLSearchParams("outcome=none&from=soon&to=9e99&x=1"))).toEqual(NO_AUDIT_FILTER);
});

test("an input reads one value a line; what says nothing is left out", () => {
  const input = { prices: [{ from: 1_795_000_000_000, price: null, isList: false }], tags: ["a", "b"], note: "" };
  const lines = inputLines(input);
  expect(lines.map(({ path, value }) => `${path}=${value}`)).toEqual([
    "prices[0].from=1795000000000",
    "prices[0].isList=false",
    "tags=a, b",
  ]);
  expect(lines.map(isInstant)).toEqual([true, false, false]);
});

test("an act that is no procedure has words of its own", () => {
  expect([actKey("pricing.set"), actKey("dapan apply")]).toEqual(["pricing.set", "outside.apply"]);
});
