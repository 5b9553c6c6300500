import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../server/clock.ts";
import type { Running } from "../../server/compose.ts";
import { startDemo } from "../../server/demo.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir } from "../db/databases.ts";
import { type Call, callsOf, sampleOf, textPlaces } from "./inputs.ts";
import { PAYLOADS } from "./payloads.ts";

/** Payloads at each place of a text, the quote among them; all 200 of them with DAPAN_PAYLOADS=200 (half an hour). */
const EACH = Math.min(PAYLOADS.length, Number(process.env["DAPAN_PAYLOADS"] ?? 2));
const SLEEP_MS = 3_000; // what the payloads ask the database to sleep
/** Alternatives of a schema are taken in turn. */
const TURNS = EACH > 2 ? [0, 1, 2, 3] : [0, 1];

let running: Running;
let dataDir = "";
const logged: string[] = [];
beforeAll(async () => {
  dataDir = await freshDataDir();
  const sink = new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) });
  running = await startDemo({
    cards: 8,
    seed: 5,
    port: 0,
    dataDir,
    history: false,
    env: {},
    clock: systemClock,
    log: createLog("error", systemClock, sink),
    onFatal: (error) => logged.push(`fatal: ${error.message}`),
    stopping: new AbortController().signal,
  });
});
let isStopped = false;
afterAll(async () => {
  if (!isStopped) await running?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Answer = { readonly status: number; readonly body: string; readonly ms: number };

async function ask({ path, type }: Call, input: unknown): Promise<Answer> {
  const url = `${running.url}/api/trpc/${path}`;
  const said = JSON.stringify(input) ?? "{}";
  const began = systemClock.now();
  const answer =
    type === "mutation"
      ? await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: said })
      : await fetch(`${url}?input=${encodeURIComponent(said)}`);
  return { status: answer.status, body: await answer.text(), ms: systemClock.now() - began };
}

const CALLS = callsOf().filter(({ type }) => type !== "subscription");

describe("API-13: a change of money that is said twice", () => {
  test.each([
    "pricing.set",
    "pricing.setRates",
    "pricing.end",
    "usage.setUnitPrices",
    "usage.setOtherCosts",
    "inventory.declare",
  ])("%s, both at once and once more later, is one change", async (path) => {
    const call = CALLS.find((one) => one.path === path)!;
    const input = sampleOf(call.schema!);
    const both = await Promise.all([ask(call, input), ask(call, input)]);
    expect(both.map(({ status, body }) => (status === 200 ? 200 : body))).toEqual([200, 200]);
    const later = await ask(call, input);
    const changes = [...both, later].filter(({ body }) => /"(?:added|replaced|ended)":[1-9]|"changed":true/.test(body));
    expect(changes).toHaveLength(1);
    expect([200, 404]).toContain(later.status); // an ended price is gone
  });
});

/** How many values an answer has. */
const leaves = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, each) => sum + leaves(each), 0)
    : 1;

/** The same input with its days a century apart; null = it asks about none. */
function century(input: unknown): unknown {
  if (typeof input !== "object" || input === null) return null;
  const { from, to } = input as { readonly from?: unknown; readonly to?: unknown };
  if (typeof from === "string" && typeof to === "string") return { ...input, from: "1970-01-01", to: "2069-12-31" };
  if (typeof from === "number" && typeof to === "number") return { ...input, from: 0, to: Date.UTC(2069, 11, 31) };
  for (const [key, each] of Object.entries(input)) {
    const wide = century(each);
    if (wide !== null) return { ...input, [key]: wide };
  }
  return null;
}

describe("API-08: a question about a century", () => {
  const wide = CALLS.filter(({ type }) => type === "query").flatMap((call) => {
    const input = call.schema === null ? null : century(sampleOf(call.schema));
    return input === null ? [] : [[call.path, call, input] as const];
  });
  test.each(wide)(
    "%s is refused with the way out, or answered in at most 50,000 values and 10 s",
    async (_path, call, input) => {
      const { status, body, ms } = await ask(call, input);
      expect([200, 400, 404]).toContain(status);
      if (status === 200) expect(leaves(JSON.parse(body))).toBeLessThanOrEqual(50_000);
      expect(ms).toBeLessThan(10_000);
    },
  );
  test("is asked of every procedure that takes two ends", () => expect(wide.length).toBeGreaterThan(7));
});

describe("API-06: a text is a text, wherever it is said", () => {
  test("there are enough payloads, and enough places, to mean something", () => {
    expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(200);
    const places = CALLS.flatMap(({ schema }) => (schema === null ? [] : textPlaces(sampleOf(schema))));
    expect(places.length).toBeGreaterThan(150);
  });

  test("every procedure answers every payload at every place: no fault of the server, no stack, no sleep", { timeout: 3_600_000 }, async () => {
    let next = 0;
    let asked = 0;
    const wrong: string[] = [];
    const ends = new Map<number, number>();
    const judge = (path: string, text: string, { status, body, ms }: Answer) => {
      asked += 1;
      ends.set(status, (ends.get(status) ?? 0) + 1);
      const why = [
        ...(status >= 500 && !isKnownTrouble(status, body) ? [`${status} ${body.slice(0, 160)}`] : []),
        ...(/\n\s+at |node_modules|syntax error at|relation "/.test(body) ? [`says too much: ${body.slice(0, 300)}`] : []),
        ...(ms >= SLEEP_MS && text.includes("pg_sleep") ? [`took ${ms} ms`] : []),
      ];
      if (why.length > 0) wrong.push(`${path} ${JSON.stringify(text.slice(0, 60))}: ${why.join("; ")}`);
    };
    for (const call of CALLS) {
      if (call.schema === null) continue;
      const seen = new Set<string>();
      for (const turn of TURNS) {
        const sample = sampleOf(call.schema, turn);
        const said = JSON.stringify(sample);
        if (seen.has(said)) continue;
        seen.add(said);
        judge(call.path, "a sound input", await ask(call, sample));
        for (const put of textPlaces(sample))
          for (let i = 0; i < EACH; i++) {
            const text = PAYLOADS[EACH === PAYLOADS.length || i === 0 ? i : next++ % PAYLOADS.length]!; // the quote always
            judge(call.path, text, await ask(call, put(text)));
          }
      }
    }
    console.log(`API-06: ${asked} calls of ${CALLS.length} procedures: ${[...ends].map(([status, n]) => `${n} × ${status}`).join(", ")}`);
    expect(ends.get(200)).toBeGreaterThan(asked / 20); // not all were stopped at the door
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(logged.filter((line) => line.startsWith("fatal"))).toEqual([]);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  });
}); // prettier-ignore

describe("API-10: a database that goes away in the middle", () => {
  test("of every question at once leaves no promise that nobody holds: one of those would end the process", async () => {
    const dropped: unknown[] = [];
    const note = (error: unknown) => void dropped.push(error);
    process.on("unhandledRejection", note);
    const all = CALLS.filter(({ type }) => type === "query").map((call) =>
      ask(call, call.schema === null ? undefined : sampleOf(call.schema)).catch(() => null),
    );
    await Promise.race(all); // the first is answered
    isStopped = true;
    await running.stop();
    await Promise.all(all);
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.off("unhandledRejection", note);
    expect(dropped).toEqual([]);
  });
});

/** What a use-case says by itself when something it needs is not there. */
const isKnownTrouble = (status: number, body: string): boolean =>
  status === 503 && !body.includes("INTERNAL_SERVER_ERROR");
