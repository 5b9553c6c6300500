import { readdirSync, readFileSync, readlinkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES, type Language } from "../../../../db/model/channel.ts";
import type { ReportDocument } from "../../../../db/model/report-document.ts";
import { makeValue } from "../../../../reports/make-value.ts";
import type { ReportValue } from "../../../../reports/report-value.ts";
import { documentOf } from "../../../../reports/write-document.ts";
import { systemClock } from "../../../../server/clock.ts";
import { pdfMaker } from "../../../../server/usecases/patrol/make-pdf.ts";
import { sampleFacts } from "../../../fixtures/report-facts.ts";
import { sampleDocument } from "../../../fixtures/report-sample.ts";
import { inflated, poppler, squeezed } from "../../../tools/pdf-looks.ts";

const SECRET = "s3cr3t-0f-the-planted-file";
const LINK = "https://dapan.example.com/patrol/reports/1";
const scratch = mkdtempSync(join(tmpdir(), "dapan-planted-"));
const planted = join(scratch, "f.txt");
let canary: Server;
let connections = 0;
let port = 0;

beforeAll(async () => {
  writeFileSync(planted, SECRET);
  canary = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => {
  canary.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Markup of every language a renderer might read. Short enough that none is cut. */
const payloads = (): string[] => [
  `<img src=http://127.0.0.1:${port}/a>`,
  `<iframe src="file://${planted}"></iframe>`,
  `<script>fetch("http://127.0.0.1:${port}/b")</script>`,
  `<style>*{background:url(http://127.0.0.1:${port}/c)}</style>`,
  `<svg><image href="http://127.0.0.1:${port}/d"/></svg>`,
  `]]><!ENTITY x SYSTEM "file://${planted}">&x;`,
  `#read("${planted}")`,
  `#include "${planted}"`,
  `#image("${planted}")`,
  `#eval("read(\\"${planted}\\")")`,
  `#import "@preview/x:0.1.0": *`,
  `#json("/data.json") #sys.inputs`,
  `$ x^2 #read("${planted}") $`,
  `\`\`\`typ #read("${planted}")\`\`\``,
  `#link("http://127.0.0.1:${port}/e")[x]`,
  `http://127.0.0.1:${port}/f <lbl> @lbl`,
  `"); #read("${planted}"); ("`,
  `] #read("${planted}") [ \\u{23}read`,
];

/** Fields of a value that others name. */
const NAMES = [
  /^scope\.(vendors|regions|models|teams)/,
  /^changes\.\d+\.subject$/,
  /\.(vendor|region|cluster|model|node|uuid|position|ruleId|source|team|unit|name)$/,
  /\.pool\.zone$/,
  /^fleet\.groups\.(vendor|region|model)\.\d+\.key$/,
  /^features\.lines\.\d+\.key$/,
  /^incidents\.lines\.\d+\.what\./,
  /^checks\.\d+\.(title|sentence|advice|values\.name|named)/,
  /\.uuids\.\d+$/,
];
const OURS = /^(period|before)\.|^figures|\.now\.|\.before\.|^checks\.\d+\.unit$/;

/** The value with a payload in each, marked so that every one can be found again. */
function poisoned(value: ReportValue): { readonly value: ReportValue; readonly marks: ReadonlyMap<string, string> } {
  const marks = new Map<string, string>();
  const all = payloads();
  const walk = (part: unknown, at: string): unknown => {
    if (typeof part === "string") {
      if (OURS.test(at) || !NAMES.some((name) => name.test(at)) || (part === "" && !at.endsWith("zone"))) return part;
      const mark = `q${marks.size}z${all[marks.size % all.length]!}`;
      marks.set(mark, at.replaceAll(/\.\d+/g, ".*"));
      return at.includes(".sentence.") ? `${mark} {name}` : mark; // which is filled in
    }
    if (Array.isArray(part)) return part.map((one, i) => walk(one, `${at}.${i}`));
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, one]) => [key, walk(one, at === "" ? key : `${at}.${key}`)]),
    );
  };
  const scope = { vendors: ["v"], regions: ["r"], models: ["m"], billings: [], teams: ["t"] };
  return { value: walk({ ...value, scope }, "") as ReportValue, marks };
}

/** Every text of a document but those of charts, which are shortened. */
const textsOf = ({ facts, sections }: ReportDocument): string[] => [
  ...facts.map(({ text }) => text),
  ...sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.kind === "text") return [block.text];
      if (block.kind === "list") return block.items.map(({ text }) => text);
      return block.kind === "table" ? block.rows.flatMap((row) => row.map(({ text }) => text)) : [];
    }),
  ),
];

