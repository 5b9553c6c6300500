import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import type { ExpositionMode } from "../../../collectors/exposition/content-type.ts";
import { ExpositionReader } from "../../../collectors/exposition/reader.ts";
import { FUZZ_RUNS, identity, print, type Sample, sample, samples, stamp, value } from "./bodies.ts";

const runs = { numRuns: FUZZ_RUNS };

type Outcome =
  | { fault: string }
  | { samples: number; duplicates: number; said: (readonly [series: string, value: number, stamp: number])[] };

/** Everything a reader says of a body, by name and not by ref, so that readers can be compared. */
class Witness {
  private readonly names: string[] = [];
  private readonly reader = new ExpositionReader(
    (metric, labels) => this.names.push(identity({ metric, labels: [...labels], value: 0, stamp: null })) - 1,
  );

  read(body: Uint8Array, mode: ExpositionMode = "text"): Outcome {
    try {
      const { refs, values, timestamps, samples, duplicates } = this.reader.read(body, mode);
      return {
        samples,
        duplicates,
        said: Array.from(refs, (ref, i) => [this.names[ref]!, values[i]!, timestamps[i]!] as const),
      };
    } catch (cause) {
      if (!(cause instanceof CollectError)) throw cause;
      return { fault: `${cause.fault} ${cause.message}` };
    }
  }
}

const said = ({ metric, labels, value, stamp }: Sample): readonly [string, number, number] => [
  identity({ metric, labels, value, stamp }),
  value,
  stamp ?? Number.NaN,
];

/** Bodies as an exporter would send them one after the other: values, order, labels and lines change, and some break. */
const edit = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("values" as const),
      values: fc.array(value, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stamps" as const), stamp }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reverse" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const), at: fc.nat(11) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("add" as const), sample }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(11) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("byte" as const), at: fc.nat(400), byte: fc.nat(255) }) },
);

type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function* bodiesOf(start: readonly Sample[], edits: readonly Edit[]): Generator<Buffer> {
  let now = [...start];
  yield Buffer.from(print(now));
  for (const change of edits) {
    if (change.kind === "values")
      now = now.map((one, i) => ({ ...one, value: change.values[i % change.values.length]! }));
    else if (change.kind === "stamps") now = now.map((one) => ({ ...one, stamp: change.stamp }));
    else if (change.kind === "reverse") now = now.toReversed();
    else if (change.kind === "drop") now = now.filter((_, i) => i !== change.at);
    else if (change.kind === "add") now = [...now, change.sample];
    else if (change.kind === "repeat" && now.length > 0) now = [...now, now[change.at % now.length]!];
    const body = Buffer.from(print(now));
    if (change.kind === "cut") yield body.subarray(0, Math.min(change.at, body.length));
    else if (change.kind === "byte" && body.length > 0) {
      body[change.at % body.length] = change.byte;
      yield body;
    } else yield body;
  }
}

describe("reading", () => {
  test("what is printed comes back: names, labels, values, timestamps", () => {
    fc.assert(
      fc.property(samples, (all) => {
        expect(new Witness().read(Buffer.from(print(all)))).toEqual({
          samples: all.length,
          duplicates: 0,
          said: all.map(said),
        });
      }),
      runs,
    );
  });

  test("a reader that knows the target says what a fresh one says, after any history", () => {
    fc.assert(
      fc.property(
        samples,
        fc.array(edit, { maxLength: 8 }),
        fc.constantFrom<ExpositionMode>("text", "openmetrics"),
        (start, edits, mode) => {
          const known = new Witness();
          for (const body of bodiesOf(start, edits)) {
            const whole = mode === "text" ? body : Buffer.concat([body, Buffer.from("# EOF\n")]);
            expect(known.read(whole, mode)).toEqual(new Witness().read(whole, mode));
          }
        },
      ),
      runs,
    );
  });

  test("random bytes end in a reading or a CollectError, nothing else", () => {
    const mode = fc.constantFrom<ExpositionMode>("text", "openmetrics");
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom(...'a_{}="\\\n ,#1.e+-N\0é\t'.split("")), { maxLength: 60 })
        .map((parts) => Buffer.from(parts.join(""))),
    );
    fc.assert(
      fc.property(bytes, mode, (body, mode) => {
        new Witness().read(body, mode);
      }),
      runs,
    );
  });

  test("a body cut anywhere is never taken for a whole one with another value", () => {
    fc.assert(
      fc.property(samples, fc.nat(600), (all, at) => {
        const whole = Buffer.from(print(all));
        const cut = whole.subarray(0, at % (whole.length + 1));
        const outcome = new Witness().read(cut);
        if ("fault" in outcome) return;
        expect(outcome.said).toEqual(all.slice(0, outcome.samples).map(said));
      }),
      runs,
    );
  });
});
