import { expect, test } from "vitest";
import { CounterBook } from "../../../collectors/usage/counter-book.ts";
import { unixMs } from "../../../db/model/units.ts";

const book = () => new CounterBook(["replica"]);
const labels = (over: Record<string, string> = {}) =>
  new Map(Object.entries({ job: "vllm", instance: "a:1", model: "chat", ...over }));
const window = { from: unixMs(1_000), to: unixMs(5_000) };
const take = (b: CounterBook, ref: number, ...samples: [number, number][]) =>
  b.take(
    ref,
    Float64Array.from(samples.map(([at]) => at)),
    Float64Array.from(samples.map(([, v]) => v)),
    samples.length,
  );

test("samples are cut to the half-open window, and what is no count is left out", () => {
  const b = book();
  b.begin(window);
  const ref = b.describe("x", labels());
  take(b, ref, [999, 1], [1_000, 2], [2_000, NaN], [3_000, -1], [3_500, Infinity], [4_999, 3], [5_000, 4]);
  expect([...b.series()[0]!.replicas.values()]).toEqual([{ times: [1_000, 4_999], values: [2, 3] }]);
});

test("what is handed over twice, or in pieces out of order, is each instant once", () => {
  const b = book();
  b.begin(window);
  const ref = b.describe("x", labels());
  take(b, ref, [3_000, 30], [4_000, 40]);
  take(b, ref, [1_000, 10], [3_000, 30]);
  expect([...b.series()[0]!.replicas.values()]).toEqual([{ times: [1_000, 3_000, 4_000], values: [10, 30, 40] }]);
});

test("replicas are one counter, other labels another, and a target is a job and its instance", () => {
  const b = book();
  b.begin(window);
  const refs = [
    b.describe("x", labels({ replica: "0" })),
    b.describe("x", labels({ replica: "1" })),
    b.describe("x", labels({ model: "draw" })),
    b.describe("x", labels({ instance: "b:1" })),
  ];
  for (const ref of refs) take(b, ref, [1_000, 1]);
  const series = b.series();
  expect(series.map(({ replicas }) => [...replicas.keys()])).toEqual([["0", "1"], [""], [""]]);
  expect(new Set(series.map(({ target }) => target)).size).toBe(2);
  expect(b.countOf("x")).toBe(4);
});

test("the next question begins without the samples of the one before, and knows its series", () => {
  const b = book();
  b.begin(window);
  const ref = b.describe("x", labels());
  take(b, ref, [1_000, 1]);
  b.begin({ from: unixMs(2_000), to: unixMs(5_000) });
  expect(b.series()).toEqual([]);
  take(b, ref, [2_000, 5]);
  expect(b.series()).toHaveLength(1);
});
