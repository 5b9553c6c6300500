/** The middle of what is said; null where nothing is. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const said = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const upper = said[said.length >> 1];
  if (upper === undefined) return null;
  const lower = said[(said.length - 1) >> 1] ?? upper;
  return (lower + upper) / 2;
}
