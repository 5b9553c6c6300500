/** One line of the benchmark: what was measured, how much of what, and what was aimed at. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string; // "≤ 300", "≥ 800"
  readonly note?: string;
};
