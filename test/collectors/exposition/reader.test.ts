import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import type { ExpositionMode } from "../../../collectors/exposition/content-type.ts";
import { expositionMode } from "../../../collectors/exposition/content-type.ts";
import { ExpositionReader, type ReaderOptions, type Readings } from "../../../collectors/exposition/reader.ts";

type Named = { readonly metric: string; readonly labels: ReadonlyMap<string, string> };

/** A reader that takes every series, and what it was told about each. */
function witness(options: ReaderOptions = {}) {
  const described: Named[] = [];
  const reader = new ExpositionReader((metric, labels) => described.push({ metric, labels }) - 1, options);
  const read = (text: string | Uint8Array, mode: ExpositionMode = "text"): Readings =>
    reader.read(typeof text === "string" ? Buffer.from(text) : text, mode);
  const spell = ({ metric, labels }: Named): string =>
    `${metric}{${[...labels].map(([name, value]) => `${name}=${value}`).join(",")}}`;
  const values = (readings: Readings): Record<string, number> =>
    Object.fromEntries(Array.from(readings.refs, (ref, i) => [spell(described[ref]!), readings.values[i]!]));
  return { described, reader, read, values };
}

function faultOf(text: string | Uint8Array, mode: ExpositionMode = "text", options: ReaderOptions = {}): CollectError {
  try {
    witness(options).read(text, mode);
  } catch (cause) {
    if (cause instanceof CollectError) return cause;
    throw cause;
  }
  throw new Error("the body was accepted");
}

describe("the text format", () => {
  test("takes blanks and tabs between tokens, trailing commas, blank lines and comments", () => {
    const { read, values } = witness();
    const readings = read('\n# a comment\n  a\t{ x = "1" ,\ty="2", }\t 3 \n\nb 4\t1500\nc{}-Inf\n# HELP later\n#\n');
    expect(values(readings)).toEqual({ "a{x=1,y=2}": 3, "b{}": 4, "c{}": -Infinity });
    expect([...readings.timestamps]).toEqual([NaN, 1500, NaN]);
  });

  test("undoes the three escapes of a label value and refuses a fourth", () => {
    const { read, described } = witness();
    read('a{x="1\\n2\\\\3\\"4"} 1\n');
    expect(described[0]!.labels.get("x")).toBe('1\n2\\3"4');
    expect(faultOf('a{x="\\t"} 1\n').fault).toBe("malformed");
  });

  test("reads the quoted form of UTF-8 names", () => {
    const { read, described } = witness();
    read('{"卡.温度","rack row"="7"} 41\n');
    expect(described).toEqual([{ metric: "卡.温度", labels: new Map([["rack row", "7"]]) }]);
  });

  test.each([
    ["a second TYPE", "# TYPE a gauge\n# TYPE a gauge\n"],
    ["a second HELP", "# HELP a x\n# HELP a x\n"],
    ["TYPE after the samples", "a 1\n# TYPE a gauge\n"],
    ["a type nobody knows", "# TYPE a meh\n"],
    ["OpenMetrics types", "# TYPE a stateset\n"],
    ["a bad name in a comment", "# TYPE met-ric gauge\n"],
    ["an unknown escape in HELP", "# HELP a \\t\n"],
    ["a summary with a quantile that is no number", '# TYPE a summary\na{quantile="x"} 1\n'],
    ["a histogram with a le that is no number", '# TYPE a histogram\na_bucket{le="x"} 1\n'],
    ["a line without a name", '{x="1"} 1\n'],
    ["two metric names", 'a{"b"} 1\n'],
    ["a label twice", 'a{x="1",x="2"} 1\n'],
    ["the reserved label", 'a{__name__="b"} 1\n'],
    ["an exemplar", "a_total 1 # {} 1\n"],
    ["seconds for a timestamp", "a 1 1.5\n"],
    ["text after the timestamp", "a 1 2 3\n"],
    ["carriage returns", "a 1\r\n"],
    ["a name run into its value", "a.5 1\n"],
    ["commas only", "a{,} 1\n"],
    ["JSON", '{"status":"error"}\n'],
    ["a number of a megabyte", `a ${"0".repeat(2 ** 20)}1\n`],
  ])("refuses %s", (_, text) => {
    expect(faultOf(text).fault).toBe("malformed");
  });

  test.each(["a 1", "a ", "a", 'a{x="1', 'a{x="1"', "a 1 17", "# HELP a", "a 1\nb 2", "a 1\n "])(
    "calls %j truncated",
    (text) => {
      expect(faultOf(text).fault).toBe("truncated");
    },
  );

  test("refuses a page of HTML, and says what it looks like", () => {
    const fault = faultOf("<!doctype html><html><body>502</body></html>\n");
    expect(fault.fault).toBe("malformed");
    expect(fault.message).toContain("HTML");
  });

  test("names the line, and shows what stands there escaped and cut", () => {
    expect(faultOf(`a 1\n\nb{x="1"} \u202e${"9".repeat(200)}x\n`).message).toMatch(
      /^line 3: expected a value, found "\\xe2\\x80\\xae9+…"$/,
    );
  });

  test("refuses bytes that are not UTF-8, wherever they are", () => {
    const body = Buffer.concat([Buffer.from('a 1\nb{x="'), Buffer.from([0xff]), Buffer.from('"} 1\n')]);
    expect(faultOf(body).message).toMatch(/^line 2: not valid UTF-8/);
    expect(faultOf(Buffer.concat([Buffer.from("# "), Buffer.from([0xc3, 0x28]), Buffer.from("\na 1\n")])).fault).toBe(
      "malformed",
    );
  });

  test("refuses NUL in a label with a count, and lets it pass in a comment", () => {
    const fault = faultOf('a{x="\0\0"} 1\n');
    expect(fault.fault).toBe("malformed");
    expect(fault.message).toContain("2 in the body");
    const { read, values } = witness();
    for (const value of [1, 2]) expect(values(read(`# HELP a he\0lp\na ${value}\n`))).toEqual({ "a{}": value });
  });

  test("an empty body is well formed and says nothing", () => {
    expect(witness().read("").samples).toBe(0);
  });
});

