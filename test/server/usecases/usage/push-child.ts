/**
 * Pushes once and dies at one point of it: `tsx push-child.ts <dataDir> <round> <point>`. Every statement of the push is a
 * point, and so are the moments before COMMIT and between COMMIT and its answer. Says "answer <json>", and "completed"
 * when there is no such point.
 */
import { writeSync } from "node:fs";
import type { Database } from "../../../../db/database.ts";
import { openDatabase } from "../../../../db/open.ts";
import { systemClock } from "../../../../server/clock.ts";
import { childPush } from "./child-push.ts";
import { usageOver } from "./usage-stage.ts";

const [dataDir = "", round = "0", pointText = "0"] = process.argv.slice(2);
const point = Number(pointText);
let passed = 0;
const step = (): void => {
  passed += 1;
  if (passed === point) process.kill(process.pid, "SIGKILL");
};

const db = await openDatabase({ at: { dataDir }, clock: systemClock, onFatal: () => process.exit(3) });
const armed: Database = {
  ...db,
  async transaction(work) {
    const result = await db.transaction(async (tx) => {
      const done = await work({ ...tx, query: async (sql, params) => (step(), await tx.query(sql, params)) });
      step(); // before COMMIT
      return done;
    });
    step(); // committed, and nobody was told
    return result;
  },
};
const { push, entries } = childPush(Number(round));
const { answer } = await usageOver(armed, systemClock).push(push, entries);
writeSync(1, `answer ${JSON.stringify(answer)}\n`);
await db.close();
if (passed < point) writeSync(1, "completed\n");
