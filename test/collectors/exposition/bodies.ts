import fc from "fast-check";

/** Cases of a property. `DAPAN_FUZZ_RUNS=100000` is the figure of pitfalls.md SCR-01. */
export const FUZZ_RUNS = Number(process.env["DAPAN_FUZZ_RUNS"] ?? 1_000);

export type Sample = {
  readonly metric: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  readonly stamp: number | null;
};

const escape = (text: string): string => text.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));

/** How a number is written in the text format. */
export const printValue = (value: number): string =>
  Number.isNaN(value)
    ? "NaN"
    : value === Infinity
      ? "+Inf"
      : value === -Infinity
        ? "-Inf"
        : Object.is(value, -0)
          ? "-0"
          : String(value);

export const printSample = ({ metric, labels, value, stamp }: Sample): string =>
  `${metric}${labels.length === 0 ? "" : `{${labels.map(([name, text]) => `${name}="${escape(text)}"`).join(",")}}`} ${printValue(value)}${stamp === null ? "" : ` ${stamp}`}\n`;

export const print = (samples: readonly Sample[]): string => samples.map(printSample).join("");

export const metricName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
export const labelName = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "pod"),
);
/** Anything a label may hold: empty, quotes, four-byte characters, bidi controls; only NUL and lone surrogates are not text here. */
export const labelValue = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
  fc.constantFrom("", "卡", "𝔘🂡", "\u202eabc\u2066", 'a"b\\c\nd', "{}=,# "),
);
export const value = fc.oneof(
  fc.double(),
  fc.integer().map(Number),
  fc.constantFrom(
    0,
    -0,
    0.1,
    0.412345,
    97,
    1e15,
    123456789012345,
    999999999999999,
    2 ** 53 + 2,
    2 ** 63,
    1e308,
    5e-324,
    NaN,
    Infinity,
    -Infinity,
  ),
);
const labels = fc
  .uniqueArray(fc.tuple(labelName, labelValue), { maxLength: 5, selector: ([name]) => name })
  .filter((all) => all.every(([name]) => name !== "__name__"));
export const stamp = fc.option(fc.integer({ min: -1e12, max: 4e12 }), { nil: null, freq: 3 });

/** What makes two series one: the name, and the labels that are not empty, in any order. */
export const identity = ({ metric, labels }: Sample): string =>
  JSON.stringify([metric, labels.filter(([, text]) => text !== "").sort(([a], [b]) => (a < b ? -1 : 1))]);

export const sample: fc.Arbitrary<Sample> = fc.record({ metric: metricName, labels, value, stamp });
export const samples = fc.uniqueArray(sample, { maxLength: 12, selector: identity });
