import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Envelope, MATRIX_LIMITS, MatrixReader } from "../../../collectors/prometheus/matrix.ts";
import { SeriesCache } from "../../../collectors/prometheus/series-cache.ts";

type Item = { labels: [string, string][]; points: [number, number][] };

/** Reads answers one after the other with one cache, as a source does. */
function reading(limits = MATRIX_LIMITS) {
  const cache = new SeriesCache();
  const reader = new MatrixReader(cache, limits);
  const labelSets: Map<string, string>[] = []; // as said, the name first
  const read = (body: string | Buffer): { items: Item[]; said: Envelope } => {
    cache.beginRound();
    const items: Item[] = [];
    const walk = reader.read(Buffer.from(body), {
      describe: (name, labels) =>
        labelSets.push(name === "" ? new Map(labels) : new Map([["__name__", name], ...labels])) - 1,
      take(ref, times, values, count) {
        const points = Array.from({ length: count }, (_, i): [number, number] => [times[i]!, values[i]!]);
        items.push({ labels: [...labelSets[ref]!], points });
      },
    });
    let step = walk.next();
    while (!step.done) step = walk.next();
    return { items, said: step.value };
  };
  return { read, labelSets, cache };
}

const matrix = (result: string, rest = ""): string =>
  `{"status":"success","data":{"resultType":"matrix","result":[${result}]}${rest}}`;

/** As Go's strconv prints a sample value. */
const printed = (v: number): string =>
  Object.is(v, -0) ? "-0" : v === Infinity ? "+Inf" : v === -Infinity ? "-Inf" : String(v);

describe("numbers", () => {
  test.each([
    ['[1700000000.123,"97"]', 1_700_000_000_123, 97],
    ['[1700000000,"0.412345"]', 1_700_000_000_000, 0.412345],
    ['[1700000000.1,"-0.5"]', 1_700_000_000_100, -0.5],
    ['[1700000000.05,"1e+06"]', 1_700_000_000_050, 1_000_000],
    ['[-1.5,"+Inf"]', -1500, Infinity],
    ['[1.7e9,"-Inf"]', 1_700_000_000_000, -Infinity],
    ['[ 1700000000.001 , "NaN" ]', 1_700_000_000_001, NaN],
    ['[1700000000.1239,"9223372036854775794"]', 1_700_000_000_123, 2 ** 63],
    ['[0,"1.7976931348623157e+308"]', 0, Number.MAX_VALUE],
    ['[0,"0.000000123456789012345"]', 0, 0.000000123456789012345],
  ])("%s", (point, at, value) => {
    const { items } = reading().read(matrix(`{"metric":{"a":"b"},"values":[${point}]}`));
    expect(items[0]!.points).toEqual([[at, value]]);
  });

  test("every double that Prometheus can print is read as it was", () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        const points = values.map((v) => `[1,"${printed(v)}"]`);
        const { items } = reading().read(matrix(`{"metric":{"a":"b"},"values":[${points.join(",")}]}`));
        expect(items[0]!.points.map(([, v]) => v)).toEqual(values);
      }),
    );
  });

  test.each(["", "0x1F", "1_000", "1e", "inf", "nan", "--1", "1 ", "1.2.3"])("%j is no value", (text) => {
    expect(() => reading().read(matrix(`{"metric":{"a":"b"},"values":[[1,"${text}"]]}`))).toThrow("expected a value");
  });
});

