import fc from "fast-check";
import { expect, test } from "vitest";
import { nextPath } from "../../../db/model/next-path.ts";

const PAYLOADS = [
  "", "fleet", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
  "\\/evil.example", "/\\/evil.example", "https://evil.example", "http:evil.example", "https:/evil.example",
  "HTTPS://evil.example", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x",
  "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example",
  "/\0/evil.example", "\0//evil.example", "/\u00a0/evil.example", "/\u2028/evil.example", "/\u200b/evil.example",
  "/.//evil.example", "/..//evil.example", "/./\\evil.example", "/a/..//evil.example", "/%2e//evil.example", "./fleet",
  "../fleet", "?next=//evil.example", "#//evil.example", "evil.example/", "@evil.example", "//user@evil.example",
  "//[::1]/", "//127.0.0.1", "/fleet\\..\\x", "mailto:x@evil.example", "blob:https://evil.example/1", "/\ud800",
]; // prettier-ignore

test.each(PAYLOADS)("%j leads to the beginning of this console (AUT-11)", (payload) => {
  expect(nextPath(payload)).toBe("/");
});

test.each(["/", "/fleet", "/cost?from=1&to=2", "/features/a%20b#c", "/大盘", "/a//b"])(
  "%s is one of our pages",
  (path) => {
    expect(nextPath(path)).toBe(path);
  },
);

test("whatever it is, the page stays on this console (AUT-11)", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `/${text}`),
        fc.webUrl(),
        fc.anything(),
      ),
      (next) => {
        expect(new URL(nextPath(next), "https://dapan.example").origin).toBe("https://dapan.example");
      },
    ),
  );
});