describe("hostile text in every field that others name (SCH-14)", () => {
  test.each(LANGUAGES)("is text of the PDF: nothing is asked of the net, no file is read (%s)", async (language) => {
    const { value, marks } = poisoned(makeValue(sampleFacts({ cards: 3_000 })));
    const document = documentOf(value, language, { link: LINK, madeAt: 0 });
    const { bytes } = await pdfMaker(systemClock)(document);
    const open = inflated(bytes);
    expect(open).not.toContain(SECRET);
    expect(open).not.toContain(Buffer.from(SECRET, "utf16le").swap16().toString("latin1"));
    const leads = [...open.matchAll(/\/URI \((.*?)\)/g)].map(([, to]) => to);
    expect(new Set(leads)).toEqual(new Set([LINK])); // what looks like an address leads nowhere
    expect(open).not.toMatch(/\/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b/);
    const text = poppler("pdftotext", bytes, "-raw");
    if (text !== null) {
      expect(text).not.toContain(SECRET);
      const [paper, said] = [squeezed(text), textsOf(document)];
      const shown = [...marks].filter(([mark]) => said.some((one) => one.includes(mark)));
      for (const [mark, at] of shown) expect(paper, at).toContain(squeezed(mark));
      const fields = new Set(shown.map(([, at]) => at));
      const never = new Set([...marks.values()].filter((at) => !fields.has(at)));
      expect([...never].toSorted()).toEqual(notOnPaper(language));
      const kinds = new Set(shown.map(([mark]) => Number(/\d+/.exec(mark)![0]) % payloads().length));
      expect(kinds.size).toBe(payloads().length);
    }
    await wait(50);
    expect(connections).toBe(0);
  });
});

/** Fields that no text of the paper writes: keys, the name of a series of a chart, and the other language. */
function notOnPaper(language: Language): string[] {
  const other = language === "en" ? "zh" : "en";
  return [
    "features.lines.*.key",
    "fleet.costByDay.*.vendor",
    "incidents.lines.*.ruleId",
    "reliability.offenders.*.position",
    "reliability.offenders.*.vendor",
    ...["checks.*.advice", "checks.*.sentence", "checks.*.title", "incidents.lines.*.what"].map(
      (at) => `${at}.${other}`,
    ),
  ].toSorted();
}

/** Processes below this one, with theirs. */
function children(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .flatMap((child) => [child, ...children(child)]),
    );
  } catch {
    return []; // it has ended
  }
}
/** Sockets of a process that listen, and what it was started with. */
function lookAt(pid: string): { readonly listens: number; readonly line: string } {
  try {
    const listening = ["tcp", "tcp6"].flatMap((net) =>
      readFileSync(`/proc/${pid}/net/${net}`, "utf8")
        .split("\n")
        .slice(1)
        .flatMap((row) => {
          const cells = row.trim().split(/\s+/);
          return cells[3] === "0A" ? [`socket:[${cells[9]}]`] : [];
        }),
    );
    const own = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return {
      listens: own.filter((one) => listening.includes(one)).length,
      line: readFileSync(`/proc/${pid}/cmdline`, "utf8"),
    };
  } catch {
    return { listens: 0, line: "" };
  }
}
/** What was seen of new processes while something was made. */
async function watched(make: () => Promise<unknown>) {
  const before = new Set(children("self"));
  const state = { isOver: false };
  let [looks, listens] = [0, 0];
  const lines = new Set<string>();
  const made = make().then(
    () => (state.isOver = true),
    () => (state.isOver = true),
  );
  while (!state.isOver) {
    for (const pid of children("self").filter((one) => !before.has(one))) {
      const seen = lookAt(pid);
      looks++;
      listens += seen.listens;
      if (seen.line !== "") lines.add(seen.line.replaceAll("\0", " "));
    }
    await wait(5);
  }
  await made;
  return { looks, listens, lines: [...lines] };
}

describe("the renderer (SCH-15)", () => {
  const document = { ...sampleDocument("en"), title: "../../etc/passwd" };

  test("listens nowhere, and is started the same way whatever is rendered", async () => {
    const seen = await watched(() => pdfMaker(systemClock)(document));
    expect(seen.looks).toBeGreaterThan(10);
    expect(seen.listens).toBe(0);
    const own = seen.lines.filter((line) => line.includes("pdf-child"));
    expect(own.length).toBe(1);
    expect(own[0]).not.toContain("passwd");
    expect(own[0]!.trim()).toMatch(/pdf-child\.ts$/); // no argument after it: no name of a file, no port, no token
  });

  test("one that listened would be seen", async () => {
    const code = `require("node:net").createServer().listen(0, "127.0.0.1"); setTimeout(() => process.exit(1), 150)`;
    const limits = { timeMs: 5_000, memoryMib: 200, outputMib: 1 };
    const maker = pdfMaker(systemClock, limits, { file: process.execPath, args: ["-e", code] });
    expect((await watched(() => maker(document))).listens).toBeGreaterThan(0);
  });
});
