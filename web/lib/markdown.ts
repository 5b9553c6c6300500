/**
 * The little of Markdown our runbooks use: headings, paragraphs, lists, code, tables, bold, code words and links. Read into
 * plain data that a page draws as text; nothing in it can become markup. What is not understood stays as it was written.
 */
export type Inline =
  | { readonly kind: "text" | "bold" | "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly text: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const MOST_CHARS = 100_000;
const MOST_LINES = 4_000;
const MOST_LINE = 2_000; // a pattern that looks at a line twice stays quick

const HEADING = /^(#{1,6}) +(.*)$/;
const BULLET = /^ {0,3}[-*] +(.*)$/;
const NUMBERED = /^ {0,3}\d{1,3}[.)] +(.*)$/;
const FENCE = /^ {0,3}```/;
const ROW = /^ {0,3}\|(.*)$/;
const RULE_ROW = /^ {0,3}\|[ :|-]*-[ :|-]*$/;

/** Total: any text has blocks. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown
    .slice(0, MOST_CHARS)
    .split(/\r?\n/, MOST_LINES)
    .map((line) => line.slice(0, MOST_LINE));
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length;) {
    const { block, next } = blockAt(lines, i);
    if (block !== null) blocks.push(block);
    i = next;
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number): { block: Block | null; next: number } {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { block: null, next: at + 1 };
  if (FENCE.test(line)) return fenced(lines, at + 1);
  const heading = HEADING.exec(line);
  if (heading !== null)
    return {
      block: { kind: "heading", level: heading[1]?.length ?? 1, text: inlinesOf(heading[2] ?? "") },
      next: at + 1,
    };
  if (ROW.test(line) && RULE_ROW.test(lines[at + 1] ?? "")) return table(lines, at);
  for (const [item, ordered] of [
    [BULLET, false],
    [NUMBERED, true],
  ] as const)
    if (item.test(line)) return list(lines, at, item, ordered);
  return paragraph(lines, at);
}

function fenced(lines: readonly string[], from: number): { block: Block; next: number } {
  let end = from;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end++;
  return { block: { kind: "code", text: lines.slice(from, end).join("\n") }, next: end + 1 };
}

function table(lines: readonly string[], at: number): { block: Block; next: number } {
  let end = at + 2;
  while (end < lines.length && ROW.test(lines[end] ?? "")) end++;
  const head = cellsOf(lines[at] ?? "");
  const rows = lines.slice(at + 2, end).map((line) => cellsOf(line).slice(0, head.length));
  return { block: { kind: "table", head, rows }, next: end };
}

const cellsOf = (line: string): Inline[][] =>
  (ROW.exec(line)?.[1] ?? "")
    .replace(/\|\s*$/, "")
    .split("|")
    .map((cell) => inlinesOf(cell.trim()));

/** Lines that are indented under an item belong to it. */
function list(lines: readonly string[], at: number, item: RegExp, ordered: boolean): { block: Block; next: number } {
  const items: string[] = [];
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const text = item.exec(line)?.[1];
    if (text !== undefined) items.push(text);
    else if (/^ {2,}\S/.test(line) && !FENCE.test(line)) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    else break;
  }
  return { block: { kind: "list", ordered, items: items.map(inlinesOf) }, next: end };
}

function paragraph(lines: readonly string[], at: number): { block: Block; next: number } {
  let end = at + 1;
  while (end < lines.length && !startsAnew(lines, end)) end++;
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join(" ");
  return { block: { kind: "paragraph", text: inlinesOf(text) }, next: end };
}

const startsAnew = (lines: readonly string[], at: number): boolean => {
  const line = lines[at] ?? "";
  return line.trim() === "" || [FENCE, HEADING, BULLET, NUMBERED, ROW].some((start) => start.test(line));
};

const MARKED = /`([^`]{1,500})`|\*\*([^*]{1,500})\*\*|\[([^\][]{1,200})\]\(([^()\s]{1,500})\)/g;

/** Only https addresses become links: whatever else is in the brackets stays text. */
function inlinesOf(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, code, bold, name, href] = match;
    const inline = inlineOf(code, bold, name, href) ?? { kind: "text", text: whole };
    if (match.index > from) found.push({ kind: "text", text: text.slice(from, match.index) });
    found.push(inline);
    from = match.index + whole.length;
  }
  if (from < text.length) found.push({ kind: "text", text: text.slice(from) });
  return found;
}

function inlineOf(code?: string, bold?: string, name?: string, href?: string): Inline | null {
  if (code !== undefined) return { kind: "code", text: code };
  if (bold !== undefined) return { kind: "bold", text: bold };
  if (name === undefined || href === undefined || !/^https:\/\//i.test(href)) return null;
  return { kind: "link", text: name, href };
}
