import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { FeatureMoney, FeatureRow, FeaturesView, LooseRow } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, type MicroText } from "../../../db/model/money.ts";
import { roundShown, shownParts } from "../../../db/model/round-shown.ts";
import type { FeaturesUrl } from "../../lib/features-url.ts";

/** A feature with the change of its cost against the days before; null = not comparable. */
export type FeatureLine = FeatureRow & { readonly change: number | null };

/** The lines the page shows: narrowed by text and team, in the order asked for; what is not known comes last either way. */
export function featureLines(
  rows: readonly FeatureRow[],
  changes: ReadonlyMap<number, number>,
  { search, teams, sort, descending }: Pick<FeaturesUrl, "search" | "teams" | "sort" | "descending">,
): FeatureLine[] {
  const text = search.trim().toLowerCase();
  const kept = rows
    .filter((row) => teams.length === 0 || teams.includes(row.team))
    .filter((row) => text === "" || [row.name, row.key, row.team].some((part) => part.toLowerCase().includes(text)))
    .map((row): FeatureLine => ({ ...row, change: changes.get(row.id) ?? null }));
  const way = descending ? -1 : 1;
  return kept.sort((a, b) => {
    const [left, right] = [keyOf(a, sort), keyOf(b, sort)];
    if (left === null || right === null) return left === right ? byName(a, b) : left === null ? 1 : -1;
    if (typeof left === "string" && typeof right === "string") return way * left.localeCompare(right) || byName(a, b);
    return left < right ? -way : left > right ? way : byName(a, b);
  });
}

const byName = (a: FeatureLine, b: FeatureLine): number => a.name.localeCompare(b.name) || a.id - b.id;

function keyOf(row: FeatureLine, sort: FeaturesUrl["sort"]): string | number | bigint | null {
  const money = (micro: MicroText | null | undefined) => (micro == null ? null : microOf(micro));
  switch (sort) {
    case "name":
    case "team":
      return row[sort];
    case "cost":
      return money(row.costMicro);
    case "change":
    case "roi":
    case "utilisation":
      return row[sort];
    case "unitCost":
      return money(row.unitCostMicro);
    case "units":
      return money(row.units?.okMicro);
    case "revenue":
      return money(row.revenueMicro);
    case "margin":
      return money(row.marginMicro);
    case "coverage":
      return row.estimate.coverage;
  }
}

/**
 * Cost, revenue and margin of a line as they are shown: the column adds up to its total, and revenue − cost is the margin.
 * null = not known, or hidden.
 */
export type ShownMoney = { readonly cost: Micro | null; readonly revenue: Micro | null; readonly margin: Micro | null };

export type ShownTable = {
  readonly features: readonly ShownMoney[]; // in the order of the lines
  readonly loose: readonly (Micro | null)[];
  readonly total: ShownMoney;
};

/** M-09 for the whole table: what stands above the total adds up to it. */
export function shownTable(lines: readonly FeatureMoney[], loose: readonly LooseRow[], step: Micro): ShownTable {
  const costs = shownTexts([...lines.map(({ costMicro }) => costMicro), ...loose.map(({ micro }) => micro)], step);
  const earning = lines.flatMap(({ revenueMicro }, i) =>
    revenueMicro === null ? [] : [{ i, micro: microOf(revenueMicro) }],
  );
  const parts = shownParts(
    earning.map(({ micro }) => micro),
    step,
  );
  const revenues = new Map(earning.map(({ i }, at) => [i, parts[at] ?? 0n]));
  const sum = (amounts: readonly Micro[]) => amounts.reduce((total, amount) => total + amount, 0n);
  return {
    features: lines.map((_, i) => shownOf(costs?.[i] ?? null, revenues.get(i) ?? null)),
    loose: loose.map((_, i) => costs?.[lines.length + i] ?? null),
    total: shownOf(costs === null ? null : sum(costs), earning.length === 0 ? null : sum(parts)),
  };
}

/** Parts of a sum as they are shown; null where they are hidden. */
export function shownTexts(texts: readonly (MicroText | null)[], step: Micro): Micro[] | null {
  const known = texts.flatMap((text) => (text === null ? [] : [microOf(text)]));
  return known.length < texts.length ? null : shownParts(known, step);
}

const shownOf = (cost: Micro | null, revenue: Micro | null): ShownMoney => ({
  cost,
  revenue,
  margin: revenue === null || cost === null ? null : revenue - cost,
});

/** Money of one thing as it is shown. */
export function shownMoney(money: FeatureMoney, step: Micro): ShownMoney {
  const shown = (text: MicroText | null) => (text === null ? null : roundShown(microOf(text), step));
  return shownOf(shown(money.costMicro), shown(money.revenueMicro));
}

/** `part ÷ whole` for showing; null without a whole. */
export function ratioOf(part: Micro, whole: Micro): number | null {
  return whole === 0n ? null : Number((part * 1_000_000n) / whole) / 1_000_000;
}

/** Busy ÷ held over several lines; null = nothing was held. */
export function utilisationOf(lines: readonly Pick<FeatureRow, "time">[]): number | null {
  const sum = (state: (typeof LEDGER_STATES)[number]) =>
    lines.reduce((total, { time }) => total + (time.ms[LEDGER_STATES.indexOf(state)] ?? 0), 0);
  const busy = sum("busy");
  const held = busy + sum("idle_held") + sum("starting");
  return held === 0 ? null : busy / held;
}

/**
 * Change of each feature's cost over the whole days of the range, against as many days before it. The day that still runs
 * is left out. No feature is compared where the ledger did not speak for all of the days before.
 * @param wholeDays how many days of the range, from its first, are over
 */
export function costChanges(
  now: FeaturesView,
  before: FeaturesView | undefined,
  wholeDays: number,
): ReadonlyMap<number, number> {
  const changes = new Map<number, number>();
  if (before === undefined || wholeDays === 0) return changes;
  const isBooked = before.days.every((_, i) => before.features.some(({ costByDay }) => costByDay[i] != null));
  if (!isBooked) return changes;
  const then = new Map(before.features.map((row) => [row.id, sumOf(row.costByDay)]));
  for (const row of now.features) {
    const was = then.get(row.id) ?? 0n;
    const is = sumOf(row.costByDay.slice(0, wholeDays));
    const ratio = ratioOf(is - was, was);
    if (ratio !== null) changes.set(row.id, ratio);
  }
  return changes;
}

const sumOf = (days: readonly (string | null)[]): Micro =>
  days.reduce((sum, micro) => sum + (micro === null ? 0n : microOf(micro)), 0n);
