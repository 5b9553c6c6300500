/** Text of others made harmless for a message: one line, no control characters, cut on a border of code points. */

/** C0, C1, format characters (bidi overrides and isolates, zero widths, tags), line and paragraph separators, halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One line of visible text. Halves of surrogate pairs become U+FFFD: the body is valid UTF-8 whatever comes. */
export const oneLine = (text: string): string =>
  text
    .replaceAll(/\p{Cs}/gu, "\ufffd")
    .replaceAll(/\r\n?|\n/g, " ")
    .replaceAll(UNSEEN, "")
    .trim();

const encoder = new TextEncoder();
export const bytesOf = (text: string): number => encoder.encode(text).length;

/** The longest beginning of `text` that, with an ellipsis, takes at most `most` bytes of UTF-8; the text itself if it fits. */
export function cutBytes(text: string, most: number): string {
  if (text.length * 3 <= most || bytesOf(text) <= most) return text;
  let used = bytesOf("…");
  let end = 0;
  for (const point of text) {
    used += bytesOf(point);
    if (used > most) break;
    end += point.length;
  }
  return `${text.slice(0, end)}…`;
}

/** The longest beginning of `text` of at most `most` UTF-16 units, not cutting a pair; with an ellipsis when cut. */
export function cutUnits(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const last = text.charCodeAt(end - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)}…`;
}

/** A scheme or "www." makes clients draw a link out of bare text: the colon and the dot become their wide forms. */
export const withoutLinks = (text: string): string =>
  text.replaceAll("://", "：//").replaceAll(/\bwww\./gi, (www) => `${www.slice(0, 3)}．`);

/** What means something in the Markdown of chat robots, and its wide form: their renderers know no reliable escape. */
const WIDE: ReadonlyMap<string, string> = new Map([
  ["<", "＜"],
  [">", "＞"],
  ["[", "［"],
  ["]", "］"],
  ["(", "（"],
  [")", "）"],
  ["!", "！"],
  ["@", "＠"],
  ["*", "＊"],
  ["~", "～"],
  ["`", "｀"],
  ["|", "｜"],
  ["\\", "＼"],
  ["&", "＆"],
]);

/** Data inside the Markdown of a chat robot: nothing in it is markup, a mention, a link or an image. */
export const inMarkdown = (text: string): string =>
  withoutLinks(text)
    .replaceAll(/[<>[\]()!@*~`|\\&]/g, (c) => WIDE.get(c) ?? c)
    .replace(/^[#\-+=]+/, (marks) => `·${marks}`); // a heading, a list or a rule only at the beginning of a line

/** Data inside HTML text or a quoted attribute. */
export const inHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
