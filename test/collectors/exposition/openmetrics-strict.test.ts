import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import { checkOpenMetrics } from "../../../collectors/exposition/openmetrics-strict.ts";

const VECTORS = path.resolve("../shared/data/openmetrics");
const absent = !existsSync(VECTORS);
if (absent) console.log(`skipped: the OpenMetrics vectors are not at ${VECTORS}`);

const verdict = (body: string | Uint8Array): string => {
  try {
    checkOpenMetrics(typeof body === "string" ? Buffer.from(body) : body);
    return "taken";
  } catch (cause) {
    if (cause instanceof CollectError) return "refused";
    throw cause;
  }
};

describe.skipIf(absent)("the published vectors", () => {
  const cases = absent ? [] : readdirSync(VECTORS).filter((name) => existsSync(path.join(VECTORS, name, "test.json")));
  test("are there", () => {
    expect(cases.length).toBeGreaterThan(90);
  });
  test.each(cases)("%s", (name) => {
    const { shouldParse } = JSON.parse(readFileSync(path.join(VECTORS, name, "test.json"), "utf8")) as {
      shouldParse: boolean;
    };
    expect(verdict(readFileSync(path.join(VECTORS, name, "metrics")))).toBe(shouldParse ? "taken" : "refused");
  });
});

describe("to the letter", () => {
  test.each([
    ["no end mark", "a 1\n"],
    ["an empty body", ""],
    ["a line after the end", "# EOF\na 1\n"],
    ["a blank line", "\n# EOF\n"],
    ["single quotes", "a{a='1'} 1\n# EOF\n"],
    ["no quotes", "a{a=1} 1\n# EOF\n"],
    ["a label without =", 'a{a""} 1\n# EOF\n'],
    ["no blank before the value", 'a{a="1"}1\n# EOF\n'],
    ["no comma", 'a{a="1"b="2"} 1\n# EOF\n'],
    ["a trailing comma", 'a{a="1",b="2",} 1\n# EOF\n'],
    ["blanks between labels", 'a{a="1", b="2"} 1\n# EOF\n'],
    ["no value", "a\n# EOF\n"],
    ["HELP without a name", "# HELP\n# EOF\n"],
    ["HELP without its blank", "# HELP a\n# EOF\n"],
    ["a blank before #", " # HELP a meh\n# EOF\n"],
    ["TYPE with a blank after it", "# TYPE a gauge \n# EOF\n"],
    ["a unit that is not the suffix", "# UNIT a seconds\n# EOF\n"],
    ["a unit on an info", "# TYPE x_u info\n# UNIT x_u u\n# EOF\n"],
    ["TYPE after samples", "# HELP a x\na 1\n# TYPE a gauge\n# EOF\n"],
    ["unknown metadata", "# FOO a x\n# EOF\n"],
    ["a name that starts with a digit", "0a 1\n# EOF\n"],
    ["a tab after the value", "a 1\t\n# EOF\n"],
    ["underscores in a number", "a 1_2\n# EOF\n"],
    ["NaN for a timestamp", "a 1 NaN\n# EOF\n"],
    ["an exemplar without labels", '# TYPE a histogram\na_bucket{le="+Inf"} 1 #\n# EOF\n'],
    ["an exemplar of 129 characters", `# TYPE a counter\na_total 1 # {a="${"x".repeat(128)}"} 1\n# EOF\n`],
    ["an exemplar on a gauge", '# TYPE a gauge\na 1 # {a="b"} 1\n# EOF\n'],
    ["a summary without its quantile", "# TYPE a summary\na 0\n# EOF\n"],
    ["a quantile of NaN", '# TYPE a summary\na{quantile="NaN"} 0\n# EOF\n'],
    ["a counter that is NaN", "# TYPE a counter\na_total NaN\n# EOF\n"],
    ["a counter without _total", "# TYPE a counter\na 1\n# EOF\n"],
    ["half an item in a bucket", '# TYPE a histogram\na_bucket{le="+Inf"} 0.5\n# EOF\n'],
    ["no +Inf bucket", '# TYPE a histogram\na_bucket{le="1"} 0\n# EOF\n'],
    ["bucket counts that go down", '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n# EOF\n'],
    ["a sum alone", "# TYPE a histogram\na_sum 1\n# EOF\n"],
    ["groups that interleave", '# TYPE a gauge\na{a="1"} 0\na{a="2"} 0\na{a="1"} 0\n# EOF\n'],
    ["a timestamp on the first sample of two", "# TYPE a gauge\na 0 0\na 0\n# EOF\n"],
    ["a family that comes back", "a 1\nb 1\na 2\n# EOF\n"],
    ["names that clash", "# TYPE a counter\na_total 1\n# TYPE a_total gauge\na_total 1\n# EOF\n"],
  ])("%s is refused", (_, body) => {
    expect(verdict(body)).toBe("refused");
  });

  test.each([
    ["an end mark alone", "# EOF"],
    ["escapes, known and not", '# TYPE a counter\na_total{foo="b\\"a\\n\\\\r\\q"} 1\n# EOF\n'],
    ["braces in a label", 'a{foo="a{}b,"} 1\n# EOF\n'],
    [
      "a bound that is not canonical",
      '# TYPE a histogram\na_bucket{le="1"} 0\na_bucket{le="+Inf"} 3\na_count 3\na_sum 2\n# EOF\n',
    ],
    ["timestamps of every kind", "a 1 1\nb 2 1.5e3\nc 3 -1\n# EOF\n"],
    ["an exemplar of 128 characters", `# TYPE a counter\na_total 1 # {a="${"x".repeat(127)}"} 1\n# EOF\n`],
  ])("%s is taken", (_, body) => {
    expect(verdict(body)).toBe("taken");
  });

  test("a fault names its line", () => {
    expect(() => checkOpenMetrics(Buffer.from("a 1\nb  2\n# EOF\n"))).toThrow(/^line 2: .*found "b {2}2"/);
  });
});
