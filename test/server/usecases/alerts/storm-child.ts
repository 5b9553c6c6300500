/**
 * A storm as the engine lives it, in a process of its own so that its memory is nobody else's: 5,000 cards in breach of 20
 * rules from one round to the next, over the embedded database. `storm-child.ts ROUNDS` prints one line of JSON.
 */
import { rmSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pino } from "pino";
import { ROUND_MS } from "../../../../server/usecases/alerts/engine.ts";
import { freshDataDir, open } from "../../../db/databases.ts";
import { peakMiB } from "../../../tools/peak-memory.ts";
import { StormStage } from "./storm-stage.ts";

export type StormFigures = {
  readonly findings: number;
  readonly slowestStepMs: number; // CPU of the dearest pure step
  readonly cpuMs: number; // of all rounds, with the database
  readonly liveMiB: number; // grown at the worst moment, garbage aside
  readonly retainedMiB: number; // grown for as long as the storm lasts
  readonly peakMiB: number; // resident, the database's own memory too
} & Awaited<ReturnType<StormStage["left"]>>;

const NODES = 625;
const RULES = 20;
const MIB = 2 ** 20;
const rounds = Number(process.argv[2] ?? 4);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const retained = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

const dataDir = await freshDataDir();
const db = await open({ dataDir });
try {
  const storm = new StormStage(db, { nodes: NODES, rules: RULES, log: pino({ level: "silent" }) });
  await storm.prepare();
  await storm.run(ROUND_MS, false);
  const [heap, rss] = [retained(), process.memoryUsage().rss / MIB];
  let live = heap;
  storm.probe = () => void (live = Math.max(live, retained()));
  const cpu = process.cpuUsage();
  await storm.run(rounds * ROUND_MS, true);
  const { user, system } = process.cpuUsage(cpu);
  const grown = retained() - heap;
  const figures: StormFigures = {
    findings: storm.findings,
    slowestStepMs: storm.slowestAdvanceMs,
    cpuMs: (user + system) / 1_000,
    liveMiB: (live - heap) / MIB,
    retainedMiB: grown / MIB,
    peakMiB: peakMiB() - rss,
    ...(await storm.left()),
  };
  console.log(JSON.stringify(figures));
} finally {
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
}
