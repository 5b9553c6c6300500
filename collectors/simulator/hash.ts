/**
 * Randomness without state: every draw is a hash of what it is about (card, hour, purpose),
 * so any instant can be asked in any order, and twice, with the same answer.
 */

/** Mixes a number into a key: 32 bits out, well spread (the finaliser of MurmurHash3). */
export function mix(key: number, value: number): number {
  let h = Math.imul(key ^ Math.imul(value + 0x9e3779b9, 0x85ebca6b), 0xcc9e2d51);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** A key from words. */
export function keyOf(seed: number, text: string): number {
  let h = (seed ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return mix(h, text.length);
}

/** A key as a number in [0, 1). */
export const unit = (key: number): number => key / 4_294_967_296;

/** A draw in [0, 1) for `purpose` under a key. */
export const draw = (key: number, purpose: number): number => mix(key, purpose) / 4_294_967_296;

/** A draw in [low, high). */
export const between = (key: number, purpose: number, low: number, high: number): number =>
  low + (high - low) * draw(key, purpose);

/** One of the list. @throws RangeError on an empty list. */
export function pick<T>(list: readonly T[], key: number, purpose: number): T {
  const item = list[Math.floor(draw(key, purpose) * list.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

/** How many events of a Poisson process with this mean fall together. For the small means of fault rates. */
export function poisson(key: number, purpose: number, mean: number): number {
  if (mean <= 0) return 0;
  const floor = Math.exp(-mean);
  let product = draw(key, purpose);
  if (product > floor) {
    let count = 0;
    // A draw u > e^-m leaves at least one event out: invert the distribution by multiplying further draws (Knuth).
    for (let k = mix(key, purpose); product > floor && count < 1_000; count++) {
      k = mix(k, 0x51ed + count);
      product *= unit(k);
    }
    return count;
  }
  return 0;
}

const HEX = "0123456789abcdef";
const SUFFIX = "bcdfghjklmnpqrstvwxz2456789"; // the alphabet Kubernetes draws pod suffixes from

/** `length` hexadecimal digits. */
export function hexDigits(key: number, purpose: number, length: number): string {
  let text = "";
  for (let i = 0, k = mix(key, purpose); i < length; i++) {
    if (i % 8 === 0) k = mix(k, i);
    text += HEX[(k >>> ((i % 8) * 4)) & 15];
  }
  return text;
}

/** 8-4-4-4-12. */
export function uuidText(key: number, purpose: number): string {
  const h = hexDigits(key, purpose, 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

/** A pod suffix such as "x2k9q". */
export function suffix(key: number, purpose: number, length: number): string {
  let text = "";
  for (let i = 0, k = mix(key, purpose); i < length; i++) {
    k = mix(k, i);
    text += SUFFIX[k % SUFFIX.length];
  }
  return text;
}
