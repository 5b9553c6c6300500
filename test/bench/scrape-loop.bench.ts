import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { staticTargets } from "../../collectors/discovery/static-targets.ts";
import { systemClock } from "../../server/clock.ts";
import { openFetcher } from "../../server/egress/fetcher.ts";
import { openPolicy } from "../../server/egress/policy.ts";
import { ScrapeLoop } from "../../server/ingest/scrape-loop.ts";
import { phaseOf, waitForPhase } from "../../server/ingest/scrape-phase.ts";
import { TargetHealth } from "../../server/ingest/target-health.ts";
import type { BenchRow } from "./row.ts";

const INTERVAL_MS = 15_000;
const ROUNDS = 4;
const FOUND = { samples: 130, cards: 1, duplicateSeries: 0, refusedValues: 0 };
const NO_HEADERS = {};

/** Ten thousand targets, three in ten of which hang, counted from the very first round (pitfalls.md SCR-16). */
export async function benchScrapeLoop(): Promise<BenchRow[]> {
  const { live, dead, stop } = await startHalfDead();
  const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
  const reads = new Map<string, number[]>(); // when each live target's body had come, monotonic ms
  const onBody = (job: { target: { origin: string } }): typeof FOUND => {
    reads.get(job.target.origin)?.push(systemClock.monotonicMs());
    return FOUND;
  };
  const loop = new ScrapeLoop({ clock: systemClock, fetcher, health: new TargetHealth(), sink: { onBody, onSilence } });
  for (const { origin } of staticTargets(live, new Map())) reads.set(origin, []);
  const targets = staticTargets([...live, ...dead], new Map());
  loop.setTargets(
    targets.map((target) => ({
      source: "bench",
      target,
      intervalMs: INTERVAL_MS,
      timeoutMs: 10_000,
      maxBodyBytes: 1e6,
      headers: () => NO_HEADERS,
      caFile: null,
    })),
  );
  const cpu = process.cpuUsage();
  loop.start();
  const began = { wall: systemClock.now(), monotonic: systemClock.monotonicMs() };
  let mostInFlight = 0;
  for (let i = 0; i < (INTERVAL_MS * ROUNDS + 1_000) / 100; i++) {
    await systemClock.sleep(100);
    mostInFlight = Math.max(mostInFlight, loop.inFlight);
  }
  const { user, system } = process.cpuUsage(cpu);
  const lastedS = (systemClock.monotonicMs() - began.monotonic) / 1000;
  await loop.stop();
  await fetcher.close();
  stop();

  const { share, worstLateMs } = punctuality(reads, began);
  const note = `${live.length} live, ${dead.length} hanging, ${INTERVAL_MS / 1000} s interval, ${ROUNDS} rounds`;
  return [
    { name: "live scrapes within their interval, 30 % dead", value: share * 100, unit: "%", goal: "≥ 99.9", note },
    { name: "worst lateness of a live scrape", value: worstLateMs, unit: "ms", goal: "≤ 1000", note },
    { name: "most scrapes in flight", value: mostInFlight, unit: "scrapes", goal: "≤ 4160", note },
    { name: "CPU of the scrape loop, bodies unparsed", value: (user + system) / 1e6 / lastedS, unit: "cores", note },
  ];
}

const onSilence = (): void => {};

/** One body in each interval of a target, counted from the instant its phase sets; late by how much it came after that. */
function punctuality(
  reads: ReadonlyMap<string, readonly number[]>,
  began: { readonly wall: number; readonly monotonic: number },
): { share: number; worstLateMs: number } {
  let onTime = 0;
  let worstLateMs = 0;
  for (const [origin, at] of reads) {
    const first = began.monotonic + waitForPhase(began.wall, phaseOf(origin, INTERVAL_MS), INTERVAL_MS);
    for (let round = 0; round < ROUNDS; round++) {
      const due = first + round * INTERVAL_MS - 5; // the wall clock has whole milliseconds, and so have timers
      const read = at.find((t) => t >= due && t < due + INTERVAL_MS);
      if (read === undefined) continue;
      onTime++;
      worstLateMs = Math.max(worstLateMs, read - due - 5);
    }
  }
  return { share: onTime / (reads.size * ROUNDS), worstLateMs };
}

async function startHalfDead(): Promise<{ live: string[]; dead: string[]; stop: () => void }> {
  const args = ["--import", "tsx", "test/bench/serve-half-dead.ts"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    return { ...(JSON.parse(line) as { live: string[]; dead: string[] }), stop: () => void child.kill("SIGTERM") };
  }
  throw new Error("the exporters of the benchmark ended before they listened");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.table(await benchScrapeLoop());
