import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExpositionReader } from "../../collectors/exposition/reader.ts";
import {
  escapeHelp,
  family,
  familyHeader,
  labelText,
  sampleLine,
  valueText,
} from "../../collectors/exposition-writer.ts";

type Sample = {
  readonly metric: string;
  readonly labels: Record<string, string>;
  readonly value: number;
  readonly timestamp: number;
};

function read(text: string): Sample[] {
  const seen: { metric: string; labels: ReadonlyMap<string, string> }[] = [];
  const reader = new ExpositionReader((metric, labels) => seen.push({ metric, labels: new Map(labels) }) - 1);
  const { count, refs, values, timestamps } = reader.read(Buffer.from(text), "text");
  return Array.from({ length: count }, (_, i) => {
    const { metric = "", labels = new Map<string, string>() } = seen[refs[i] as number] ?? {};
    return {
      metric,
      labels: Object.fromEntries(labels),
      value: values[i] as number,
      timestamp: timestamps[i] as number,
    };
  });
}

test("what is written is what the parser reads: names, any label text, any value, any timestamp", () => {
  const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,30}$/);
  const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/).filter((n) => !n.startsWith("__"));
  const awkward = fc
    .array(fc.constantFrom("\\", '"', "\n", "n", "{", "}", ",", "=", " ", "#", "é"), { maxLength: 12 })
    .map((c) => c.join(""));
  const text = fc
    .oneof(awkward, fc.string({ maxLength: 60, unit: "grapheme-composite" }))
    .filter((s) => s !== "" && !s.includes("\0")); // an empty label is no label
  const labels = fc.uniqueArray(fc.tuple(labelName, text), { maxLength: 6, selector: ([n]) => n });
  fc.assert(
    fc.property(
      name,
      text,
      labels,
      fc.double(),
      fc.option(fc.integer({ min: 0, max: 4e12 })),
      (metric, help, pairs, value, stamp) => {
        const body =
          familyHeader(metric, help, "gauge") + sampleLine(metric, labelText(pairs), value, stamp ?? undefined);
        const [sample, ...rest] = read(body);
        expect(rest).toEqual([]);
        expect(sample?.metric).toBe(metric);
        expect(new Map(Object.entries(sample?.labels ?? {}))).toEqual(new Map(pairs));
        expect(sample?.value).toEqual(value + 0); // -0 is written as 0
        expect(sample?.timestamp).toEqual(stamp ?? Number.NaN);
      },
    ),
    { numRuns: 2_000 },
  );
});

describe("the spelling", () => {
  test("backslash, quote and line feed of a label are escaped, nothing else", () => {
    expect(labelText([["a", 'x\\y"z\n→\t']])).toBe('{a="x\\\\y\\"z\\n→\t"}');
  });
  test("help text keeps its quotes", () => expect(escapeHelp('say "hi"\\\n')).toBe('say "hi"\\\\\\n'));
  test("infinities and NaN are words of the format", () => {
    expect([Infinity, -Infinity, Number.NaN, 1e21, 0.1].map(valueText)).toEqual([
      "+Inf",
      "-Inf",
      "NaN",
      "1e+21",
      "0.1",
    ]);
  });
  test("a family without rows is not printed", () => expect(family("a", "b", "gauge", [])).toBe(""));
  test("names the format cannot carry are refused", () => {
    expect(() => familyHeader("1a", "", "gauge")).toThrow(RangeError);
    expect(() => labelText([["a-b", ""]])).toThrow(RangeError);
  });
});