describe("OpenMetrics, read leniently", () => {
  test("timestamps are in seconds, exemplars are stepped over, the end mark is asked for", () => {
    const { read, values } = witness();
    const readings = read(
      '# TYPE a counter\n# UNIT a s\na_total{x="1"} 5 1.5 # {trace="9"} 0.5 17\na_total{x="2"} 6 # {} 1\n# EOF\n',
      "openmetrics",
    );
    expect(values(readings)).toEqual({ "a_total{x=1}": 5, "a_total{x=2}": 6 });
    expect([...readings.timestamps]).toEqual([1500, NaN]);
    expect(read("a 1\n# EOF", "openmetrics").samples).toBe(1);
    expect(faultOf("a 1\n", "openmetrics").fault).toBe("truncated");
    expect(faultOf("a 1\n# EOF\nb 1\n", "openmetrics").fault).toBe("malformed");
    expect(faultOf("a 1 # {} x\n# EOF\n", "openmetrics").fault).toBe("malformed");
  });

  test("each mode has its own memory of the last body", () => {
    const { read } = witness();
    expect([...read("a 1 2\n# EOF\n", "text").timestamps]).toEqual([2]);
    expect([...read("a 1 2\n# EOF\n", "openmetrics").timestamps]).toEqual([2000]);
    expect([...read("a 1 2\n# EOF\n", "text").timestamps]).toEqual([2]);
  });
});

