import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReviewItem, TodayChange, TodayNeed } from "../../../../db/model/board-views.ts";
import type { CostByPool } from "../../../../db/model/ledger-views.ts";
import type { PoolOffer } from "../../../../db/model/page-views.ts";
import type { FeatureLine, IdlePart } from "../../../../reports/report-value.ts";
import { withoutMoney } from "../../../../server/domain/access/hide-money.ts";

/** What each list holds of its n-th line, at an amount: those keys that are asked of it. */
type Line = (n: number, micro: string) => object;
const LINES: Readonly<Record<string, Line>> = {
  "the review list": (n, micro) =>
    ({ id: n, poolId: 7 - n, savingPerDayMicro: micro, coverage: 1, cards: [] }) satisfies Partial<ReviewItem>,
  "a report's advice": (n, micro) =>
    ({ id: n, savingPerDayMicro: micro, coverage: 1 }) satisfies Partial<IdlePart["reclaim"][number]>,
  "offers of one tier": (n, micro) =>
    ({ id: n, cardCounts: { declared: 1 }, tier: { tier: 1, hourlyMicro: micro } }) satisfies Loose<PoolOffer>,
  "pools of a feature": (n, micro) => ({ poolId: n, directMicro: micro, micro, ms: [9] }) satisfies Partial<CostByPool>,
  "needs of Today": (n, micro) =>
    ({
      kind: n % 2 === 0 ? "fault" : "card_gone",
      poolId: 1,
      node: `n${n >> 1}`,
      cards: 8,
      perHourMicro: micro,
    }) satisfies Partial<TodayNeed>,
  "changes of Today": (n, micro) =>
    ({ kind: "cards_new", poolId: n, at: 5, perDayMicro: micro }) satisfies Partial<TodayChange>,
  "features of a report": (n, micro) =>
    ({ key: `f${n}`, costMicro: micro, unitCostMicro: null }) satisfies Partial<FeatureLine>,
  "idle pools of a report": (n, micro) =>
    ({ pool: { id: n }, freeMs: 0, idleHeldMs: 100, micro }) satisfies Loose<IdlePart["pools"][number]>,
};
type Loose<T> = { readonly [K in keyof T]?: unknown };

test.each(Object.entries(LINES))(
  "%s stand in no order that money gives, for who may not see it (API-05)",
  (_, line) => {
    const one = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 6 }), (amounts) => {
        const lines = amounts.map((micro, n) => ({ micro, line: line(n, String(micro)) }));
        const dearest = lines.toSorted((a, b) => b.micro - a.micro).map((each) => each.line);
        const cheapest = lines.toSorted((a, b) => a.micro - b.micro).map((each) => each.line);
        expect(withoutMoney({ list: dearest })).toEqual(withoutMoney({ list: cheapest }));
      }),
    );
  },
);

test("other lists stand as they stood, and better offers first", () => {
  const days = [{ day: "b", costMicro: "1" }, { day: "a", costMicro: "2" }]; // prettier-ignore
  expect(withoutMoney(days)).toEqual([{ day: "b", costMicro: null }, { day: "a", costMicro: null }]); // prettier-ignore
  const board = [{ id: 2, money: {}, tier: { tier: 1 }, cardCounts: {} }, { id: 1, money: {}, tier: { tier: 0 }, cardCounts: {} }]; // prettier-ignore
  expect(withoutMoney(board)).toBe(board);
  const offers = [{ id: 1, tier: { tier: 3 }, cardCounts: {} }, { id: 2, tier: { tier: 0 }, cardCounts: {} }]; // prettier-ignore
  expect(withoutMoney(offers).map(({ id }) => id)).toEqual([2, 1]);
});
