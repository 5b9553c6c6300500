import { WHOLE_FLEET } from "../db/model/report.ts";
import type { UnixMs } from "../db/model/units.ts";
import { lastPeriod } from "./domain/patrol/periods.ts";
import type { ReportsPort } from "./usecases/patrol/reports-port.ts";

const CHAT = "feishu";

/** A weekly report to the demo's chat, and the one of last week at once. Made once, and left as somebody changed it. */
export async function seedDemoReports(
  reports: Pick<ReportsPort, "definitions" | "saveDefinition" | "run">,
  { zone, now }: { readonly zone: string; readonly now: UnixMs },
): Promise<void> {
  const { rows, channels } = await reports.definitions();
  if (rows.length > 0) return;
  const chat = channels.find(({ kind }) => kind === CHAT);
  const definitionId = await reports.saveDefinition({
    id: null,
    name: "每周巡检报告（演示）",
    kind: "weekly",
    cron: "7 9 * * 1", // not on the hour: robots are overloaded then
    zone,
    scope: WHOLE_FLEET,
    language: "zh-CN",
    recipients: chat === undefined ? [] : [{ kind: "chat", channelId: chat.id }],
    isPaused: false,
  });
  await reports.run({ definitionId, period: lastPeriod("weekly", zone, now).name });
}
