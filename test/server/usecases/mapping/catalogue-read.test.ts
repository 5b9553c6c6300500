import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { nestsTooDeep } from "../../../../collectors/yaml-depth.ts";
import { readCatalogue } from "../../../../server/usecases/mapping/catalogue-read.ts";

const faults = (text: string) =>
  readCatalogue(text).faults.map(({ code, where, value, hint }) => `${where} ${code} "${value}" ${hint}`);

describe("a features.yaml", () => {
  test("is read as text: numbers, dates and the words other YAML turns into truth stay as they stand", () => {
    const { catalogue, faults } = readCatalogue(
      "features: [{key: 123, name: yes, unit: 1e3, archived: true}]\nunitPrices:\n- {feature: a, price: 18.50, currency: CNY, from: 2026-11-01}\nrules:\n",
    );
    expect(faults).toEqual([]);
    expect(catalogue).toMatchObject({
      features: [{ key: "123", name: "yes", unit: "1e3", archived: true }],
      unitPrices: [{ price: "18.50", from: "2026-11-01" }],
      rules: [],
    });
    expect(catalogue?.revenue).toBeUndefined();
  });

  test("may begin with a mark, and may say nothing", () => {
    expect(readCatalogue("\ufefffeatures: []").catalogue).toEqual({ features: [] });
    expect(readCatalogue("").catalogue).toEqual({});
    expect(readCatalogue("# nothing yet\n").catalogue).toEqual({});
  });

  test("keeps labels of any name as they are", () => {
    const { catalogue } = readCatalogue(
      "rules: [{name: a, feature: b, match: {labels: {__proto__: x, constructor: y}}}]",
    );
    const labels = catalogue?.rules?.[0]?.match.labels ?? {};
    expect(Object.entries(labels)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("tells every fault of its shape at once, in its order, with line and column", () => {
    const text = `features:
  - key: chat
    nmae: Chat
    archived: maybe
  - name: nameless
rules:
  - name: r
    feature: chat
    match:
      namespaces: a
      labels: [a]
unitprices: []
otherCosts: a lot
usage:
  - feature: chat
    name: x
    promql: {good: [1, []]}
`;
    expect(faults(text)).toEqual([
      'line 3, column 5: features[0].nmae unknown_key "nmae" did you mean name?',
      'line 4, column 15: features[0].archived bad_value "maybe" write true or false: archived: true',
      'line 5, column 5: features[1].key bad_value "nothing" write its key: chat-assist',
      'line 10, column 7: rules[0].match.namespaces unknown_key "namespaces" did you mean namespace?',
      'line 11, column 15: rules[0].match.labels bad_value "a list of 1" write a mapping of label to pattern: {app: chat-.*}',
      'line 12, column 1: unitprices unknown_key "unitprices" did you mean unitPrices?',
      expect.stringContaining("line 13, column 13: otherCosts bad_value"),
      expect.stringContaining("usage[0].promql.prometheus bad_value"),
      expect.stringContaining("usage[0].promql.good[1] bad_value"),
    ]);
  });

  test.each([
    ["a list", "- a\n- b\n", "write sections: features, rules"],
    ["a word", "hello", "write sections"],
    ["no YAML", "features: [{key: a}\nrules: ]", "this is no YAML"],
    ["a key twice", "features: []\nfeatures: []\n", "this is no YAML: Map keys must be unique"],
    ["two documents", "features: []\n---\nrules: []\n", "this is no YAML"],
    ["a tab for indentation", "features:\n\t- key: a\n", "this is no YAML"],
    ["text in another encoding", "features: [{key: a, name: \ufffd\ufffd}]", "save the file as UTF-8"],
    ["a NUL", "features: [{key: a, name: \0}]", "save the file as UTF-8"],
  ])("that is %s is refused with the way out", (_, text, hint) => {
    const told = faults(text);
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatch(/^line \d+, column \d+/);
    expect(told.join()).toContain(hint);
  });

  test("in GBK that was read as if it were UTF-8 says where the first unreadable character is", () => {
    const gbk = Uint8Array.from([
      ...Buffer.from("features:\n  - {key: a, name: "),
      0xc1,
      0xc4,
      0xcc,
      0xec,
      ...Buffer.from("}\n"),
    ]);
    expect(faults(new TextDecoder().decode(gbk))[0]).toContain("line 2, column 20");
  });
});

describe("a YAML bomb", () => {
  test("of aliases is refused", () => {
    const laughs = Array.from(
      { length: 9 },
      (_, i) => `x${i + 1}: &x${i + 1} [${Array(10).fill(`*x${i}`).join(", ")}]`,
    );
    const before = process.cpuUsage().user;
    expect(faults(`x0: &x0 [lol]\n${laughs.join("\n")}\n`).join()).toContain("at most 100 aliases");
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(2_000);
  });

  test.each([
    ["brackets", "[".repeat(200_000)],
    ["closed brackets", "[".repeat(5_000) + "]".repeat(5_000)],
    ["maps", `${"{a: ".repeat(3_000)}1${"}".repeat(3_000)}`],
    ["dashes", `${"- ".repeat(5_000)}a`],
    ["question marks", `${"? ".repeat(5_000)}a`],
    ["indentation", Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
  ])("of %s is refused before it is parsed", (_, text) => {
    expect(nestsTooDeep(text)).toBe(true);
    expect(faults(text)).toEqual([expect.stringContaining("it nests deeper than any key is")]);
  });

  test("of size is refused", () => {
    expect(faults(`# ${"x".repeat(3 * 2 ** 20)}`)).toEqual([expect.stringContaining("write at most 2097152")]);
  });

  test("is not what people write", () => {
    expect(nestsTooDeep(readFileSync("dapan.example.yaml", "utf8"))).toBe(false);
  });

  test("of faults is told in part", () => {
    expect(readCatalogue(`features:\n${"  - {nokey: a}\n".repeat(1_000)}`).faults).toHaveLength(200);
  });
});

test("ways out of faults of a file or form are there for the reader's language, and say the same in English", () => {
  const text =
    "features:\n  - {key: chat, kind: gaming, nmae: x, archived: maybe}\nunitPrices: []\notherCosts: a lot\n";
  for (const { hint, say } of readCatalogue(text).faults) {
    expect([hint, say?.key]).not.toContain(undefined);
    expect(hint).toContain(say?.with);
  }
});
