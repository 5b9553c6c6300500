import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BotServer } from "../../../collectors/simulator/serve-bots.ts";
import type { Database } from "../../../db/database.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { systemClock } from "../../../server/clock.ts";
import { startServer } from "../../../server/compose.ts";
import { readConfig } from "../../../server/config/read.ts";
import { lastPeriod } from "../../../server/domain/patrol/periods.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import type { AlertsPort } from "../../../server/usecases/alerts/alerts-port.ts";
import type { ReportsPort } from "../../../server/usecases/patrol/reports-port.ts";
import { freshDataDir } from "../../db/databases.ts";
import { startFakeBots } from "../../services/fake-bots.ts";
import { aDefinition } from "../usecases/patrol/reports-stage.ts";

const ZONE = "Asia/Shanghai";
let dataDir = "";
let bots: BotServer;
beforeAll(async () => {
  dataDir = await freshDataDir();
  bots = await startFakeBots();
});
afterAll(async () => {
  await bots?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const yaml = () =>
  JSON.stringify({ listen: { port: 0 }, dataDir, timeZone: ZONE, egress: { allow: ["127.0.0.0/8"] }, sources: [] });

async function speakTo(alerts: AlertsPort): Promise<void> {
  const settings = { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" };
  const secrets = { url: bots.url("slack/duty"), secret: "" };
  const wish = {
    id: null,
    name: "duty",
    kind: "slack",
    language: "en",
    sendsResolved: false,
    settings,
    secrets,
  } as const;
  const channelIds = [await alerts.saveChannel(wish, "test")];
  const times = { groupWaitMs: 0, groupIntervalMs: 1_000, repeatMs: DAY_MS };
  const route = { id: null, name: "all", where: {}, severities: [], ruleIds: [], channelIds, goesOn: false, ...times };
  await alerts.saveRoutes([{ ...route, escalations: [] }], "test");
}

/** As another process left it: a daily report known for days, and a weekly that failed twice, which cannot be made now. */
async function leaveTrouble(db: Database, reports: ReportsPort) {
  const daily = await reports.saveDefinition(
    aDefinition([], { kind: "daily", cron: "7 9 * * *", zone: ZONE, name: "Daily digest" }),
  );
  const weekly = await reports.saveDefinition(aDefinition([], { zone: ZONE, name: "Weekly review" }));
  await reports.pauseDefinition(weekly, true);
  await db.query("UPDATE report_definition SET changed_at_ms = changed_at_ms - $1::int8", [3 * DAY_MS]);
  const ask = { definitionId: weekly, period: lastPeriod("weekly", ZONE, systemClock.now()).name };
  const runId = await reports.run(ask);
  await db.query("UPDATE report_run SET attempts = 2 WHERE id = $1", [runId]);
  await db.query("ALTER TABLE tier_event RENAME TO tier_event_away");
  return { daily, weekly, runId, ask };
}

test(
  "down for days over the trigger, and a report that cannot be made: a run that says so, an incident, a message in the chat (SCH-03)",
  { timeout: 60_000 },
  async () => {
    const reading = readConfig(yaml(), "dapan.yaml", {});
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
    const logged: string[] = [];
    let left: Awaited<ReturnType<typeof leaveTrouble>> | null = null;
    let parts: { readonly db: Database; readonly reports: ReportsPort } | null = null;
    const running = await startServer({
      config: reading.config,
      reload: null,
      env: {},
      clock: systemClock,
      log: createLog(
        "warn",
        systemClock,
        new Writable({ write: (line, _, done) => (logged.push(String(line)), done()) }),
      ),
      demo: false,
      onFatal: (error) => logged.push(`fatal: ${error.message}`),
      async beforeStart({ db, alerts, reports }) {
        await speakTo(alerts);
        left = await leaveTrouble(db, reports);
        parts = { db, reports };
      },
    });
    try {
      const { db, reports } = parts!;
      const { daily, ask, runId } = left!;
      await reports.run(ask); // is known already; it only wakes the job
      const said = () =>
        bots.bots
          .accepted("slack/duty")
          .map(({ text }) => text)
          .join("\n");
      await expect
        .poll(() => said().includes("Daily digest") && said().includes("Weekly review"), { timeout: 40_000 })
        .toBe(true);
      const incidents = await db.query<{ fingerprint: string; phase: string; text: string }>(
        "SELECT fingerprint, phase, to_jsonb(i)::text AS text FROM incident i",
      );
      const about = (name: string) => incidents.filter(({ text }) => text.includes(name));
      const missed = await db.query("SELECT period FROM report_run WHERE definition_id = $1 AND state = 'missed'", [
        daily,
      ]);
      expect(missed.length).toBeGreaterThanOrEqual(1);
      expect(about("Daily digest")).toHaveLength(missed.length); // one for each report nobody got
      expect(about("Weekly review")).toHaveLength(1);
      for (const { phase } of incidents) expect(phase).toBe("firing");
      expect(await db.query("SELECT state FROM report_run WHERE id = $1", [runId])).toEqual([{ state: "failed" }]);
      expect(said()).toMatch(/was not made when it was due/);
      expect(said()).toMatch(/could not be made/);
    } finally {
      await running.stop();
    }
  },
);
