/**
 * A figure of a signal as a sentence says it: the unit follows from the signal's name, so a sentence can write it out.
 * Ratios in per cent, spans in minutes, memory in GiB, clocks in MHz, transfers in MB/s; the rest as it is.
 */
export function shown(signal: string, value: number): number {
  for (const [suffix, scale] of UNITS) if (signal.endsWith(suffix)) return rounded(value * scale);
  return rounded(value);
}

const UNITS = [
  ["Ratio", 100],
  ["Ms", 1 / 60_000],
  ["BytesPerSecond", 1e-6],
  ["Bytes", 2 ** -30],
  ["Hz", 1e-6],
] as const;

/** Two places are more than anybody acts on. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;
