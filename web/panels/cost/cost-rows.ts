import type { CostFilter, CostGroup } from "../../../db/model/ledger-views.ts";
import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import { type Micro, microOf } from "../../../db/model/money.ts";
import { shownParts } from "../../../db/model/round-shown.ts";
import type { CostUrl } from "../../lib/cost-url.ts";

/** States that were paid for without work on them, and those nobody could use. */
export const IDLE_STATES: readonly LedgerState[] = ["free", "idle_held"];
export const LOST_STATES: readonly LedgerState[] = ["fault", "unknown"];

/** Money of some states of a group. */
export const microIn = ({ byState }: Pick<CostGroup, "byState">, states: readonly LedgerState[]): Micro =>
  states.reduce((sum, state) => sum + microOf(byState.micro[LEDGER_STATES.indexOf(state)] ?? "0"), 0n);

/** The filter narrowed to some states besides; null where it leaves none of them: no line can be behind such a figure. */
export function withStates(filter: CostFilter, states: readonly LedgerState[]): CostFilter | null {
  const asked = filter.state;
  const left = asked === undefined ? states : states.filter((state) => asked.includes(state));
  return left.length === 0 ? null : { ...filter, state: left };
}

/** Card-milliseconds of a group. */
export const msOf = ({ byState }: Pick<CostGroup, "byState">): number => byState.ms.reduce((sum, ms) => sum + ms, 0);

/** A share for a bar; null where there is nothing to be a share of. */
export function shareOf(part: Micro, whole: Micro): number | null {
  return whole === 0n ? null : Number((part * 1_000_000n) / whole) / 1_000_000;
}

export type CostLine = CostGroup & {
  readonly name: string;
  readonly shown: Micro; // its cost as shown: shown lines add up to the shown total
  readonly shownIdle: Micro;
  readonly shownLost: Micro;
};

/** The groups as the table shows them: named, rounded so that each column adds up, and sorted. */
export function costLines(
  groups: readonly CostGroup[],
  nameOf: (group: CostGroup) => string,
  { sort, descending }: Pick<CostUrl, "sort" | "descending">,
  step: Micro,
): CostLine[] {
  const cost = shownParts(
    groups.map(({ micro }) => microOf(micro)),
    step,
  );
  const idle = shownParts(
    groups.map((group) => microIn(group, IDLE_STATES)),
    step,
  );
  const lost = shownParts(
    groups.map((group) => microIn(group, LOST_STATES)),
    step,
  );
  const lines = groups.map((group, i) => ({
    ...group,
    name: nameOf(group),
    shown: cost[i] ?? 0n,
    shownIdle: idle[i] ?? 0n,
    shownLost: lost[i] ?? 0n,
  }));
  const way = descending ? -1 : 1;
  return lines.sort((a, b) => way * compare(a, b, sort) || a.name.localeCompare(b.name));
}

function compare(a: CostLine, b: CostLine, sort: CostUrl["sort"]): number {
  switch (sort) {
    case "name":
      return a.name.localeCompare(b.name);
    case "cost":
      return Number(microOf(a.micro) - microOf(b.micro));
    case "hours":
      return msOf(a) - msOf(b);
    case "idle":
      return Number(microIn(a, IDLE_STATES) - microIn(b, IDLE_STATES));
    case "loss":
      return Number(microIn(a, LOST_STATES) - microIn(b, LOST_STATES));
  }
}

/** Amounts by day from 0 to 1 for a sparkline; a day without a line breaks it. */
export function sparkOf(byDay: CostGroup["byDay"]): (number | null)[] {
  const most = Math.max(1, ...byDay.map((micro) => (micro === null ? 0 : Number(micro))));
  return byDay.map((micro) => (micro === null ? null : Number(micro) / most));
}
