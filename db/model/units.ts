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
/** A share, 0..1. */
export type Ratio = Of<"ratio 0..1">;

/**
 * An instant from a number of milliseconds; fractions are cut.
 * @throws RangeError when the number is not finite or past ±2^53.
 */
export function unixMs(value: number): UnixMs {
  const whole = Math.trunc(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`not an instant in ms: ${value}`);
  return whole as UnixMs;
}

/** A span from a number of milliseconds. @throws RangeError when negative or not finite. */
export function millis(value: number): Millis {
  const whole = Math.trunc(value);
  if (!Number.isSafeInteger(whole) || whole < 0) throw new RangeError(`not a span in ms: ${value}`);
  return whole as Millis;
}

/** @throws RangeError outside 0..1: a percent that was never divided by 100 must not pass as a ratio. */
export function ratio(value: number): Ratio {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`ratio out of 0..1: ${value}`);
  return value as Ratio;
}
