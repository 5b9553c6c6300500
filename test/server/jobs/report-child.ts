/**
 * A process that makes and sends reports as the program does, and says what it is at: `tsx report-child.ts <data dir or url>
 * <what its clock says at the start>`. It goes on until it is killed, or nobody holds its input open any more.
 */
import { writeSync } from "node:fs";
import type { Clock } from "../../../db/model/clock.ts";
import { shift } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { makeValue } from "../../../reports/make-value.ts";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { startReports } from "../../../server/jobs/reports.ts";
import { open } from "../../db/databases.ts";
import { sampleFacts } from "../../fixtures/report-facts.ts";
import { openReports } from "../usecases/patrol/reports-stage.ts";

const [at = "", starts = "0"] = process.argv.slice(2);
process.stdin.resume().once("end", () => process.exit(1));
const say = (what: string): void => void writeSync(1, `${what}\n`);

const offset = Number(starts) - systemClock.now();
const clock: Clock = { ...systemClock, now: () => unixMs(shift(systemClock.now(), offset)) };
const db = await open(at.startsWith("postgres:") ? { url: at } : { dataDir: at });
const { reports, parts } = openReports(db, {
  clock,
  sender: openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } }),
  makeValue: async ({ period, scope }) => {
    say("value");
    await systemClock.sleep(20);
    return { ...makeValue(sampleFacts({ kind: period.kind })), period, scope };
  },
  makePdf: async ({ title }) => {
    say("pdf");
    await systemClock.sleep(20);
    return { bytes: Buffer.from(`%PDF-1.7 ${title}`), pages: 1 };
  },
});
startReports(
  {
    async round() {
      say("round");
      const due = await reports.round();
      say("planned");
      return due;
    },
    async work(runId) {
      say("work");
      await reports.work(runId);
      say(`worked ${runId}`);
    },
    onAsked(wake) {
      queueMicrotask(wake); // a start is waited for no longer
      return () => undefined;
    },
  },
  { db, clock: systemClock, log: parts.log },
);
