import { Lexer, Parser } from "yaml";

/** Deeper than any file people write; the composer of the package `yaml` runs out of stack at about 700. */
export const MOST_DEPTH = 64;

/**
 * Whether a YAML text nests deeper than people do. Ask before it is parsed: thousands of brackets can end the process
 * (V8 gives up when a stack that is nearly full compiles a regular expression), and no try catches that.
 */
export function nestsTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) void token;
    if (parser.stack.length > MOST_DEPTH) return true;
  }
  return false;
}
