/** Lines of the pivot table from groups: sorted on each level, flattened, each with what changed. Pure. */
import { deltaOf, shareOf } from "../../../db/model/board-delta.ts";
import { type BoardGroup, type BoardSum, type GroupKey, groupPools } from "../../../db/model/board-groups.ts";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { BILLING_TYPES } from "../../../db/model/fleet.ts";
import { decimalMoney, microOf, type MicroText } from "../../../db/model/money.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { comparable } from "../../lib/board-scope.ts";
import type { PivotSort } from "../../lib/board-url.ts";
import type { Cell } from "../../lib/csv.ts";
import { coverageOf } from "../../lib/fleet.ts";

export type PivotLine = {
  readonly id: string;
  readonly depth: number;
  readonly by: GroupKey;
  readonly path: readonly string[];
  readonly sum: BoardSum;
  readonly change: number | null; // of the cost, as a share; null = not known
};

/** Every line of the table, outer ones before their inner ones. `before` = the pools compared with; null = none. */
export function pivotLines(
  asked: { readonly by: readonly GroupKey[]; readonly sort: PivotSort; readonly descending: boolean },
  pools: readonly BoardPool[],
  before: readonly BoardPool[] | null,
  currency: string,
): PivotLine[] {
  const [pricedNow, pricedThen] = comparable(pools, before ?? []);
  const now = sumsByPath(before === null ? [] : groupPools(pricedNow, asked.by, currency));
  const then = sumsByPath(before === null ? [] : groupPools(pricedThen, asked.by, currency));
  const lines: PivotLine[] = [];
  const walk = (groups: readonly BoardGroup[], depth: number): void => {
    const by = asked.by[depth];
    if (by === undefined) return;
    const made = groups.map((group) => ({
      group,
      change: changeOf(now.get(idOf(group.path)), then.get(idOf(group.path))),
    }));
    made.sort(
      (a, b) => compare(valueOf(a, by, asked.sort), valueOf(b, by, asked.sort), asked.descending) || byKey(a, b),
    );
    for (const { group, change } of made) {
      lines.push({ id: idOf(group.path), depth, by, path: group.path, sum: group.sum, change });
      walk(group.groups, depth + 1);
    }
  };
  walk(groupPools(pools, asked.by, currency), 0);
  return lines;
}

/** By how much the cost of a day changed; null where it is not known on both sides. */
export function changeOf(now: BoardSum | undefined, then: BoardSum | undefined): number | null {
  return now === undefined || then === undefined ? null : shareOf(deltaOf(now, then).costMicro, then.money.costMicro);
}

/** Has none of its time a price? Then a cost is not known, and not 0. */
export const isUnpriced = ({ money }: Pick<BoardSum, "money">): boolean =>
  money.unpricedMs > 0 && money.costMicro !== null && microOf(money.costMicro) === 0n;

function sumsByPath(groups: readonly BoardGroup[], found = new Map<string, BoardSum>()): Map<string, BoardSum> {
  for (const group of groups) {
    found.set(idOf(group.path), group.sum);
    sumsByPath(group.groups, found);
  }
  return found;
}

const idOf = (path: readonly string[]): string => JSON.stringify(path);

type Made = { readonly group: BoardGroup; readonly change: number | null };
type SortValue = string | number | bigint | null;

function valueOf({ group: { sum, key }, change }: Made, by: GroupKey, sort: PivotSort): SortValue {
  switch (sort) {
    case "name":
      return by === "billing" ? BILLING_TYPES.findIndex((type) => type === key) : key.toLowerCase();
    case "cards":
      return sum.cardCounts.delivered;
    case "healthy":
      return sum.cardCounts.healthy;
    case "held":
      return sum.cardCounts.held;
    case "busy":
      return sum.cardCounts.busy;
    case "util":
      return sum.day.meanRatio;
    case "coverage":
      return coverageOf(sum.day);
    case "price":
      return known(sum.price.micro);
    case "cost":
      return isUnpriced(sum) ? null : known(sum.money.costMicro);
    case "idle":
      return isUnpriced(sum) ? null : known(sum.money.idleMicro);
    case "unpriced":
      return sum.money.unpricedMs;
    case "change":
      return change;
  }
}

const known = (micro: MicroText | null): bigint | null => (micro === null ? null : microOf(micro));

/** What is not known stands last in either direction. */
function compare(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}

const byKey = (a: Made, b: Made): number => (a.group.key < b.group.key ? -1 : a.group.key > b.group.key ? 1 : 0);

/** The table as a file: one column a level, then the figures in full. */
export function pivotCsv(
  by: readonly GroupKey[],
  lines: readonly PivotLine[],
  total: BoardSum,
  currency: string,
): (readonly Cell[])[] {
  const figures = (sum: BoardSum, change: number | null): Cell[] => [
    sum.cardCounts.delivered,
    sum.cardCounts.healthy,
    sum.cardCounts.held,
    sum.cardCounts.busy,
    sum.day.meanRatio,
    coverageOf(sum.day),
    sum.price.micro === null ? null : Number(decimalMoney(microOf(sum.price.micro))),
    isUnpriced(sum) ? null : moneyCell(sum.money.costMicro),
    isUnpriced(sum) ? null : moneyCell(sum.money.idleMicro),
    isUnpriced(sum) ? null : moneyCell(sum.money.sunkIdleMicro),
    sum.money.unpricedMs / HOUR_MS,
    String(sum.money.isEstimate === true),
    change,
  ];
  return [
    [
      ...by,
      "delivered",
      "healthy",
      "held",
      "busy",
      "utilisation_24h",
      "coverage_24h",
      `price_card_hour_${currency}`,
      `cost_24h_${currency}`,
      `idle_24h_${currency}`,
      `idle_sunk_24h_${currency}`,
      "unpriced_card_hours",
      "is_estimate",
      "cost_change",
    ],
    ...lines.map((line) => [...by.map((_, i) => line.path[i] ?? ""), ...figures(line.sum, line.change)]),
    [...by.map((_, i) => (i === 0 ? "total" : "")), ...figures(total, null)],
  ];
}

/** Whole digits: money goes into a file as it is kept, not as a float. Never negative, so no formula either. */
const moneyCell = (micro: MicroText | null): Cell => (micro === null ? null : decimalMoney(microOf(micro)));
