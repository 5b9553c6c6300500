/** Room left between two neighbours, so that rules can be put between them without touching either. */
const STEP = 1_000;

/**
 * Places for things in their new order, strictly ascending: as many as can keep the place they have (null = it has none);
 * the others come between them. Where there is no room all get new places.
 */
export function placesBetween(places: readonly (number | null)[]): number[] {
  const kept = longestRise(places);
  const made: number[] = [];
  for (let i = 0; i < places.length;) {
    if (kept.has(i)) {
      made.push(places[i] as number);
      i++;
      continue;
    }
    let end = i;
    while (end < places.length && !kept.has(end)) end++;
    const low = made.at(-1) ?? 0;
    const high = end < places.length ? (places[end] as number) : low + (end - i + 1) * STEP;
    const step = (high - low) / (end - i + 1);
    if (step < 1 || high > 2 ** 31 - 1) return places.map((_, n) => (n + 1) * STEP);
    for (let n = 1; n <= end - i; n++) made.push(low + Math.floor(n * step));
    i = end;
  }
  return made;
}

/** Indices of a longest strictly rising run of numbers above 0, not necessarily neighbours. */
function longestRise(places: readonly (number | null)[]): Set<number> {
  const tails: number[] = []; // index of the smallest end of a run of each length
  const before: number[] = [];
  const at = (i: number): number => places[i] ?? 0;
  for (const [i, place] of places.entries()) {
    if (place === null || place <= 0) continue;
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(tails[middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    before[i] = low === 0 ? -1 : (tails[low - 1] as number);
    tails[low] = i;
  }
  const run = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i] as number) run.add(i);
  return run;
}
