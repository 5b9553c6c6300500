import type { CardFrame, CardSighting, Report } from "../../db/model/frame.ts";

/** Frames hashed between two chances for other work: about 5 ms. */
const FRAMES_A_TURN = 2_000;

/**
 * What a slot's reports come to, in 64 bits as text: equal for equal reports. Tells whether a later reading of the same
 * slot found anything new. Guards against waste, not against malice: a collision only misses a revision.
 * Yields now and then so that the caller can let others run.
 */
export function* reportsHash(reports: readonly Report[]): Generator<void, string> {
  const hash = new Hash();
  for (const [i, report] of reports.entries()) {
    hash.text(report.origin);
    hash.number(report.at);
    if (report.kind === "frame") addFrame(hash, report);
    else hash.text(report.cause);
    if (i % FRAMES_A_TURN === FRAMES_A_TURN - 1) yield;
  }
  return hash.toString();
}

function addFrame(hash: Hash, { cards, place, reachMs, values, xidCounts }: CardFrame): void {
  hash.text(cardsText(cards));
  hash.text(`${place.vendor}\0${place.region}\0${place.zone}\0${place.cluster}\0${place.billing}`);
  hash.number(reachMs);
  hash.words(new Int32Array(values.buffer, values.byteOffset, values.length * 2));
  for (const { row, code, count, windowMs } of xidCounts) hash.text(`${row} ${code} ${count} ${windowMs}`);
}

const texts = new WeakMap<readonly CardSighting[], string>();
function cardsText(cards: readonly CardSighting[]): string {
  let text = texts.get(cards);
  if (text === undefined) {
    const hash = new Hash();
    hash.text(JSON.stringify(cards));
    texts.set(cards, (text = hash.toString()));
  }
  return text;
}

/** Two FNV-like lanes over 32-bit words. */
class Hash {
  private a = 0x811c9dc5;
  private b = 0x9747b28c;

  words(words: Int32Array): void {
    let { a, b } = this;
    for (let i = 0; i < words.length; i += 1) {
      const word = words[i]!;
      a = Math.imul(a ^ word, 0x01000193);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 0x85ebca6b);
      b ^= b >>> 13;
    }
    this.a = a ^ words.length;
    this.b = b;
  }

  number(value: number): void {
    this.words(new Int32Array(new Float64Array([value]).buffer));
  }

  text(text: string): void {
    const words = new Int32Array(text.length);
    for (let i = 0; i < text.length; i += 1) words[i] = text.charCodeAt(i);
    this.words(words);
  }

  toString(): string {
    return [this.a, this.b].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
