/**
 * Books a fleet and dies at one of its statements: `tsx crash-child.ts <url or dir> <round> <point> <how>`. Every statement
 * of every transaction is a point, and so are the moments before COMMIT and between COMMIT and its answer. First it says
 * how the round before was left, finishes that, and says what came of it. Lines: "left <json>", "finished <json>", "at" (it
 * waits to be killed), "completed" (there is no such point).
 */
import { writeSync } from "node:fs";
import type { Database, Tx } from "../../../../db/database.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { openDatabase } from "../../../../db/open.ts";
import { readSetting } from "../../../../db/store/settings.ts";
import { systemClock } from "../../../../server/clock.ts";
import { checkBooks } from "../../../../server/usecases/ledger/check-books.ts";
import { BEFORE, JOBS, NOW, STORY, tellAll } from "./crash-jobs.ts";
import { BEGIN } from "./fleet-story.ts";
import { LedgerStage, type StageOptions, storedLines, type ToldLine, toldLines } from "./ledger-stage.ts";
import { oracleLines } from "./story-oracle.ts";

const [target = "", roundText = "0", pointText = "0", how = "kill"] = process.argv.slice(2);
const [round, point] = [Number(roundText), Number(pointText)];
const say = (line: string) => writeSync(1, `${line}\n`);
const forever = () => new Promise<never>(() => setInterval(() => undefined, 1_000));
const ZONE = "Asia/Shanghai";
const OPTIONS: StageOptions = { now: NOW, zone: ZONE };

let isArmed = false;
let passed = 0;
const step = async (): Promise<void> => {
  if (!isArmed) return;
  passed += 1;
  if (passed !== point) return;
  if (how === "kill") process.kill(process.pid, "SIGKILL");
  say("at");
  await forever();
};

function armed(db: Database): Database {
  const within = (tx: Tx): Tx => ({
    orm: tx.orm,
    query: async (sql, params) => (await step(), await tx.query(sql, params)),
    copyBinary: async (to, bytes) => (await step(), await tx.copyBinary(to, bytes)),
  });
  return {
    ...db,
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
/** What the ledger says, or said, of the first two hours: the slot that closes in the third is new, not late. */
const toldOf = async (of: LedgerStage, at: number | null): Promise<string[]> =>
  [...(await storedLines(of, at))].filter(([name]) => Number(name.split(" ")[0]) < BEGIN / HOUR_MS + 2).map(String);
const fleet = (number: number) => LedgerStage.open(armed(db), `crash${number}`, OPTIONS);

if (round > 0) {
  const last = await fleet(round - 1);
  const before = (await readSetting(db, `crash.before.${round - 1}`)) as string[] | undefined;
  const then = await toldOf(last, NOW);
  const faults = (await checkBooks(db, ZONE)).filter(({ rule }) => rule !== "features"); // rules are told, hours may wait
  const isThen = before === undefined || JSON.stringify(then) === JSON.stringify(before);
  say(`left ${JSON.stringify({ faults, isThen, wasBegun: before !== undefined })}`);
  last.clock.set(NOW + HOUR_MS);
  await tellAll(last, [...BEFORE, ...JOBS]);
  const lines = await toldLines(last, BEGIN / HOUR_MS);
  const wanted = oracleLines(last, STORY, ZONE);
  const plain = (all: readonly ToldLine[]) =>
    all.map((l) => [l.hour, l.pool, l.feature, l.price, l.ms, l.micro].join());
  say(
    `finished ${JSON.stringify({ isOracle: plain(lines).join("\n") === plain(wanted).join("\n"), faults: await checkBooks(db, ZONE) })}`,
  );
}
const stage = await fleet(round);
await tellAll(stage, BEFORE);
const seen = JSON.stringify(await toldOf(stage, null));
await db.query("INSERT INTO setting (key, value, written_at_ms) VALUES ($1, $2, 0)", [`crash.before.${round}`, seen]);
stage.clock.set(NOW + 1);
isArmed = true;
await tellAll(stage, JOBS);
isArmed = false;
await db.close();
say("completed");
