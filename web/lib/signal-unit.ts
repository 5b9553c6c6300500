/** How a signal's figures are written in a form: the stored figure times `scale`, in `unit`. Sentences of messages say the same. */
export type SignalUnit = { readonly scale: number; readonly unit: string };

const UNITS: readonly (readonly [suffix: string, scale: number, unit: string])[] = [
  ["Ratio", 100, "%"],
  ["Ms", 1 / 60_000, "min"],
  ["BytesPerSecond", 1e-6, "MB/s"],
  ["Bytes", 2 ** -30, "GiB"],
  ["Hz", 1e-6, "MHz"],
  ["Celsius", 1, "°C"],
  ["Watts", 1, "W"],
  ["Joules", 1, "J"],
  ["Seconds", 1, "s"],
];

export function unitOf(signal: string): SignalUnit {
  const known = UNITS.find(([suffix]) => signal.endsWith(suffix));
  return known === undefined ? { scale: 1, unit: "" } : { scale: known[1], unit: known[2] };
}

const DIGITS = 12; // what a product of two floats is good for

/** A stored figure as the form shows it; NaN = an empty field. */
export const inUnit = (value: number, scale: number): number => Number((value * scale).toPrecision(DIGITS));
/** And back. */
export const outOfUnit = (value: number, scale: number): number => Number((value / scale).toPrecision(DIGITS));
