import type { Estimate } from "../../../db/model/ledger-views.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import { ratioOf } from "./money-ratio.ts";

/** What an Estimate is worked out from: sums, so that estimates of days, pools and features can be put together. */
export type EstimateParts = {
  readonly ownedMs: number; // card-time behind the figure
  readonly observedMs: number; // of it, observed
  readonly paidMicro: Micro; // cost of the card-time
  readonly listMicro: Micro; // of it, by list prices
  readonly unpricedMs: number; // card-time without a price
  readonly unconverted: readonly Currency[]; // money in these is left out
  readonly countedMs: number; // time the units stand for
  readonly expectedMs: number; // time that should have been counted; 0 = nothing is counted
  readonly hasRevenue: boolean; // somebody said what it earns
  readonly unbookedDays: number; // days without any line of the ledger on which something was earned or cost besides cards
};

export const NO_ESTIMATE: EstimateParts = {
  ownedMs: 0,
  observedMs: 0,
  paidMicro: 0n,
  listMicro: 0n,
  unpricedMs: 0,
  unconverted: [],
  countedMs: 0,
  expectedMs: 0,
  hasRevenue: false,
  unbookedDays: 0,
};

/** What a sum of figures rests on. */
export function mergeEstimates(all: readonly EstimateParts[]): EstimateParts {
  const sum = (of: (parts: EstimateParts) => number): number => all.reduce((total, parts) => total + of(parts), 0);
  const money = (of: (parts: EstimateParts) => Micro): Micro => all.reduce((total, parts) => total + of(parts), 0n);
  return {
    ownedMs: sum(({ ownedMs }) => ownedMs),
    observedMs: sum(({ observedMs }) => observedMs),
    paidMicro: money(({ paidMicro }) => paidMicro),
    listMicro: money(({ listMicro }) => listMicro),
    unpricedMs: sum(({ unpricedMs }) => unpricedMs),
    unconverted: [...new Set(all.flatMap(({ unconverted }) => unconverted))].toSorted(),
    countedMs: sum(({ countedMs }) => countedMs),
    expectedMs: sum(({ expectedMs }) => expectedMs),
    hasRevenue: all.some(({ hasRevenue }) => hasRevenue),
    unbookedDays: Math.max(0, ...all.map(({ unbookedDays }) => unbookedDays)), // of the same days, whoever's they are
  };
}

/** How much of a figure is known and how much estimated. Shares are within 0..1, or null where there is nothing to share. */
export const estimateOf = (parts: EstimateParts): Estimate => ({
  coverage: share(parts.observedMs, parts.ownedMs),
  listRatio: parts.paidMicro > 0n ? clip(ratioOf(parts.listMicro, parts.paidMicro)) : null,
  unpricedMs: parts.unpricedMs,
  unconverted: parts.unconverted,
  unitCoverage: share(parts.countedMs, parts.expectedMs),
  hasRevenue: parts.hasRevenue,
  unbookedDays: parts.unbookedDays,
});

const share = (part: number, whole: number): number | null => (whole > 0 ? clip(part / whole) : null);

/** Sums of doubles end a hair beside 1. */
const clip = (ratio: number): number => Math.min(1, Math.max(0, ratio));
