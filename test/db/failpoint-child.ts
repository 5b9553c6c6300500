/**
 * Does the writes of one slot and dies at one of its failpoints: `tsx failpoint-child.ts <url or dir> <round> <point> <how>`.
 * Every statement of every transaction is a failpoint, and so are the moments before COMMIT and between COMMIT and its
 * answer. First it says how the round before was left, finishes it, and says that too. Lines: "left <json>",
 * "finished <json>", "ack <job>", "at" (it waits to be killed), "completed" (there is no such point).
 */
import { writeSync } from "node:fs";
import type { Database, Tx } from "../../db/database.ts";
import { openDatabase } from "../../db/open.ts";
import { systemClock } from "../../server/clock.ts";
import { JOBS, stateOf } from "./failpoint-jobs.ts";

const [target = "", roundText = "0", pointText = "0", how = "kill"] = process.argv.slice(2);
const [round, point] = [Number(roundText), Number(pointText)];
const say = (line: string) => writeSync(1, `${line}\n`);
const forever = () => new Promise<never>(() => setInterval(() => undefined, 1_000));

async function die(): Promise<void> {
  if (how === "kill") process.kill(process.pid, "SIGKILL");
  say("at");
  await forever();
}

let passed = 0;
const step = async (): Promise<void> => {
  passed += 1;
  if (passed === point) await die();
};

function armed(db: Database): Database {
  const within = (tx: Tx): Tx => ({
    orm: tx.orm,
    query: async (sql, params) => (await step(), await tx.query(sql, params)),
    copyBinary: async (to, bytes) => (await step(), await tx.copyBinary(to, bytes)),
  });
  return {
    ...db,
    query: async (sql, params) => (await step(), await db.query(sql, params)),
    async transaction(work) {
      await step();
      const result = await db.transaction(async (tx) => {
        const done = await work(within(tx));
        await step(); // before COMMIT
        return done;
      });
      await step(); // committed, and nobody was told
      return result;
    },
  };
}

const db = await openDatabase({
  at: target.startsWith("postgres:") ? { url: target } : { dataDir: target },
  clock: systemClock,
  onFatal: () => process.exit(3),
});
if (round > 0) {
  say(`left ${JSON.stringify(await stateOf(db, round - 1))}`);
  for (const job of JOBS) await job.run(db, round - 1);
  say(`finished ${JSON.stringify(await stateOf(db, round - 1))}`);
}
const counted = armed(db);
for (const job of JOBS) {
  await job.run(counted, round);
  say(`ack ${job.name}`);
}
await db.close();
say("completed");
