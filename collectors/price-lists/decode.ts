import type { FileFault } from "../../db/model/imports.ts";

export const TEXT_ENCODINGS = ["UTF-8", "UTF-16LE", "UTF-16BE", "GBK"] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly encoding: TextEncoding }
  | { readonly ok: false; readonly fault: FileFault };

/** How much of a file shows which way round its UTF-16 is. */
const LOOK = 1_024;
/** First bytes of what people drop by mistake: ZIP (.xlsx), OLE (.xls), PDF, gzip. */
const BINARY: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x25, 0x50, 0x44, 0x46],
  [0x1f, 0x8b],
];

/**
 * The text of a file: UTF-8 with or without a mark, UTF-16 either way round, else GBK (as GB 18030, its superset), which
 * is what Excel in China writes. Bytes that are none of these are refused: a guess would make up a price.
 */
export function decodeTable(bytes: Uint8Array): Decoded {
  if (BINARY.some((head) => head.every((byte, i) => bytes[i] === byte))) return refuse("binary", bytes, 0);
  const wide = wideOf(bytes);
  for (const encoding of wide === null ? (["UTF-8", "GBK"] as const) : [wide]) {
    const text = decode(bytes, encoding);
    if (text !== null && !text.includes("\0")) return { ok: true, text, encoding };
  }
  if (wide !== null || bytes.includes(0)) return refuse("binary", bytes, bytes.indexOf(0));
  return refuse("encoding", bytes, firstWrong(bytes));
}

/** UTF-16 by its mark, or by the zero bytes that plain Latin digits and commas have in it. */
function wideOf(bytes: Uint8Array): "UTF-16LE" | "UTF-16BE" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16LE";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16BE";
  let even = 0;
  let odd = 0;
  const head = bytes.subarray(0, LOOK);
  for (const [i, byte] of head.entries()) {
    if (byte !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  if (odd > head.length / 4 && even === 0) return "UTF-16LE";
  return even > head.length / 4 && odd === 0 ? "UTF-16BE" : null;
}

const LABELS = { "UTF-8": "utf-8", "UTF-16LE": "utf-16le", "UTF-16BE": "utf-16be", GBK: "gb18030" } as const;

function decode(bytes: Uint8Array, encoding: TextEncoding): string | null {
  try {
    return new TextDecoder(LABELS[encoding], { fatal: true }).decode(bytes); // takes the mark off
  } catch {
    return null;
  }
}

/** The first byte that neither UTF-8 nor GBK can begin a character with where it stands. */
function firstWrong(bytes: Uint8Array): number {
  return Math.max(goodPrefix(bytes, "utf-8"), goodPrefix(bytes, "gb18030"));
}

/** How many bytes from the start decode. By halving: decoding is quick, telling where it failed is not in its answer. */
function goodPrefix(bytes: Uint8Array, label: string): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), label)) good = middle;
    else bad = middle;
  }
  return good;
}

function decodes(bytes: Uint8Array, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true }); // the cut may be inside a character
    return true;
  } catch {
    return false;
  }
}

function refuse(key: "encoding" | "binary", bytes: Uint8Array, at: number): Decoded {
  let row = 1;
  for (let i = 0; i < at; i++) if (bytes[i] === 0x0a) row++;
  const read = bytes[at] === undefined ? "" : `0x${bytes[at].toString(16).padStart(2, "0")}`;
  return { ok: false, fault: { key, row, at, read, expected: TEXT_ENCODINGS.join(", ") } };
}
