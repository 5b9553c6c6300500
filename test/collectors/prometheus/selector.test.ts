import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halveByLabel, rawRangeForm } from "../../../collectors/prometheus/query.ts";
import { parseSelector, printSelector, quoteLabelValue, quoteRegex } from "../../../collectors/prometheus/selector.ts";
import { unixMs } from "../../../db/model/units.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom('"} or {__name__=~".+"}', "\\", '\\"', "\n", "\0", "`", "'", "a|b", "\\x41", "$(x)", "‮"),
  fc.array(fc.constantFrom('"', "\\", "\n", "{", "}", ",", "=", "x", "\t")).map((c) => c.join("")),
);

describe("PUL-11: a label value cannot leave its quotes", () => {
  test("reading what was quoted gives the same value, and nothing else", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(parseSelector(`{a=${quoteLabelValue(value)}}`)).toEqual([{ name: "a", op: "=", value }]);
      }),
      { numRuns: 100_000 },
    );
  });

  test("a quoted regex matches its own text and no other", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const matcher = new RegExp(`^(?:${quoteRegex(a)})$`, "u");
        expect(matcher.test(a)).toBe(true);
        expect(matcher.test(b)).toBe(a === b);
      }),
    );
  });

  test("a selector printed is the selector read", () => {
    const op = fc.constantFrom("=" as const, "!=" as const, "=~" as const, "!~" as const);
    const matcher = fc.record({ name: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), op, value: anyText });
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 5 }), (matchers) => {
        expect(parseSelector(printSelector(matchers))).toEqual(matchers);
      }),
    );
  });
});

describe("selectors of the configuration", () => {
  test.each([
    ["up", [{ name: "__name__", op: "=", value: "up" }]],
    ['{job="dcgm"}', [{ name: "job", op: "=", value: "dcgm" }]],
    [
      " { job =~ 'a|b' , env != `x\\n` , } ",
      [
        { name: "job", op: "=~", value: "a|b" },
        { name: "env", op: "!=", value: "x\\n" },
      ],
    ],
    [
      'dcgm{a="\\u4e2d\\x41\\101\\t"}',
      [
        { name: "__name__", op: "=", value: "dcgm" },
        { name: "a", op: "=", value: "中AA\t" },
      ],
    ],
  ])("%s is read", (text, matchers) => {
    expect(parseSelector(text)).toEqual(matchers);
  });

  test.each([
    ["", 1],
    ["{}", 3],
    ['{job="a"', 9],
    ['{job="a}', 6],
    ["{job}", 5],
    ['{job="a"} or up', 11],
    ['{job="\\q"}', 6],
    ['{1="a"}', 2],
  ])("%s is refused with the place", (text, place) => {
    expect(() => parseSelector(text)).toThrow(`at character ${place};`);
  });
});

test("a window is asked for up to its last millisecond, one further back than it reaches", () => {
  const window = { from: unixMs(1_700_000_000_000), to: unixMs(1_700_000_300_000) };
  const form = new URLSearchParams(
    rawRangeForm({ names: ["A", "B.C"], matchers: [{ name: "job", op: "=", value: 'x"' }], window }),
  );
  expect(form.get("query")).toBe(String.raw`{__name__=~"A|B\\.C",job="x\""}[300000ms]`);
  expect(form.get("time")).toBe("1700000299.999");
});

test("halves by label put every series into exactly one half, also those without the label", () => {
  const window = { from: unixMs(0), to: unixMs(60_000) };
  const halves = halveByLabel({ names: ["A"], matchers: [], window }, "instance", ["a", "b", "c"])!;
  const hits = (value: string): number =>
    halves.filter(({ matchers }) =>
      matchers.every((m) => {
        const hit = m.op.endsWith("~") ? new RegExp(`^(?:${m.value})$`).test(value) : m.value === value;
        return m.op.startsWith("!") ? !hit : hit;
      }),
    ).length;
  expect(["a", "b", "c", "new", ""].map(hits)).toEqual([1, 1, 1, 1, 1]);
});
