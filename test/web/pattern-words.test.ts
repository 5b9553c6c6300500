import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { readPattern } from "../../server/domain/mapping/pattern.ts";
import { reasonOf } from "../../web/lib/pattern-words.ts";

const ENGINE: readonly (readonly [pattern: string, why: string, out: string | null])[] = [
  ["chat-(0", "paren", null],
  ["chat-[0", "bracket", null],
  ["chat)", "extraParen", null],
  ["*", "repeatsNothing", "shell"],
  ["+chat", "repeatsNothing", "shell"],
  ["a**", "repeatsTwice", null],
  ["a{1001}", "count", null],
  ["[z-a]", "range", null],
  ["\\y", "escape", null],
  ["chat\\", "backslash", null],
  ["chat(?=x)", "perl", "ahead"],
  ["(?!x)chat", "perl", "ahead"],
  ["(?P<n", "name", null],
  ["(?P<n>a)(?P<n>b)", "name", null],
  ["(".repeat(1_100) + ")".repeat(1_100), "deep", null],
];

describe("why a pattern cannot be read", () => {
  test.each(ENGINE)("%s: %s, with the way out %s, by the browser and by the server", (pattern, why, out) => {
    let said = "";
    try {
      RE2JS.compile(pattern, RE2JS.DOTALL);
    } catch (error) {
      said = error instanceof Error ? error.message.replace("error parsing regexp: ", "").replace("(?s)", "") : "";
    }
    expect(reasonOf(said, pattern)).toEqual({ why, out });
    const server = readPattern(pattern);
    if (!server.ok && server.code === "bad_pattern") expect(reasonOf(server.hint, pattern)).toEqual({ why, out });
  });

  test("repeating too much is the server's to say", () => {
    const server = readPattern("a{999}".repeat(30));
    expect(server.ok ? null : reasonOf(server.hint, "a{1,99}")?.why).toBe("large");
  });

  test("what is not known is left as it is said", () => {
    expect(reasonOf("something new", "a")).toBeNull();
  });
});
