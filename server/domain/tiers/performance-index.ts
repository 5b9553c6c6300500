import { CARD_MODELS, type CardModel } from "../../../db/model/card-models.ts";
import type { Benchmark, PerformanceIndex, Workload } from "../../../db/model/tier.ts";

/** The card whose index is 1 at every workload: the most widely measured one. */
export const REFERENCE_MODEL = "A100-80G-SXM";

/** Which figure of the data sheet stands in for a measurement. Serving tokens waits for memory, everything else for arithmetic. */
const SHEET_FIGURE = {
  general: "fp16Tflops",
  llm_inference: "bandwidthGBs",
  image_generation: "fp16Tflops",
  video_generation: "fp16Tflops",
  training: "fp16Tflops",
} as const satisfies Record<Workload, keyof CardModel>;

/**
 * How fast each card model is at a workload beside A100-80G-SXM. The first rule that applies:
 * 1. Measured beside the reference: the ratio in each source that measured both, and the median over the sources. Within
 *    a source only runs of the same batch and precision are compared, the median of them; where none are alike, each
 *    model's best run: a card is used the way it is fastest.
 * 2. Measured beside a model that rule 1 knows: its index times the ratio, the median over sources and such models. One
 *    step and no more, since errors multiply.
 * 3. The data sheet: a promise, marked as such.
 * A model that no rule knows is absent. The answer does not depend on the order of the benchmarks.
 */
export function performanceIndexes(
  benchmarks: readonly Benchmark[],
  workload: Workload,
): ReadonlyMap<string, PerformanceIndex> {
  const sources = runsBySource(benchmarks.filter((one) => one.workload === workload && one.unitsPerHour > 0));
  const out = new Map<string, PerformanceIndex>(fromSheets(workload));
  const measured = besideReference(sources);
  for (const [model, index] of nearMeasured(sources, measured)) out.set(model, index);
  for (const [model, index] of measured) out.set(model, index);
  return out;
}

/** A model's runs in one source: units per hour by batch and precision. */
type Runs = ReadonlyMap<string, number>;
type Source = { readonly name: string; readonly models: ReadonlyMap<string, Runs> };

/** Of several runs alike the newest counts; of the same day the fastest. */
function runsBySource(benchmarks: readonly Benchmark[]): readonly Source[] {
  const newest = new Map<string, Benchmark>();
  for (const one of benchmarks) {
    const key = JSON.stringify([one.source, one.model, one.precision, one.batch]);
    const known = newest.get(key);
    if (known === undefined || one.day > known.day || (one.day === known.day && one.unitsPerHour > known.unitsPerHour))
      newest.set(key, one);
  }
  const sources = new Map<string, Map<string, Map<string, number>>>();
  for (const { source, model, precision, batch, unitsPerHour } of newest.values()) {
    const models = sources.get(source) ?? new Map<string, Map<string, number>>();
    const runs = models.get(model) ?? new Map<string, number>();
    sources.set(source, models.set(model, runs.set(`${precision} ${batch ?? ""}`, unitsPerHour)));
  }
  return [...sources].map(([name, models]) => ({ name, models })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function besideReference(sources: readonly Source[]): Map<string, PerformanceIndex> {
  const ratios = new Map<string, Evidence[]>();
  for (const { name, models } of sources) {
    const reference = models.get(REFERENCE_MODEL);
    if (reference === undefined) continue;
    for (const [model, runs] of models) push(ratios, model, { ratio: ratioOf(runs, reference), from: name });
  }
  return new Map([...ratios].map(([model, evidence]) => [model, measuredIndex(evidence)]));
}

function nearMeasured(
  sources: readonly Source[],
  measured: ReadonlyMap<string, PerformanceIndex>,
): Map<string, PerformanceIndex> {
  const ratios = new Map<string, Evidence[]>();
  for (const { name, models } of sources)
    for (const [model, runs] of models)
      for (const [near, nearRuns] of models) {
        const bridge = measured.get(near);
        if (measured.has(model) || bridge === undefined) continue;
        const ratio = bridge.index * ratioOf(runs, nearRuns);
        push(ratios, model, { ratio, from: `${name} (${near})` });
      }
  return new Map([...ratios].map(([model, evidence]) => [model, measuredIndex(evidence)]));
}

function* fromSheets(workload: Workload): Generator<readonly [string, PerformanceIndex]> {
  const figure = SHEET_FIGURE[workload];
  const reference = CARD_MODELS.find(({ id }) => id === REFERENCE_MODEL)?.[figure] ?? null;
  for (const model of CARD_MODELS) {
    const value = model[figure];
    if (value !== null && reference !== null)
      yield [model.id, { index: value / reference, from: "data_sheet", source: figure }];
  }
}

type Evidence = { readonly ratio: number; readonly from: string };

const measuredIndex = (evidence: readonly Evidence[]): PerformanceIndex => ({
  index: median(evidence.map(({ ratio }) => ratio)),
  from: "benchmark",
  source: [...new Set(evidence.map(({ from }) => from))].sort().join(", "),
});

/** How much faster `runs` are than `others`, both of one source. */
function ratioOf(runs: Runs, others: Runs): number {
  const alike = [...runs].flatMap(([key, units]) => {
    const other = others.get(key);
    return other === undefined ? [] : [units / other];
  });
  return alike.length > 0 ? median(alike) : Math.max(...runs.values()) / Math.max(...others.values());
}

/** The middle value; of an even number the mean of the two in the middle. `values` is not empty. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function push(map: Map<string, Evidence[]>, key: string, value: Evidence): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
