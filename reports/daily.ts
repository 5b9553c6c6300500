import type { SectionWriter } from "./weekly.ts";
import { appendixBlocks } from "./write-sections/appendix.ts";
import { changesBlocks } from "./write-sections/changes.ts";
import { urgentBlocks } from "./write-sections/checks.ts";
import { coverageBlocks } from "./write-sections/coverage.ts";
import { listBlocks } from "./write-sections/incidents.ts";
import { idleBlocks } from "./write-sections/idle.ts";
import { summaryBlocks } from "./write-sections/summary.ts";

/** The digest of a day: what needs somebody today, and what was missed. */
export const DAILY: readonly SectionWriter[] = [
  ["summary", summaryBlocks],
  ["changes", changesBlocks],
  ["checks", urgentBlocks],
  ["incidents", (pen, { incidents }) => listBlocks(pen, incidents)],
  ["idle", idleBlocks],
  ["coverage", coverageBlocks],
  ["appendix", appendixBlocks],
];
