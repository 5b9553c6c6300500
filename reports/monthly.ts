import type { SectionWriter } from "./weekly.ts";
import { appendixBlocks } from "./write-sections/appendix.ts";
import { changesBlocks } from "./write-sections/changes.ts";
import { coverageBlocks } from "./write-sections/coverage.ts";
import { featuresBlocks } from "./write-sections/features.ts";
import { fleetBlocks } from "./write-sections/fleet.ts";
import { funnelBlocks } from "./write-sections/funnel.ts";
import { idleBlocks } from "./write-sections/idle.ts";
import { summaryBlocks } from "./write-sections/summary.ts";

/** The cost review of a month: what was paid, for what, and what it earned. */
export const MONTHLY: readonly SectionWriter[] = [
  ["summary", summaryBlocks],
  ["changes", changesBlocks],
  ["fleet", fleetBlocks],
  ["features", featuresBlocks],
  ["funnel", funnelBlocks],
  ["idle", idleBlocks],
  ["coverage", coverageBlocks],
  ["appendix", appendixBlocks],
];
