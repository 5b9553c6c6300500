import { CollectError } from "../collector.ts";

/** One label matcher of a series selector. */
export type Matcher = { readonly name: string; readonly op: "=" | "!=" | "=~" | "!~"; readonly value: string };

/**
 * A label value as a PromQL string. Whatever the value holds, it stays one string: quotes, backslashes and control
 * characters are escaped in Go's way (prometheus/promql: strutil.Unquote); all else is written as it is.
 */
export function quoteLabelValue(value: string): string {
  let out = '"';
  for (const c of value) {
    const code = c.codePointAt(0)!;
    if (c === '"' || c === "\\") out += `\\${c}`;
    else if (c === "\n") out += "\\n";
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += c;
  }
  return `${out}"`;
}

/** Text that matches only itself in an RE2 expression (regexp.QuoteMeta). */
export function quoteRegex(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** A matcher for any of these values. */
export function oneOf(name: string, values: readonly string[]): Matcher {
  if (values.length === 1) return { name, op: "=", value: values[0]! };
  return { name, op: "=~", value: values.map(quoteRegex).join("|") };
}

/** Matchers as a selector. A range in whole milliseconds makes it a raw range selector. */
export function printSelector(matchers: readonly Matcher[], rangeMs = 0): string {
  const inner = matchers.map((m) => `${m.name}${m.op}${quoteLabelValue(m.value)}`).join(",");
  return rangeMs > 0 ? `{${inner}}[${rangeMs}ms]` : `{${inner}}`;
}

/**
 * Reads a selector from the configuration: `dcgm_up{job="dcgm",env!="dev"}`. Matchers are kept as values from here on, so
 * nothing can be smuggled into a query by text.
 *
 * @throws CollectError bad_config with the place and an example
 */
export function parseSelector(text: string): readonly Matcher[] {
  const scan = new Scan(text);
  const matchers: Matcher[] = [];
  const metric = scan.name(METRIC_NAME);
  if (metric !== "") matchers.push({ name: "__name__", op: "=", value: metric });
  if (scan.take("{")) {
    while (!scan.take("}")) {
      const name = scan.name(LABEL_NAME);
      if (name === "") throw scan.fault("a label name");
      const op = (["=~", "!~", "!=", "="] as const).find((o) => scan.take(o));
      if (op === undefined) throw scan.fault("one of = != =~ !~");
      matchers.push({ name, op, value: scan.string() });
      if (!scan.take(",") && !scan.peek("}")) throw scan.fault("a comma or }");
    }
  }
  scan.end();
  if (matchers.length === 0) throw scan.fault("a metric name or at least one matcher");
  return matchers;
}

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;

class Scan {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  peek(word: string): boolean {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
    return this.text.startsWith(word, this.at);
  }

  take(word: string): boolean {
    if (!this.peek(word)) return false;
    this.at += word.length;
    return true;
  }

  name(grammar: RegExp): string {
    this.peek("");
    grammar.lastIndex = this.at;
    const name = grammar.exec(this.text)?.[0] ?? "";
    this.at += name.length;
    return name;
  }

  string(): string {
    this.peek("");
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'" && quote !== "`") throw this.fault("a quoted value");
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== quote) end += quote !== "`" && this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length) throw this.fault("the closing quote");
    const inner = this.text.slice(this.at + 1, end);
    const value = quote === "`" ? inner : unescape(inner);
    if (value === null) throw this.fault("a value with valid escapes");
    this.at = end + 1;
    return value;
  }

  end(): void {
    if (this.peek("") && this.at < this.text.length) throw this.fault("nothing more");
  }

  fault(expected: string): CollectError {
    return new CollectError(
      "bad_config",
      `series selector ${JSON.stringify(this.text)}: expected ${expected} at character ${this.at + 1}; example: {job="dcgm-exporter",env="prod"}`,
    );
  }
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
  ["'", "'"],
]);
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S])|$)/g;

/** The text behind Go's escapes; null when one is not legal. */
function unescape(text: string): string | null {
  let legal = true;
  const out = text.replaceAll(ESCAPE, (_, x?: string, u?: string, bigU?: string, octal?: string, simple?: string) => {
    const digits = x ?? u ?? bigU;
    const code =
      digits !== undefined ? Number.parseInt(digits, 16) : octal === undefined ? -1 : Number.parseInt(octal, 8);
    const said = code >= 0 ? (code <= 0x10ffff ? String.fromCodePoint(code) : undefined) : SIMPLE.get(simple ?? "");
    if (said === undefined) legal = false;
    return said ?? "";
  });
  return legal ? out : null;
}
