import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideHalfEven, MICRO } from "../../../../db/model/money.ts";
import type { Price, PricePiece } from "../../../../db/model/price.ts";
import { DAY_MS, HOUR_MS, shift } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { monthsLater } from "../../../../server/domain/pricing/contract-months.ts";
import * as laws from "./laws.ts";

/** A wrong implementation that somebody could write, and the law that must catch it. */
type Mutant = readonly [string, (p: laws.Pricing) => fc.IProperty<unknown>, Partial<laws.Pricing>];

const { REAL } = laws;

/** Months of thirty days. */
const thirty: laws.Pricing["contractMonth"] = (anchor, at) => {
  const index = Math.floor((at - anchor) / (30 * DAY_MS));
  return { index, from: shift(anchor, index * 30 * DAY_MS), to: shift(anchor, (index + 1) * 30 * DAY_MS) };
};

/** Each month counted from the end of the last: the 31st becomes the 28th for ever. */
const drifting: laws.Pricing["contractMonth"] = (anchor, at, zone) => {
  let [index, from] = [0, anchor];
  for (let to = monthsLater(from, 1, zone); to <= at; to = monthsLater(from, 1, zone)) [index, from] = [index + 1, to];
  return { index, from, to: monthsLater(from, 1, zone) };
};

/** A month's fee by the day, floor(fee ÷ days) for each: what the days lose is lost for good. */
const byDay = (price: Price, at: number, zone: string): bigint => {
  if (price.basis !== "card_month" || at <= price.anchor) return REAL.cumulativeMicro(price, unixMs(at), zone);
  const month = REAL.contractMonth(price.anchor, unixMs(at), zone);
  const days = BigInt(Math.round((month.to - month.from) / DAY_MS));
  return ((price.amountMicro / days) * BigInt(at - price.anchor)) / BigInt(DAY_MS);
};

