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

/** Payloads at each place of a text; every one of them with DAPAN_FUZZ=10000 (minutes). */
const EACH = Number(process.env["DAPAN_FUZZ"] ?? 0) >= 10_000 ? PAYLOADS.length : 2;
const SLEEP_MS = 3_000; // what the payloads ask the database to sleep
/** Alternatives of a schema are taken in turn. */
const TURNS = [0, 1, 2, 3];

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
afterAll(async () => {
  await running?.stop();
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
            const text = PAYLOADS[(EACH === PAYLOADS.length ? i : next++) % PAYLOADS.length]!;
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

/** What a use-case says by itself when something it needs is not there. */
const isKnownTrouble = (status: number, body: string): boolean =>
  status === 503 && !body.includes("INTERNAL_SERVER_ERROR");
