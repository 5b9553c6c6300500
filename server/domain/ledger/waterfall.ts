import type { WaterfallStep } from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import type { SharedKind } from "./shares.ts";

/** What a feature's busy time cost in one pool, and would have cost at the list price there. */
export type UsedCost = { readonly paidMicro: Micro; readonly listMicro: Micro | null }; // null = no list price is known

export type WaterfallParts = {
  readonly used: readonly UsedCost[]; // by pool
  /** What it held without using, or did not hold at all, and pays for: its own and its part of what is shared. */
  readonly unused: Readonly<Record<SharedKind, Micro>>;
  readonly otherMicro: Micro;
  readonly revenueMicro: Micro | null; // null = nobody said
};

/**
 * The way from list price to margin. Money out is negative, money in positive; the steps before the last add up to it,
 * exactly. A pool without a known list price stands in the first step with what was paid. null = not known, and counts as
 * nothing: the discount where no list price is known anywhere, what overflow costs (nothing tells it yet), revenue nobody
 * said, and then the margin.
 */
export function waterfall({ used, unused, otherMicro, revenueMicro }: WaterfallParts): WaterfallStep[] {
  const sum = (amounts: readonly Micro[]): Micro => amounts.reduce((total, amount) => total + amount, 0n);
  const paid = sum(used.map(({ paidMicro }) => paidMicro));
  const list = sum(used.map(({ paidMicro, listMicro }) => listMicro ?? paidMicro));
  const hasList = used.some(({ listMicro }) => listMicro !== null);
  const { idle, fault, unknown } = unused;
  const cost = paid + idle + fault + unknown + otherMicro;
  const steps: readonly (readonly [WaterfallStep["step"], Micro | null])[] = [
    ["list", -list],
    ["discount", hasList ? list - paid : null],
    ["idle", -idle],
    ["fault", -fault],
    ["unknown", -unknown],
    ["overflow", null],
    ["other", -otherMicro],
    ["revenue", revenueMicro],
    ["margin", revenueMicro === null ? null : revenueMicro - cost],
  ];
  return steps.map(([step, micro]) => ({ step, micro: micro === null ? null : microText(micro) }));
}
