import type { CounterSamples, CounterSeries } from "../../../db/model/counter.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";

/** A counter that says nothing for longer was not read: five minutes, as Prometheus' own look-back. */
export const SILENT_MS = 5 * MINUTE_MS;
/**
 * Two scrapers' clocks differ. What the second says this near to the first's own samples is not believed, because a
 * smaller value that seems later would look like a counter that began anew.
 */
const SEAM_MS = MINUTE_MS;

/**
 * The samples of a counter as one scraper would have them: those of the first replica by name, and where it was silent for
 * more than five minutes (or before its first and after its last sample) those of the next. Replicas are never mixed
 * sample by sample: each scrapes at its own moments, and a mixture goes up and down.
 */
export function oneScraper({ replicas }: CounterSeries): CounterSamples {
  const names = [...replicas.keys()].toSorted();
  return names.reduce<CounterSamples>((own, name) => fillHoles(own, replicas.get(name)!), { times: [], values: [] });
}

function fillHoles(own: CounterSamples, other: CounterSamples): CounterSamples {
  if (own.times.length === 0) return other;
  const times: number[] = [];
  const values: number[] = [];
  let next = 0;
  const take = (after: number, before: number): void => {
    if (before - after <= SILENT_MS) return;
    // before the first and after the last sample nobody knows yet whether there is a hole: it is one after five minutes
    const from = after + (before === Infinity ? SILENT_MS : SEAM_MS);
    const to = before - (after === -Infinity ? SILENT_MS : SEAM_MS);
    while (next < other.times.length && other.times[next]! <= from) next += 1;
    for (; next < other.times.length && other.times[next]! < to; next += 1) {
      times.push(other.times[next]!);
      values.push(other.values[next]!);
    }
  };
  let last = -Infinity;
  for (const [i, at] of own.times.entries()) {
    take(last, at);
    times.push(at);
    values.push(own.values[i]!);
    last = at;
  }
  take(last, Infinity);
  return { times, values };
}
