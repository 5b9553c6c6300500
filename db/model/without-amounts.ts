import type { Notice } from "./channel.ts";

const HIDDEN = "•••";

/**
 * A message as a channel gets it that shows no amounts of money any more: it may have been written before that was so. What is
 * said in words with amounts is hidden; what it is about, and the way to its page, stay. A report's title names none.
 */
export function withoutAmounts(notice: Notice): Notice {
  const quiet = { ...notice, costPerHour: "" };
  if (notice.hasAmounts !== true) return quiet;
  if (notice.kind === "report") return { ...quiet, lines: [] };
  return {
    ...quiet,
    title: HIDDEN,
    lines: notice.lines.map((line) => ({ ...line, what: HIDDEN })),
    alerts: notice.alerts.map((one) => ({ ...one, annotations: { ...one.annotations, summary: HIDDEN } })),
  };
}
