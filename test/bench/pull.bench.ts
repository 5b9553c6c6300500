import { spawn } from "node:child_process";
import { once } from "node:events";
import { cardExporters } from "../../collectors/card-exporters.ts";
import { PrometheusPuller } from "../../collectors/prometheus/pull.ts";
import { SLOT_MS, slotOf } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { systemClock } from "../../server/clock.ts";
import { openFetcher } from "../../server/egress/fetcher.ts";
import { openPolicy } from "../../server/egress/policy.ts";
import { tinySource } from "../collectors/prometheus/tiny-exporters.ts";
import type { BenchRow } from "./row.ts";

const CARDS = 10_000;
const ROUNDS = 5;

/**
 * What reading a slot of 10,000 cards × 12 metrics from a Prometheus costs us: HTTP, parse, frames. The server is another
 * process that answers in Prometheus' format (its CPU is not ours; a real one needs minutes to be filled).
 */
export async function benchPull(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const intervalMs of [30_000, 15_000]) rows.push(...(await benchInterval(intervalMs)));
  return rows;
}

async function benchInterval(intervalMs: number): Promise<BenchRow[]> {
  const args = [
    "--import",
    "tsx",
    "test/bench/serve-matrix.ts",
    "--cards",
    String(CARDS),
    "--interval",
    String(intervalMs),
  ];
  const server = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
  try {
    const source = tinySource({
      url: `http://127.0.0.1:${line.toString().trim()}`,
      intervalMs,
      exporters: cardExporters,
      maxBodyBytes: 64 << 20,
    });
    const puller = new PrometheusPuller(source, { fetcher, clock: systemClock });
    const end = slotOf(unixMs(Date.now() - SLOT_MS));
    const first = await measure(puller, unixMs(end - (ROUNDS + 2) * SLOT_MS));
    await measure(puller, unixMs(end - (ROUNDS + 1) * SLOT_MS)); // the first packed by known sizes
    const warm = [];
    for (let round = ROUNDS; round > 0; round -= 1) warm.push(await measure(puller, unixMs(end - round * SLOT_MS)));
    const what = `pull ${CARDS} cards × 12 series, one slot, ${intervalMs / 1000} s samples`;
    const note = `${(warm[0]!.samples / 1e6).toFixed(2)} M samples with the reach before, ${(warm[0]!.bytes / 1e6).toFixed(0)} MB of JSON, ${warm[0]!.frames} frames, ${warm[0]!.requests} questions; median of ${ROUNDS}`;
    return [
      { name: what, value: median(warm.map((m) => m.cpuS)), unit: "CPU-s", goal: "≤ 0.4", note },
      {
        name: `${what}: longest turn`,
        value: median(warm.map((m) => m.longestMs)),
        unit: "ms",
        note: "event loop not available to others, in one piece",
      },
      { name: `${what}, every series new`, value: first.cpuS, unit: "CPU-s", note: "once after a start" },
    ];
  } finally {
    await fetcher.close();
    server.kill();
  }
}

type Measured = { cpuS: number; samples: number; bytes: number; frames: number; requests: number; longestMs: number };

async function measure(puller: PrometheusPuller, slot: number): Promise<Measured> {
  const { bytes, requests } = puller.client;
  let longestMs = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last - 1);
    last = now;
  }, 1);
  const began = process.cpuUsage();
  const window = { from: unixMs(slot), to: unixMs(slot + SLOT_MS) };
  const { reports, samples } = await puller.pullWindow(window, new AbortController().signal);
  const { user, system } = process.cpuUsage(began);
  clearInterval(beat);
  const { client } = puller;
  return {
    cpuS: (user + system) / 1e6,
    samples,
    bytes: client.bytes - bytes,
    frames: reports.length,
    requests: client.requests - requests,
    longestMs,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
