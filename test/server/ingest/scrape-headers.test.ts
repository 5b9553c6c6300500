import { expect, test } from "vitest";
import { credentialHeaders } from "../../../server/ingest/scrape-headers.ts";
import { manualClock } from "../../tools/manual-clock.ts";

test("no credentials are no headers", () => {
  expect(credentialHeaders({ kind: "none" }, { clock: manualClock() })()).toEqual({});
});

test("a rotated token is used within ten seconds; until then the headers are the same object", async () => {
  const clock = manualClock();
  let secret = "one\n";
  let reads = 0;
  const token = { kind: "file", path: "/run/token" } as const;
  const readSecretFile = (): string => (reads++, secret);
  const headers = credentialHeaders({ kind: "bearer", token }, { clock, readSecretFile });
  const first = headers();
  expect(first).toEqual({ authorization: "Bearer one" });
  secret = "two\r\n";
  expect(headers()).toBe(first);
  expect(reads).toBe(1);
  await clock.advance(10_000);
  expect(headers()).toEqual({ authorization: "Bearer two" });
  await clock.advance(10_000);
  expect(headers()).toBe(headers());
  expect(reads).toBe(3);
});

test("basic credentials are UTF-8 in base64", () => {
  const password = { kind: "env", name: "PW" } as const;
  const headers = credentialHeaders(
    { kind: "basic", username: "运维", password },
    { clock: manualClock(), environment: () => "pä:ss" },
  );
  const sent = headers()["authorization"] ?? "";
  expect(Buffer.from(sent.replace("Basic ", ""), "base64").toString()).toBe("运维:pä:ss");
});

test("a missing secret is bad_config and names where it should stand", () => {
  const effects = { clock: manualClock(), environment: () => undefined };
  const fromEnv = credentialHeaders({ kind: "bearer", token: { kind: "env", name: "TOKEN" } }, effects);
  expect(fromEnv).toThrow("environment variable TOKEN is not set");
  const fromFile = credentialHeaders({ kind: "bearer", token: { kind: "file", path: "/nowhere/token" } }, effects);
  expect(fromFile).toThrow("file /nowhere/token: ENOENT");
});
