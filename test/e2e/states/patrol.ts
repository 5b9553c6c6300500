import type { State } from "./state.ts";

const story = { cards: 1_000 };

/** The checklist, coverage, the archive, a report, schedules, guard windows. */
export const PATROL_STATES: readonly State[] = [
  { name: "patrol-0", story: { cards: 0 }, at: "/patrol", says: ["还没有巡检过", "No patrol has been made yet"] },
  { name: "patrol", whole: true, story, at: "/patrol", says: ["不可纠正", "Uncorrected ECC"] },
  { name: "patrol-error", story: { ...story, mood: "error" }, at: "/patrol", says: ["错误编号", "Error id"] },
  {
    name: "patrol-hostile",
    story: { ...story, mood: "hostile" },
    at: "/patrol",
    says: ["window.__hacked=11", "window.__hacked=11"],
  },
  { name: "patrol-loading", story: { ...story, mood: "loading" }, at: "/patrol/reports", says: ["", ""] },
  { name: "coverage", story, at: "/patrol/coverage", says: ["都列在下面", "are listed with their causes"] },
  {
    name: "coverage-day",
    story,
    at: "/patrol/coverage?day=2026-11-13&vendor=vendor-b",
    says: ["缺了什么", "What was missed on"],
  },
  { name: "coverage-0", story: { cards: 0 }, at: "/patrol/coverage", says: ["没有自有的卡", "No card was ours"] },
  { name: "archive", story, at: "/patrol/reports?superseded=1", says: ["2026-W46", "2026-W46"] },
  {
    name: "archive-0",
    story: { cards: 0 },
    at: "/patrol/reports",
    says: ["还没有报告", "No report has been made yet"],
  },
  { name: "report", whole: true, story, at: "/patrol/reports/701", says: ["附录", "Appendix"] },
  {
    name: "report-hostile",
    story: { ...story, mood: "hostile" },
    at: "/patrol/reports/701",
    says: ["onerror", "onerror"],
  },
  { name: "report-making", story, at: "/patrol/reports/700", says: ["正在生成", "being made"] },
  { name: "report-320", story, at: "/patrol/reports/703", width: 320, says: ["目录", "Contents"] },
  { name: "report-diff", story, at: "/patrol/reports/703/since/704", says: ["处不同", "differences"] },
  { name: "report-shared", story, at: "/r/always", says: ["前可以阅读", "readable until"] },
  { name: "schedules", story, at: "/patrol/schedules", says: ["7 9 * * 1", "7 9 * * 1"] },
  { name: "guard", story, at: "/patrol/guard", says: ["准备好了吗", "Is the fleet ready?"] },
];