describe("limits", () => {
  test("the defaults are those of SCR-06, and one past each fails the whole scrape", () => {
    const series = (n: number): string => Array.from({ length: n }, (_, i) => `a{i="${i}"} 1\n`).join("");
    const labels = (n: number): string => `a{${Array.from({ length: n }, (_, i) => `l${i}="x"`).join(",")}} 1\n`;
    expect(witness().read(series(20_000)).count).toBe(20_000);
    expect(faultOf(series(20_001)).fault).toBe("sample_limit");
    expect(witness().read(labels(40)).count).toBe(1);
    expect(faultOf(labels(41)).fault).toBe("label_limit");
    expect(witness().read(`${"n".repeat(256)} 1\n`).count).toBe(1);
    expect(faultOf(`${"n".repeat(257)} 1\n`).fault).toBe("label_limit");
    expect(faultOf(`a{${"n".repeat(257)}="x"} 1\n`).fault).toBe("label_limit");
    expect(faultOf(`# TYPE ${"n".repeat(257)} gauge\n`).fault).toBe("label_limit");
    expect(witness().read(`a{x="${"v".repeat(4096)}"} 1\n`).count).toBe(1);
    expect(faultOf(`a{x="${"v".repeat(4097)}"} 1\n`).fault).toBe("label_limit");
  });

  test("a target may have its own", () => {
    expect(faultOf("a 1\nb 1\n", "text", { limits: { samples: 1 } }).message).toContain("more than 1 samples");
  });

  test("a body too long to keep is still read right, every time", () => {
    const { read, values } = witness({ limits: { cacheBytes: 8 } });
    for (const value of [1, 2, 3])
      expect(values(read(`a{x="long enough"} ${value}\nb ${value}\n`))).toEqual({
        "a{x=long enough}": value,
        "b{}": value,
      });
  });
});

describe("a large body", () => {
  const large = Buffer.from(
    Array.from({ length: 8_000 }, (_, i) => `a{i="${i}",x="${"v".repeat(60)}"} ${i}\n`).join(""),
  );

  test("is read in pieces that give way, to the same end", async () => {
    const [whole, pieces] = [witness(), witness()];
    const describedBy: number[] = []; // how many series were described when it gave way
    const giveWay = async () => void describedBy.push(pieces.described.length);
    const readings = await pieces.reader.readGivingWay(large, "text", giveWay);
    const whileReading = Math.floor(large.length / 65_536);
    expect(describedBy.slice(0, whileReading)).toEqual(Array.from({ length: whileReading }, () => 0));
    expect(describedBy.slice(whileReading)).toEqual(Array.from({ length: 15 }, (_, i) => 512 * (i + 1)));
    expect(readings).toEqual(whole.read(large));
    expect(pieces.described).toEqual(whole.described);
  });

  test("that breaks in its last piece changes nothing", async () => {
    const { reader, read, described } = witness();
    read("b 1\n");
    const broken = Buffer.concat([large, Buffer.from("c 1")]);
    await expect(reader.readGivingWay(broken, "text", async () => {})).rejects.toThrow(CollectError);
    expect(described).toHaveLength(1);
    expect(read("b 2\n").changed).toBe(false);
  });
});