describe("shape", () => {
  test("keys in any order, white space, unknown keys and escapes are read the same", () => {
    const plain = reading().read(
      matrix('{"metric":{"__name__":"m","p":"a\\"b\\\\"},"values":[[1,"2"],[3,"4"]]}'),
    ).items;
    const odd = reading().read(
      ' { "isPartial" : false, "stats":{"seriesFetched":"1","x":[{"}":"]"}]} , "data" : { "result" : [ { "values" : [ [ 1 , "2" ] , [ 3 , "4" ] ] , "x":null,' +
        ' "metric" : {"__name__":"m","p":"a\\u0022b\\u005c"} } ] , "resultType" : "matrix" } , "status" : "success" } \n',
    ).items;
    expect(odd).toEqual(plain);
    expect(plain[0]!.labels).toEqual([
      ["__name__", "m"],
      ["p", 'a"b\\'],
    ]);
  });

  test("a vector is a matrix of one sample each", () => {
    const { items, said } = reading().read(
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"7"]},{"metric":{"a":"b"},"value":[1.5,"NaN"]}]}}',
    );
    expect(items.map((i) => i.points)).toEqual([[[1500, 7]], [[1500, NaN]]]);
    expect(said).toMatchObject({ resultType: "vector", series: 2, samples: 2 });
  });

  test("any labels come out as they went in, also from the cache and in another order", () => {
    const labels = fc.array(
      fc.tuple(
        fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "}", '"')),
        fc.string({ unit: "binary" }),
      ),
    );
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 6 }), fc.array(fc.nat()), (sets, order) => {
        const unique = sets.map((set) => [...new Map(set)]);
        const item = (set: [string, string][], at: number): string =>
          `{"metric":{${set.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}},"values":[[${at},"1"]]}`;
        const { read, labelSets } = reading();
        const first = read(matrix(unique.map((s) => item(s, 1)).join(",")));
        expect(first.items.map((i) => i.labels)).toEqual(unique);
        const known = labelSets.length;
        const shuffled = unique.map((set, i) => ({ set, by: order[i] ?? 0 })).toSorted((a, b) => a.by - b.by);
        const again = read(matrix(shuffled.map(({ set }) => item(set, 2)).join(",")));
        expect(again.items.map((i) => i.labels)).toEqual(shuffled.map(({ set }) => set));
        expect(labelSets.length).toBe(known); // nothing was parsed twice
      }),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("thousands of series keep their own samples", () => {
    const { read } = reading();
    const body = (at: number, step: number): string =>
      matrix(
        Array.from({ length: 5000 }, (_, i) => (i * step) % 5000)
          .map((i) => `{"metric":{"u":"card-${i}"},"values":[[${at},"${i}"]]}`)
          .join(","),
      );
    for (const [at, step] of [
      [1, 1],
      [2, 7],
      [3, 1],
      [4, 3],
    ] as const) {
      const { items } = read(body(at, step));
      expect(
        items.every(({ labels, points }) => labels[0]![1] === `card-${points[0]![1]}` && points[0]![0] === at * 1000),
      ).toBe(true);
    }
  });

  test("native histograms are passed over, their series still counted", () => {
    const { items, said } = reading().read(
      matrix('{"metric":{"a":"b"},"histograms":[[1,{"count":"1","buckets":[[0,"1","2","3"]]}]]}'),
    );
    expect(items).toEqual([]);
    expect(said.series).toBe(1);
  });
});

describe("what an answer says about itself", () => {
  test("errors, warnings and partial answers are told", () => {
    const said = reading().read(
      '{"status":"error","errorType":"execution","error":"too many \\"samples\\"","data":null,"warnings":["w1","w2"],"infos":["i"],"isPartial":true}',
    ).said;
    expect(said).toMatchObject({
      status: "error",
      errorType: "execution",
      error: 'too many "samples"',
      warnings: ["w1", "w2"],
      isPartial: true,
    });
  });

  test("PUL-05: an answer cut anywhere is an error, never a shorter answer", () => {
    const whole = matrix(
      '{"metric":{"__name__":"m","a":"b\\""},"values":[[1700000000.5,"1"],[2,"NaN"]]},{"metric":{},"values":[]}',
      ',"warnings":["x"]',
    );
    for (let cut = 0; cut < whole.length; cut += 1) {
      const { read } = reading();
      expect(() => read(whole.slice(0, cut)), `cut at ${cut}: ${whole.slice(0, cut)}`).toThrow(
        /ends in the middle|is not a Prometheus/,
      );
    }
    expect(reading().read(whole).said.samples).toBe(2);
  });

  test.each([
    "<html>",
    "[]",
    "null",
    "{}",
    '{"data":{}}',
    '{"status":"success"} x',
    '{"status":1}',
    matrix("7"),
    matrix('{"values":[]}'),
    matrix('{"metric":{"a":1}}'),
  ])("%s is refused as malformed", (body) => {
    expect(() => reading().read(body)).toThrow(
      expect.objectContaining({ name: "CollectError", fault: expect.stringMatching(/malformed|truncated/) }),
    );
  });

  test("garbage never does worse than a CollectError", () => {
    const seed = matrix('{"metric":{"a":"b"},"values":[[1.5,"1"],[2,"2e3"]]}');
    fc.assert(
      fc.property(
        fc.nat(seed.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(seed.length - 1),
        (at, byte, at2) => {
          const body = Buffer.from(seed);
          body[at] = byte;
          body[at2] = body[at]!;
          try {
            reading().read(body);
          } catch (error) {
            expect(error).toMatchObject({ name: "CollectError" });
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("limits", () => {
  const tight = { series: 2, samples: 3, labels: 2, labelBytes: 100 };
  test.each([
    ["sample_limit", Array.from({ length: 3 }, (_, i) => `{"metric":{"a":"${i}"},"values":[]}`).join(",")],
    ["sample_limit", '{"metric":{"a":"b"},"values":[[1,"1"],[2,"1"],[3,"1"],[4,"1"]]}'],
    ["label_limit", '{"metric":{"a":"1","b":"1","c":"1"},"values":[]}'],
    ["label_limit", `{"metric":{"a":"${"x".repeat(100)}"},"values":[]}`],
  ])("%s", (fault, result) => {
    expect(() => reading(tight).read(matrix(result))).toThrow(expect.objectContaining({ fault }));
  });
});
