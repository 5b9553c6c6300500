import type { Database } from "../../../../db/database.ts";
import type { ChannelKind, ChannelSecrets } from "../../../../db/model/channel.ts";
import { type Recipient, type ReportDefinition, WHOLE_FLEET } from "../../../../db/model/report.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { addChannel, nextChannelId } from "../../../../db/store/channels.ts";
import { makeValue } from "../../../../reports/make-value.ts";
import type { Sender } from "../../../../server/egress/sender.ts";
import { openChannel, sealChannel } from "../../../../server/secrets/channel-secrets.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { createReports, type ReportsParts, type ReportsPort } from "../../../../server/usecases/patrol/reports-port.ts";
import type { ReportTrouble } from "../../../../server/usecases/patrol/runs.ts";
import { sampleFacts } from "../../../fixtures/report-facts.ts";
import { type ManualClock, manualClock } from "../../../tools/manual-clock.ts";
import { SETTINGS } from "../../notify/stage.ts";
import { testBox } from "../../../tools/test-box.ts";

export const MONDAY = unixMs(Date.parse("2026-11-23T01:07:00Z")); // 09:07 in Shanghai, of the trigger of week 47
const box = testBox();

/** Whoever is asked does not answer. */
export const NO_SENDER: Sender = {
  ca: null,
  post: () => Promise.reject(new Error("nobody posts here")),
  connect: () => Promise.reject(new Error("nobody connects here")),
};

export type ReportsStage = {
  readonly clock: ManualClock;
  readonly reports: ReportsPort;
  readonly parts: ReportsParts;
  readonly troubles: readonly ReportTrouble[];
  /** Rounds and work until nothing is left to do now. */
  settle(): Promise<void>;
};

/** Reports over real tables, with values of a sample fleet and a renderer that is only asked. */
export function openReports(db: Database, more: Partial<ReportsParts> & { readonly at?: UnixMs } = {}): ReportsStage {
  const { at = MONDAY, ...given } = more;
  const clock = (given.clock as ManualClock | undefined) ?? manualClock(at);
  const troubles: ReportTrouble[] = [];
  const parts: ReportsParts = {
    db,
    clock,
    log: createLog("silent", clock),
    zone: () => "Asia/Shanghai",
    publicUrl: () => "https://dapan.example.com",
    makeValue: async ({ period, scope }) => ({ ...makeValue(sampleFacts({ kind: period.kind })), period, scope }),
    makePdf: async ({ title }) => ({ bytes: Buffer.from(`%PDF-1.7 ${title}`), pages: 3 }),
    sender: NO_SENDER,
    secretsOf: (channel) => openChannel(box, channel),
    testChannel: async () => ({ ok: true, said: "" }),
    tell: async (trouble) => void troubles.push(trouble),
    ...given,
  };
  const reports = createReports(parts);
  return {
    clock,
    reports,
    parts,
    troubles,
    async settle() {
      for (let due = await reports.round(); due.length > 0; due = await reports.round())
        for (const id of due) await reports.work(id);
    },
  };
}

let channels = 0;
export async function putChannel(db: Database, kind: ChannelKind, secrets: Partial<ChannelSecrets>): Promise<number> {
  const id = await nextChannelId(db);
  return (await addChannel(db, {
    id,
    name: `${kind} ${++channels}`,
    kind,
    language: "zh-CN",
    sendsResolved: true,
    settings: { ...SETTINGS, from: "dapan@example.com" },
    shownAddress: "",
    sealed: await sealChannel(box, db, id, { url: "", secret: "", previousSecret: "", ...secrets }),
    by: "test",
    at: MONDAY,
  }))!;
}

export const aDefinition = (recipients: readonly Recipient[] = [], more: Partial<ReportDefinition> = {}) => ({
  name: `Weekly ${++channels}`,
  kind: "weekly" as const,
  cron: "7 9 * * 1",
  zone: "Asia/Shanghai",
  scope: WHOLE_FLEET,
  language: "zh-CN" as const,
  recipients,
  isPaused: false,
  ...more,
  id: null,
});