describe("known series", () => {
  test("are described once, and keep their ref whatever comes between", () => {
    const { read, described, values } = witness();
    read('a{x="1"} 1\na{x="2"} 2\n');
    expect(values(read('a{x="2"} 20\n# a comment\na{x="1"} 10\n'))).toEqual({ "a{x=1}": 10, "a{x=2}": 20 });
    read('b 1\na{x="1"} 1\n');
    expect(described).toHaveLength(3);
  });

  test("a set that only changed its order has not changed; one more or less has", () => {
    const { read } = witness();
    const changes = ["a 1\nb 1\n", "a 2\nb 2\n", "b 1\na 1\n", "b 1\n", "b 2\n", "b 1\nc 1\n", "c 1\na 1\n"].map(
      (text) => read(text).changed,
    );
    expect(changes).toEqual([true, false, false, true, false, true, true]);
  });

  test("a series without interest is asked about once and says nothing", () => {
    let asked = 0;
    const reader = new ExpositionReader((metric) => (asked++, metric === "a" ? 7 : -1));
    for (let i = 0; i < 3; i++) {
      const readings = reader.read(Buffer.from(`${i % 2 === 0 ? "" : "# again\n"}a ${i}\nb ${i}\n`), "text");
      expect([...readings.refs]).toEqual([7]);
      expect([...readings.values]).toEqual([i]);
      expect(readings.samples).toBe(2);
      expect(readings.changed).toBe(i === 0);
    }
    expect(asked).toBe(2);
  });

  test("a metric nobody wants is never described, and still read by the grammar", () => {
    const { read, described, values } = witness({ wants: (metric) => metric === "a" });
    expect(values(read('b{x="1"} 1\na 5\nb{x="1"} 2\n'))).toEqual({ "a{}": 5 });
    expect(described).toHaveLength(1);
    expect(() => read('b{x="1} 1\na 5\n')).toThrow(CollectError);
  });

  test.each([
    "a 2 \n",
    "a 2 -5\n",
    "a 2 +5\n",
    "a 2\t7\n",
    "a 2 1234567890123456\n",
    "a 2  7\n",
    "a 2 7 \n",
    "a 2 00\n",
  ])("a rare spelling after the value is read as by a fresh reader: %j", (text) => {
    const known = witness();
    known.read("a 1 5\n");
    const outcome = (readings: Readings): unknown => ({ ...readings, changed: null });
    expect(outcome(known.read(text))).toEqual(outcome(witness().read(text)));
  });

  test("text with NUL is not kept: the two zeros of eight bytes are one double", () => {
    const body = Buffer.from("# ABCDEF\0\0\0\0\0\0\0\0GHIJKLMNOP\na 1\n");
    const { read } = witness();
    read(body);
    body[15] = 0x80; // not UTF-8 any more
    expect(() => read(body)).toThrow(CollectError);
  });

  test("a body that cannot be read changes nothing", () => {
    const { read, described, values } = witness();
    read('a{x="1"} 1\n');
    for (const broken of ['a{x="1"} 2', 'a{x="1"} two\n', 'a{x="2"} 1\nnew 1\n<html>\n', 'a{x="1"} 3\nb{\n'])
      expect(() => read(broken)).toThrow(CollectError);
    expect(described).toHaveLength(1);
    const readings = read('a{x="1"} 4\n');
    expect(values(readings)).toEqual({ "a{x=1}": 4 });
    expect(readings.changed).toBe(false);
  });

  test("labels that come and go leave nothing behind", () => {
    const { reader, read } = witness();
    for (let i = 0; i < 50; i++) read(`a{pod="p${i}"} 1\n`);
    type Table = Record<"sets" | "canonical" | "refs" | "names", Map<unknown, unknown>>;
    const inside = reader as unknown as { table: Table | null; known(): Table };
    expect(inside.table).toBeNull(); // the text of the last body has all of it
    const { sets, canonical, refs, names } = inside.known();
    expect([sets.size, canonical.size, refs.size, names.size]).toEqual([1, 1, 1, 1]);
  });
});

describe("a series twice in one body", () => {
  test("the first wins, the rest are counted, on known bodies too", () => {
    const { read, values } = witness();
    for (const first of [1, 7]) {
      const readings = read(`a{x="1",y="2"} ${first}\na{y="2",x="1"} 9\na{x="1",y="2",z=""} 8\nb 1\n`);
      expect(values(readings)).toEqual({ "a{x=1,y=2}": first, "b{}": 1 });
      expect(readings.duplicates).toBe(2);
      expect(readings.samples).toBe(4);
    }
  });
});

describe("hostile labels", () => {
  test("survive as data, and Object.prototype stays clean", () => {
    const { read, described } = witness();
    read('a{__proto__="polluted",constructor="c",toString="t",empty="",emoji="🂡",bidi="\u202eabc"} 1\n');
    expect([...described[0]!.labels]).toEqual([
      ["__proto__", "polluted"],
      ["constructor", "c"],
      ["toString", "t"],
      ["empty", ""],
      ["emoji", "🂡"],
      ["bidi", "\u202eabc"],
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("the content type", () => {
  test.each([
    ["text/plain; version=0.0.4; charset=utf-8", "text"],
    ["Text/Plain", "text"],
    ["", "text"],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
  ])("%j is read as %s", (type, mode) => {
    expect(expositionMode(type)).toBe(mode);
  });
  test.each(["text/html; charset=utf-8", "application/json", "application/vnd.google.protobuf", "image/png"])(
    "%j is refused by name",
    (type) => {
      expect(() => expositionMode(type)).toThrow(expect.objectContaining({ fault: "content_type" }));
    },
  );
});
