import { RE2JS } from "re2js";

/** A longer pattern is a list in disguise: it belongs into several rules. */
export const MOST_PATTERN = 256;
/** Instructions of a compiled pattern. "[a-z0-9-]{1,63}" has 130; "(.*){1000}" has 4,002 and would take a slot's time. */
const MOST_INSTRUCTIONS = 2_000;

export type PatternReading =
  | { readonly ok: true; readonly takes: (text: string) => boolean }
  | { readonly ok: false; readonly code: "bad_pattern" | "too_long"; readonly hint: string };

/**
 * A pattern of a mapping rule: RE2's syntax, matched against the whole text, "." takes line breaks too (a hostile name must
 * not slip out of a rule). Time is linear in the text, whatever a person writes.
 */
export function readPattern(pattern: string): PatternReading {
  if (pattern.length > MOST_PATTERN)
    return {
      ok: false,
      code: "too_long",
      hint: `it has ${pattern.length} characters; write at most ${MOST_PATTERN}, or make two rules of it`,
    };
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
    if (compiled.programSize() > MOST_INSTRUCTIONS)
      return { ok: false, code: "bad_pattern", hint: 'it repeats too much; write ".*" in place of large counts' };
    return { ok: true, takes: plainTest(pattern) ?? ((text) => compiled.testExact(text)) };
  } catch (error) {
    return { ok: false, code: "bad_pattern", hint: hintOf(error, pattern) };
  }
}

/** Most patterns are a name, or the beginning of one: those need no automaton. null = this one does. */
function plainTest(pattern: string): ((text: string) => boolean) | null {
  const [, name, rest] = /^((?:[\w /:,;@=~!"'#%&<>-]|\\[.-])*)(\.\*)?$/.exec(pattern) ?? [];
  if (name === undefined) return null;
  const plain = name.replaceAll("\\", "");
  return rest === undefined ? (text) => text === plain : (text) => text.startsWith(plain);
}

function hintOf(error: unknown, pattern: string): string {
  const said = error instanceof Error ? error.message.replace("error parsing regexp: ", "").replace("(?s)", "") : "";
  if (/^(?:\*|\+|\?)/.test(pattern)) return `${said}; a shell's "*" is ".*" here`;
  if (pattern.includes("(?=") || pattern.includes("(?!") || pattern.includes("(?<"))
    return `${said}; looking ahead or behind is not there: put a rule for the exception before this one`;
  return `${said}; write it as RE2 reads it, like "chat-[a-z0-9-]+"`;
}
