import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { open } from "../../db/databases.ts";
import { type FakeSmtp, startFakeSmtp } from "../../services/fake-smtp.ts";
import { aDefinition, MONDAY, openReports, putChannel } from "../usecases/patrol/reports-stage.ts";

/** How often the maker of reports is killed on each engine, other moments on each; DAPAN_REPORT_KILLS=20 or more for the long form. */
const KILLS = Math.min(20, Number(process.env["DAPAN_REPORT_KILLS"] ?? 2));
/** What it is at when it is killed, and how long after that: its own words, or what the mail server hears. */
const MOMENTS = ["value", ".", "pdf", "DATA", "work", "RCPT", "round", "GREETING", "value"];
const momentOf = (kill: number): string => MOMENTS[kill % MOMENTS.length]!;
const delayOf = (kill: number): number => (momentOf(kill) === "." ? 0 : (kill * 37) % 45);
const TO = ["lead@example.com", "ops@example.com"];

type At = { readonly dataDir: string } | { readonly url: string };
/** Each life a day later, with a report of its own to make; what the one before had queued is gone on with. */
const startOf = (day: number): UnixMs => shift(MONDAY, 40 * MINUTE_MS + day * DAY_MS);

/** Starts a maker of reports. */
function startChild(at: At, starts: UnixMs, onLine: (line: string) => void) {
  const where = "url" in at ? at.url : at.dataDir;
  const args = ["--import", "tsx", join(import.meta.dirname, "report-child.ts"), where, String(starts)];
  const child = spawn(process.execPath, args, { stdio: "pipe" });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  createInterface({ input: child.stdout }).on("line", onLine);
  const ended = new Promise<string>((resolve) => child.once("close", () => resolve(complaint)));
  return { child, ended };
}

async function stage(at: At, name: string) {
  const heard: ((command: string) => void)[] = [];
  const smtp = await startFakeSmtp({
    answer: (command) => {
      for (const hear of heard) hear(command);
      return null;
    },
  });
  const db = await open(at);
  const channelId = await putChannel(db, "email", { url: `smtp://127.0.0.1:${smtp.port}?tls=no` });
  const { reports } = openReports(db, { at: shift(MONDAY, -HOUR_MS) });
  const daily = { kind: "daily", cron: "7 9 * * *", name } as const;
  const id = await reports.saveDefinition(aDefinition([{ kind: "mail", channelId, to: TO }], daily));
  await db.close();
  return { smtp, heard, id };
}

/** The report of each day is there once and made, and each of its mails went out, repeated at most once a kill. */
async function expectWhole(db: Database, id: number, days: number, { mails }: FakeSmtp, kills: number) {
  const runs = await db.query<{ id: number; state: string; n: number }>(
    `SELECT min(id)::int4 AS id, min(state) AS state, count(*)::int4 AS n FROM report_run WHERE definition_id = $1
     GROUP BY kind, period, revision ORDER BY 1`,
    [id],
  );
  expect(runs.map(({ state, n }) => [state, n])).toEqual(Array.from({ length: days }, () => ["done", 1]));
  const sent = await db.query<{ state: string; n: number }>(
    "SELECT state, count(*)::int4 AS n FROM report_delivery WHERE run_id = ANY($1) GROUP BY state",
    [runs.map((run) => run.id)],
  );
  expect(sent).toEqual([{ state: "sent", n: TO.length * days }]);
  const ids = mails.map(({ data }) => /^Message-ID: (.*)$/m.exec(data)![1]!);
  expect(new Set(ids).size).toBe(TO.length * days); // none is lost
  expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(kills);
  return ids.length - new Set(ids).size;
}

/** SCH-04 with WHK-01's bound, on one engine. @param first of the moments */
export function reportKills(title: string, place: () => At, first: number): void {
  test(
    `kill -9 ${KILLS} times while reports are made and mailed: one of each, no mail lost, at most one more a kill (${title})`,
    { timeout: 60_000 + KILLS * 30_000 },
    async () => {
      const at = place();
      const { smtp, heard, id } = await stage(at, `Killed ${title}`);
      let [day, hour] = [0, 0];
      for (let kill = 0; kill < KILLS; kill++) {
        const [moment, delayMs] = [momentOf(first + kill), delayOf(first + kill)];
        let child: ChildProcess | null = null;
        let isPlanned = false;
        const hear = (what: string): void => {
          isPlanned ||= what === "planned";
          if (what !== moment) return;
          const end = (): void => void child?.kill("SIGKILL");
          if (delayMs === 0) end();
          else setTimeout(end, delayMs);
        };
        heard.splice(0, heard.length, hear);
        const started = startChild(at, shift(startOf(day), hour * HOUR_MS), hear);
        child = started.child;
        const complaint = await started.ended;
        expect(child.signalCode, complaint).toBe("SIGKILL");
        [day, hour] = isPlanned ? [day + 1, 0] : [day, hour + 1]; // what was not queued would be missed a day later
      }
      heard.splice(0);
      const db = await open(at);
      const sender = openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } });
      await openReports(db, { at: shift(startOf(day), (hour + 1) * HOUR_MS), sender }).settle();
      const again = await expectWhole(db, id, day + 1, smtp, KILLS);
      console.info(`${title}: ${KILLS} kills, ${day + 1} reports, ${smtp.mails.length} mails, ${again} of them again`);
      await db.close();
      await smtp.stop();
    },
  );
}

/** OPS-04: two processes at the same tables, both with the same report to make. */
export function reportReplicas(place: () => At): void {
  test("two replicas at once make one run, and mail each recipient once", { timeout: 60_000 }, async () => {
    const at = place();
    const { smtp, id } = await stage(at, "Two replicas");
    const lines: string[][] = [[], []];
    const both = lines.map((own) => startChild(at, startOf(0), (line) => own.push(line)));
    const isOver = () => smtp.mails.length >= TO.length && lines.every((own) => own.includes("round"));
    for (let i = 0; i < 600 && !isOver(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 500)); // for what should not come
    for (const { child, ended } of both) {
      child.kill("SIGKILL");
      await ended;
    }
    expect(lines.every((own) => own.includes("round"))).toBe(true);
    const db = await open(at);
    expect(await expectWhole(db, id, 1, smtp, 0)).toBe(0);
    expect(lines.flat().filter((line) => line === "value")).toHaveLength(1);
    await db.close();
    await smtp.stop();
  });
}
