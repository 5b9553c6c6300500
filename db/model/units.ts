/**
 * The units every fact in Dapan is stated in. One quantity, one unit, one name:
 * instants and spans in whole milliseconds, memory in bytes, load as a ratio 0..1,
 * power in watts. Convert at the edge (collectors), never in the core.
 */
declare const unit: unique symbol;
type Of<U extends string> = number & { readonly [unit]: U };

/** An instant: whole milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = Of<"ms since 1970-01-01T00:00:00Z">;
/** A span of time in whole milliseconds. */
export type Millis = Of<"ms">;

/**
 * An instant from a number of milliseconds; fractions are cut.
 * @throws RangeError when the number is not finite or past ±2^53.
 */
export function unixMs(value: number): UnixMs {
  const whole = Math.trunc(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`not an instant in ms: ${value}`);
  return whole as UnixMs;
}
