import type { ReportBlock } from "../db/model/report-document.ts";
import type { Pen } from "./pen.ts";
import type { ReportValue } from "./report-value.ts";
import type { SectionId } from "./words/words.ts";
import { appendixBlocks } from "./write-sections/appendix.ts";
import { changesBlocks } from "./write-sections/changes.ts";
import { checksBlocks } from "./write-sections/checks.ts";
import { coverageBlocks } from "./write-sections/coverage.ts";
import { featuresBlocks } from "./write-sections/features.ts";
import { fleetBlocks } from "./write-sections/fleet.ts";
import { funnelBlocks } from "./write-sections/funnel.ts";
import { idleBlocks } from "./write-sections/idle.ts";
import { incidentsBlocks } from "./write-sections/incidents.ts";
import { reliabilityBlocks } from "./write-sections/reliability.ts";
import { summaryBlocks } from "./write-sections/summary.ts";

/** A part of a report: its place in the contents and what writes it. */
export type SectionWriter = readonly [id: SectionId, write: (pen: Pen, value: ReportValue) => ReportBlock[]];

/** The patrol report: everything the lead asks on Monday. */
export const WEEKLY: readonly SectionWriter[] = [
  ["summary", summaryBlocks],
  ["changes", changesBlocks],
  ["fleet", fleetBlocks],
  ["funnel", funnelBlocks],
  ["reliability", reliabilityBlocks],
  ["incidents", incidentsBlocks],
  ["idle", idleBlocks],
  ["features", featuresBlocks],
  ["checks", checksBlocks],
  ["coverage", coverageBlocks],
  ["appendix", appendixBlocks],
];
