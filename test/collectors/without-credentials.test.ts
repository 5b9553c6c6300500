import { expect, test } from "vitest";
import { CollectError } from "../../collectors/collector.ts";
import { withoutCredentials } from "../../collectors/without-credentials.ts";

const TOKEN = "t0ken-of-the-source-1234";
const BASIC = `Basic ${Buffer.from(`dapan:${TOKEN}`).toString("base64")}`;
const said = (text: string, header: string): string =>
  (withoutCredentials(new CollectError("http_status", text, { status: 401 }), header) as CollectError).message;

test.each([
  [`Bearer ${TOKEN}`, `401: no ${TOKEN} here`, "401: no (hidden) here"],
  [`Bearer ${TOKEN}`, `401: you said Bearer ${TOKEN}`, "401: you said Bearer (hidden)"],
  [`Bearer ${TOKEN}`, `401: you said Bearer ${TOKEN.slice(0, 9)}…`, "401: you said Bearer (hidden)…"],
  [BASIC, `401: you said ${BASIC}`, "401: you said Basic (hidden)"],
  [BASIC, `401: no user with ${TOKEN}`, "401: no user with (hidden)"],
  ["", `401: ${TOKEN}`, `401: ${TOKEN}`],
  ["Bearer abc", "401: abc is no word", "401: abc is no word"],
])("what was sent as %s is not in the fault", (header, text, clean) => expect(said(text, header)).toBe(clean));

test("a fault keeps its kind and status, and loses a cause that says it", () => {
  const cause = new SyntaxError(`"${TOKEN}" is not valid JSON`);
  const fault = new CollectError("malformed", "the answer is not JSON", { cause, status: 400 });
  const clean = withoutCredentials(fault, `Bearer ${TOKEN}`) as CollectError;
  expect(clean).toMatchObject({ fault: "malformed", message: "the answer is not JSON", status: 400 });
  expect(clean.cause).toBeUndefined();
  expect(withoutCredentials(fault, "Bearer another-one")).toBe(fault);
});