const MUTANTS: readonly Mutant[] = [
  [
    "M-02: each stretch is rounded by itself instead of by F(b) − F(a)",
    laws.costsAddUpOverTime,
    {
      cardCost: (pieces, zone) => {
        const byCurrency = new Map<string, bigint>();
        let unpricedMs = 0;
        for (const { from, to, price } of pieces) {
          if (price === null) unpricedMs += to - from;
          else {
            const cost = REAL.cumulativeMicro({ ...price, anchor: from }, to, zone);
            byCurrency.set(price.currency, (byCurrency.get(price.currency) ?? 0n) + cost);
          }
        }
        return { byCurrency, unpricedMs };
      },
    },
  ],
  [
    "M-02: money as a float",
    laws.costsAddUpOverTime,
    {
      cardCost: (pieces) => ({
        byCurrency: new Map([
          [
            "CNY",
            BigInt(
              Math.round(
                pieces.reduce((sum, p) => sum + (Number(p.price?.amountMicro ?? 0n) * (p.to - p.from)) / HOUR_MS, 0),
              ),
            ),
          ],
        ]),
        unpricedMs: 0,
      }),
    },
  ],
  [
    "M-13: a month that ends resets what it cost",
    laws.costNeverFalls,
    {
      cumulativeMicro: (price, at, zone) =>
        price.basis === "card_month" && at > price.anchor
          ? REAL.cumulativeMicro(price, at, zone) % price.amountMicro
          : REAL.cumulativeMicro(price, at, zone),
    },
  ],
  [
    "M-05: a price's last millisecond belongs to the next as well",
    laws.piecesTile,
    {
      pricePieces: (prices, pool, window) =>
        REAL.pricePieces(
          prices.map((p) => ({ ...p, to: p.to === null ? null : shift(p.to, 1) })),
          pool,
          window,
        ),
    },
  ],
  [
    "M-05: a hole takes the price before it",
    laws.piecesTile,
    {
      pricePieces: (prices, pool, window) => {
        let last: Price | null = null;
        return REAL.pricePieces(prices, pool, window).map((piece): PricePiece => {
          last = piece.price ?? last;
          return { ...piece, price: last };
        });
      },
    },
  ],
  [
    "M-05: a list price counts like a real one",
    laws.piecesTile,
    {
      pricePieces: (prices, pool, window) => {
        const byId = new Map(prices.map((price) => [price.id, price]));
        const pieces = REAL.pricePieces(
          prices.map((price) => ({ ...price, isList: false })),
          pool,
          window,
        );
        return pieces.map((piece) => ({ ...piece, price: byId.get(piece.price?.id ?? 0) ?? null }));
      },
    },
  ],
  [
    "M-06: what is left of a price after a change counts its months anew",
    laws.changesMoveOnlyTouchedTime,
    {
      withChanges: (prices, changes) => {
        const { prices: after, plan } = REAL.withChanges(prices, changes);
        return { plan, prices: after.map((p) => (p.id === 0 ? { ...p, anchor: p.from } : p)) };
      },
    },
  ],
  [
    "M-06: a change takes away what is left of a price after it",
    laws.changesMoveOnlyTouchedTime,
    {
      withChanges: (prices, changes) => {
        const { prices: after, plan } = REAL.withChanges(prices, changes);
        return { plan, prices: after.filter((p) => p.id !== 0 || !changes.some(({ to }) => to === p.from)) };
      },
    },
  ],
  [
    "a correction is told but not made",
    laws.wishesComeTrue,
    { withChanges: (prices, changes) => ({ ...REAL.withChanges(prices, changes), prices }) },
  ],
  [
    "M-10: a missing rate is 1",
    laws.currenciesNeverMeetSilently,
    { exchange: (amount, from, to, at, rates) => REAL.exchange(amount, from, to, at, rates) ?? amount },
  ],
  [
    "M-10: tomorrow's rate is used today",
    laws.currenciesNeverMeetSilently,
    { exchange: (amount, from, to, at, rates) => REAL.exchange(amount, from, to, shift(at, 400 * DAY_MS), rates) },
  ],
  [
    "M-10: converted by a float",
    laws.currenciesNeverMeetSilently,
    {
      exchange: (amount, from, to, at, rates) => {
        const nano = REAL.exchange(1_000_000_000n, from, to, at, rates);
        return nano === null ? null : BigInt(Math.round(Number(amount) * (Number(nano) / 1e9)));
      },
    },
  ],
  [
    "M-12: written with two decimals",
    laws.moneySurvivesText,
    { decimalMoney: (amount) => REAL.decimalMoney(amount, 2) },
  ],
  [
    "M-12: read as a float",
    laws.moneySurvivesText,
    { parseMoney: (text) => BigInt(Math.round(Number(text) * Number(MICRO))) },
  ],
  [
    "M-12: halves are rounded up",
    laws.moneySurvivesText,
    {
      decimalMoney: (amount, digits) =>
        REAL.decimalMoney(digits === undefined ? amount : divideHalfEven(2n * amount + 1n, 20_000n) * 10_000n, digits),
    },
  ],
  ["M-15: every month has thirty days", laws.monthsCostTheirFee, { contractMonth: thirty }],
  ["M-15: the 31st becomes the 28th for ever", laws.monthsCostTheirFee, { contractMonth: drifting }],
  [
    "M-15: months are counted in UTC",
    laws.monthsCostTheirFee,
    {
      contractMonth: (anchor, at) => REAL.contractMonth(anchor, at, "UTC"),
      cumulativeMicro: (price, at) => REAL.cumulativeMicro(price, at, "UTC"),
    },
  ],
  ["M-15: a month's fee is rounded by the day", laws.monthsCostTheirFee, { cumulativeMicro: byDay }],
  [
    "an instance's cards each round down",
    laws.instancesAreSharedOut,
    { cumulativeMicro: (price, at, zone) => REAL.cumulativeMicro(price, at, zone, 0) },
  ],
  ["sums of hours run over a change of price", laws.cutsLoseNothing, { hourCuts: () => new Set() }],
];

describe("each law catches", () => {
  test.each(MUTANTS)("%s", (_, law, wrong) => {
    expect(fc.check(law({ ...REAL, ...wrong }), { numRuns: 1_000, endOnFailure: true }).failed).toBe(true);
  });
});
