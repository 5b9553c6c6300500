import type { Notice, NoticeAlert } from "../../db/model/channel.ts";
import { cutBytes, oneLine } from "./plain.ts";

/** Longest label or annotation sent to a machine, in bytes. "ours". */
const MOST_BYTES = 1_024;
const clean = (of: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [oneLine(name), cutBytes(oneLine(value), MOST_BYTES)]));

/** The first `most` alerts of a notice for machines: identity as it is, without what no eye can see. */
export const machineAlerts = (notice: Notice, most: number): NoticeAlert[] =>
  notice.alerts.slice(0, most).map((alert) => ({
    ...alert,
    labels: clean(alert.labels),
    annotations: clean(alert.annotations),
  }));
