import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CardTarget } from "../../../collectors/card-target.ts";
import { CollectError } from "../../../collectors/collector.ts";
import type { ExpositionMode } from "../../../collectors/exposition/content-type.ts";
import { checkOpenMetrics } from "../../../collectors/exposition/openmetrics-strict.ts";
import { ExpositionReader } from "../../../collectors/exposition/reader.ts";
import { unixMs } from "../../../db/model/units.ts";
import { about, healthOf, saidOf } from "../dcgm-bodies.ts";

/**
 * Real bodies as facts. The golden files hold what we make of them, never the bodies themselves.
 * `DAPAN_GOLDEN=write` writes them anew; a change to them is a change of behaviour.
 */
const DATA = path.resolve("../shared/data");
const GOLDEN = path.resolve("test/golden/facts");
const READ_AT = unixMs(Date.UTC(2026, 0, 5, 4, 0)); // golden files name no other clock
const absent = !existsSync(DATA);
if (absent) console.log(`skipped: the scrape bodies are not at ${DATA}`);

const faultOr = (make: () => unknown): unknown => {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof CollectError) return { fault: cause.fault, says: cause.message };
    throw cause;
  }
};

/** A body read for its own sake: how much is in it. */
function reading(file: string, mode: ExpositionMode): unknown {
  return faultOr(() => {
    let refs = 0;
    const { samples, count, duplicates, values, timestamps } = new ExpositionReader(() => refs++).read(
      readFileSync(path.join(DATA, file)),
      mode,
    );
    const stamped = timestamps.slice(0, count).filter((stamp) => !Number.isNaN(stamp)).length;
    const missing = values.slice(0, count).filter((value) => Number.isNaN(value)).length;
    return { samples, series: count, duplicates, stamped, missing };
  });
}

/** A body as the scrape of a target: the cards, and what each said. */
function facts(file: string): unknown {
  return faultOr(() => {
    const body = readFileSync(path.join(DATA, file));
    const target = new CardTarget();
    const first = target.toFrame(body, "text", about({ at: READ_AT }));
    const again = target.toFrame(body, "text", about({ at: unixMs(READ_AT + 15_000) }));
    expect(again.frame.cards).toBe(first.frame.cards);
    expect(again.frame.values).toEqual(first.frame.values);
    const { frame, ...counts } = first;
    return {
      ...counts,
      xidCounts: frame.xidCounts,
      cards: frame.cards.map((card, row) => ({ ...card, said: saidOf(frame, row) })),
    };
  });
}

function golden(name: string, made: unknown): void {
  const file = path.join(GOLDEN, `${name}.json`);
  const text = `${JSON.stringify(made, null, 2)}\n`;
  if (process.env["DAPAN_GOLDEN"] === "write") {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(path.join(DATA, folder)).filter((name) => !/^(LICENSE|SOURCE)/.test(name));

describe.skipIf(absent)("real bodies", () => {
  test("dcgm-exporter as facts", () => {
    golden(
      "dcgm-scrapes",
      Object.fromEntries(filesIn("dcgm-scrapes").map((name) => [name, facts(`dcgm-scrapes/${name}`)])),
    );
  });

  test("npu-exporter as facts: cards sighted, and a cache of 1970 that says nothing", () => {
    const made = facts("npu-exporter/910a-8chips.prom");
    expect(made).toMatchObject({
      stale: 96,
      cards: Array.from({ length: 8 }, () => ({ modelName: "910Awn-Ascend-V1", said: {} })),
    });
    golden("npu-exporter", { "910a-8chips.prom": made });
  });

  test("what the rules of health read of them, as said when the body was made", () => {
    const bodies = ["dcgm-scrapes", "npu-exporter"].flatMap((folder) =>
      filesIn(folder).map((name) => `${folder}/${name}`),
    );
    const made = bodies.map((file) => {
      const body = readFileSync(path.join(DATA, file));
      const stamp = /\} \S+ (\d{9,13})$/m.exec(body.toString())?.[1];
      const { frame } = new CardTarget().toFrame(body, "text", about({ at: unixMs(Number(stamp ?? READ_AT)) }));
      return [file, frame.cards.map(({ uuid }, row) => ({ uuid, health: healthOf(frame, row) }))] as const;
    });
    golden("health", Object.fromEntries(made));
  });

  test("exporters of other things are read, and hold no card", () => {
    const others = ["node-exporter/e2e-output.txt", "prometheus-text/alltypes.237mfs.prom.txt"];
    golden(
      "other-exporters",
      Object.fromEntries(others.map((file) => [file, { read: reading(file, "text"), scraped: facts(file) }])),
    );
  });

  test("the text format's good and bad cases", () => {
    const cases = ["good", "bad"].flatMap((kind) =>
      filesIn(`prometheus-text/${kind}`).map((name) => `${kind}/${name}`),
    );
    const made = Object.fromEntries(cases.map((name) => [name, reading(`prometheus-text/${name}`, "text")]));
    for (const [name, verdict] of Object.entries(made))
      expect(JSON.stringify(verdict).includes('"fault"'), name).toBe(name.startsWith("bad/"));
    golden("prometheus-text", made);
  });

  test("OpenMetrics, each case by its letter and by our leniency", () => {
    const cases = readdirSync(path.join(DATA, "openmetrics")).filter((name) =>
      existsSync(path.join(DATA, "openmetrics", name, "test.json")),
    );
    const made = cases.map((name) => {
      const file = `openmetrics/${name}/metrics`;
      const strict = faultOr(() => (checkOpenMetrics(readFileSync(path.join(DATA, file))), "taken"));
      return [name, { strict, lenient: reading(file, "openmetrics") }] as const;
    });
    const file = "prometheus-text/alltypes.5mfs.om.txt";
    golden("openmetrics", { ...Object.fromEntries(made), [file]: { lenient: reading(file, "openmetrics") } });
  });

  test("nothing that the letter takes is refused by leniency", () => {
    const made = JSON.parse(readFileSync(path.join(GOLDEN, "openmetrics.json"), "utf8")) as Record<
      string,
      { strict?: unknown; lenient: Record<string, unknown> }
    >;
    for (const [name, { strict, lenient }] of Object.entries(made))
      if (strict === "taken") expect(lenient, name).not.toHaveProperty("fault");
  });
});
