/**
 * How much one answer may hold before the whole scrape is refused.
 * Defaults from facts/pitfalls.md SCR-06 (VictoriaMetrics' and our own): far above any exporter of cards, far below a bomb.
 */
export type ExpositionLimits = {
  readonly samples: number; // lines with a value
  readonly labels: number; // of one series
  readonly nameBytes: number; // metric or label name
  readonly valueBytes: number; // label value, escapes undone or not; also the longest number
  readonly cacheBytes: number; // of text kept to recognise the next body; a body that needs more is parsed anew each time
};

export const DEFAULT_LIMITS: ExpositionLimits = {
  samples: 20_000,
  labels: 40,
  nameBytes: 256,
  valueBytes: 4_096,
  cacheBytes: 4 * 2 ** 20,
};
