import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CARD_MODELS, cardModel } from "../../../../db/model/card-models.ts";
import { type Benchmark, WORKLOADS } from "../../../../db/model/tier.ts";
import { cardClassOf } from "../../../../server/domain/tiers/card-class.ts";
import { performanceIndexes, REFERENCE_MODEL } from "../../../../server/domain/tiers/performance-index.ts";

const run = (model: string, unitsPerHour: number, over: Partial<Benchmark> = {}): Benchmark => ({
  model,
  workload: "general",
  unitsPerHour,
  batch: 8,
  precision: "fp16",
  day: "2026-10-01",
  source: "lab",
  ...over,
});
const indexOf = (model: string, rows: readonly Benchmark[]) => performanceIndexes(rows, "general").get(model);
const REF = run(REFERENCE_MODEL, 100);

describe("the performance index", () => {
  test("is the ratio to the reference, in the same source and workload only", () => {
    expect(indexOf("H100-SXM", [REF, run("H100-SXM", 250)])).toEqual({ index: 2.5, from: "benchmark", source: "lab" });
    expect(indexOf("H100-SXM", [REF, run("H100-SXM", 250, { source: "other" })])?.from).toBe("data_sheet");
    expect(indexOf("H100-SXM", [REF, run("H100-SXM", 250, { workload: "training" })])?.from).toBe("data_sheet");
  });

  test("compares runs of the same batch and precision, and best runs where none are alike", () => {
    const faster = [
      REF,
      run(REFERENCE_MODEL, 160, { batch: 32 }),
      run("H100-SXM", 200),
      run("H100-SXM", 900, { batch: 64 }),
    ];
    expect(indexOf("H100-SXM", faster)?.index).toBe(2);
    expect(indexOf("H100-SXM", [REF, run("H100-SXM", 300, { precision: "fp8" })])?.index).toBe(3);
  });

  test("is the median of the sources, whatever one of them claims", () => {
    const rows = [2, 2.5, 40].flatMap((ratio, i) => [
      run(REFERENCE_MODEL, 100, { source: `lab ${i}` }),
      run("H100-SXM", 100 * ratio, { source: `lab ${i}` }),
    ]);
    expect(indexOf("H100-SXM", rows)).toEqual({ index: 2.5, from: "benchmark", source: "lab 0, lab 1, lab 2" });
  });

  test("goes over one neighbour, and not over two", () => {
    const rows = [
      REF,
      run("H100-SXM", 250),
      run("H100-SXM", 10, { source: "b" }),
      run("B200", 20, { source: "b" }),
      run("B200", 1, { source: "c" }),
      run("MI300X", 1, { source: "c" }),
    ];
    expect(indexOf("B200", rows)).toEqual({ index: 5, from: "benchmark", source: "b (H100-SXM)" });
    expect(indexOf("MI300X", rows)?.from).toBe("data_sheet");
  });

  test("forgets a run that was measured again", () => {
    const rows = [REF, run("A10", 20, { day: "2026-11-01" }), run("A10", 90)];
    expect(indexOf("A10", rows)?.index).toBe(0.2);
  });

  test("of the data sheet is arithmetic, and memory bandwidth for serving tokens", () => {
    expect(indexOf("H20", [])).toEqual({ index: 148 / 312, from: "data_sheet", source: "fp16Tflops" });
    expect(performanceIndexes([], "llm_inference").get("H20")?.index).toBe(4000 / 2039);
  });

  test("is unknown where nothing is published, and 1 for the reference everywhere", () => {
    expect(indexOf("Ascend910B1", [])).toBeUndefined();
    for (const workload of WORKLOADS) expect(performanceIndexes([], workload).get(REFERENCE_MODEL)?.index).toBe(1);
  });

  test("does not depend on the order of the benchmarks, and is a positive number", () => {
    const row = fc.record({
      model: fc.constantFrom(REFERENCE_MODEL, "H100-SXM", "A10", "T4"),
      workload: fc.constantFrom(...WORKLOADS),
      unitsPerHour: fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      batch: fc.option(fc.constantFrom(1, 8)),
      precision: fc.constantFrom("fp16", "fp8", ""),
      day: fc.constantFrom("2026-01-01", "2026-02-01"),
      source: fc.constantFrom("a", "b"),
    });
    const boards = fc
      .array(row, { maxLength: 20 })
      .chain((rows) =>
        fc.record({ rows: fc.constant(rows), other: fc.shuffledSubarray(rows, { minLength: rows.length }) }),
      );
    fc.assert(
      fc.property(boards, fc.constantFrom(...WORKLOADS), ({ rows, other }, workload) => {
        const [one, two] = [performanceIndexes(rows, workload), performanceIndexes(other, workload)];
        expect(new Map(two)).toEqual(new Map(one));
        for (const { index } of one.values()) expect(index > 0 && Number.isFinite(index)).toBe(true);
      }),
    );
  });
});

test("a card's class is the largest whose memory it has in full", () => {
  const classOf = (id: string) => cardClassOf(cardModel(id));
  expect(["T4", "A10", "V100-SXM2-32G", "A100-40G-SXM", "L40S"].map(classOf)).toEqual([
    "16G",
    "24G",
    "32G",
    "32G",
    "48G",
  ]);
  expect(["Ascend910B3", "H100-SXM", "H20", "MI300X"].map(classOf)).toEqual(["64G", "80G", "96G+", "96G+"]);
  expect(cardClassOf(null)).toBe("unknown");
  expect(CARD_MODELS.filter((model) => cardClassOf(model) === "unknown")).toEqual([]);
});
