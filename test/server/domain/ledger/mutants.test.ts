import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LedgerLine, NOBODY, type StateMicro, type StateMs, UNATTRIBUTED } from "../../../../db/model/ledger.ts";
import { type Micro, microText } from "../../../../db/model/money.ts";
import type { Price } from "../../../../db/model/price.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { FeatureTime } from "../../../../server/domain/ledger/shares.ts";
import { exchange } from "../../../../server/domain/pricing/exchange.ts";
import * as hours from "./hour-laws.ts";
import { type Ledger, REAL } from "./ledger.ts";
import * as money from "./money-laws.ts";

/** A wrong ledger that somebody could write, and the law that must catch it. */
type Mutant = readonly [string, (l: Ledger) => fc.IProperty<unknown>, Partial<Ledger>];
type Facts = Parameters<Ledger["hourLines"]>[0];

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** The lines of other facts. */
const told =
  (change: (facts: Facts) => Facts): Ledger["hourLines"] =>
  (facts) =>
    REAL.hourLines(change(facts));

/** Other money in the lines. */
const paid =
  (change: (line: LedgerLine, price: Price | null, i: number) => readonly Micro[]): Ledger["hourLines"] =>
  (facts) =>
    REAL.hourLines(facts).map((line, i) => {
      const { price } = facts.pieces.find((piece) => piece.price?.id === line.priceId) ?? { price: null };
      return { ...line, micro: change(line, price, i) as unknown as StateMicro };
    });

const priced = (change: (price: Price, from: number) => Price) =>
  told((facts) => ({
    ...facts,
    pieces: facts.pieces.map((piece) => ({ ...piece, price: piece.price && change(piece.price, piece.from) })),
  }));

/** Lines under other feature ids, put together again afterwards. */
const named = (nameOf: (facts: Facts, i: number) => number, idOf: (facts: Facts, name: number) => number) =>
  ((facts) => {
    const lines = REAL.hourLines({
      ...facts,
      held: facts.held.map(({ ms }, i) => ({ featureId: nameOf(facts, i), ms })),
    });
    const merged = new Map<string, LedgerLine>();
    for (const line of lines.map((one) => ({ ...one, featureId: idOf(facts, one.featureId) }))) {
      const key = `${line.featureId} ${line.priceId}`;
      const before = merged.get(key);
      merged.set(key, {
        ...line,
        ms: line.ms.map((ms, i) => ms + (before?.ms[i] ?? 0)) as unknown as StateMs,
        micro: line.micro.map((micro, i) => micro + (before?.micro[i] ?? 0n)) as unknown as StateMicro,
      });
    }
    return [...merged.values()].sort((a, b) => a.featureId - b.featureId || a.priceId - b.priceId);
  }) satisfies Ledger["hourLines"];

/** Shares of other lines. */
const shared =
  (change: (line: FeatureTime, ownerId: number | null) => FeatureTime): Ledger["shareOut"] =>
  (lines, choice, ownerId) =>
    REAL.shareOut(
      lines.map((line) => change(line, ownerId)),
      choice,
      ownerId,
    );

let carried = 0n;

const MUTANTS: readonly Mutant[] = [
  [
    "M-01: what nobody held is dropped",
    hours.conserves,
    { hourLines: (facts) => REAL.hourLines(facts).filter(({ featureId }) => featureId !== NOBODY) },
  ],
  [
    "M-01: each state's money is rounded by itself",
    hours.conserves,
    {
      hourLines: (facts) => {
        const lines = REAL.hourLines(facts);
        return lines.map((line) => {
          const all = lines.filter(({ priceId }) => priceId === line.priceId);
          const [micro, ms] = [sum(all.flatMap((one) => one.micro)), sum(all.flatMap((one) => one.ms.map(BigInt)))];
          return { ...line, micro: line.ms.map((part) => (micro * BigInt(part)) / ms) as unknown as StateMicro };
        });
      },
    },
  ],
  ["M-02: each stretch of a price counts from its own start", hours.costsAddUp, { hourLines: priced(atPieceStart) }],
  [
    "M-03: every amount is converted by itself",
    money.dimensionsAgree,
    {
      convertDay: (amounts, dayNo, to, rates) => ({
        ...REAL.convertDay(amounts, dayNo, to, rates),
        micro: amounts.map(({ currency, micro }) => exchange(micro, currency, to, unixMs(dayNo * DAY_MS), rates) ?? 0n),
      }),
    },
  ],
  [
    "M-03: what an owner of the pool pays is in the unused time too",
    money.everybodyBearsTheirPart,
    {
      shareOut: (lines, choice, ownerId) => ({
        ...REAL.shareOut(lines, choice, ownerId),
        loose: REAL.shareOut(lines, { ...choice, policy: "apart" }, ownerId).loose,
      }),
    },
  ],
  [
    "M-04: of two equal remainders the one told first gets more",
    hours.isOrderFree,
    {
      hourLines: named(
        ({ held }, i) => held.findIndex(({ featureId }) => featureId === held[i]!.featureId),
        ({ held }, name) => held[name]!.featureId,
      ),
    },
  ],
  [
    "M-04: what an hour's rounding leaves over is carried into the next",
    hours.isOrderFree,
    {
      hourLines: paid(({ micro }, _, i) => {
        if (i > 0 || micro[0] < 1n) return micro;
        carried = (carried + 1n) % 2n;
        return [micro[0] - carried, ...micro.slice(1)];
      }),
    },
  ],
  [
    "M-04: of several days the revenue of the last one stands",
    money.daysAddUp,
    { addMoney: (all) => ({ ...REAL.addMoney(all), revenueMicro: all.at(-1)?.revenueMicro ?? null }) },
  ],
  [
    "M-05: a hole takes the price before it",
    hours.pricesHaveTheirTime,
    {
      hourLines: told((facts) => {
        let last: Price | null = null;
        return { ...facts, pieces: facts.pieces.map((piece) => ({ ...piece, price: (last = piece.price ?? last) })) };
      }),
    },
  ],
  [
    "M-05: the hour has the price it begins with",
    hours.pricesHaveTheirTime,
    {
      hourLines: told((facts) => ({
        ...facts,
        pieces: facts.pieces.map((piece) => ({ ...piece, price: facts.pieces[0]!.price })),
      })),
    },
  ],
  [
    "M-06: a late price is the price of the whole hour",
    hours.lateMoneyMovesAlone,
    {
      hourLines: told((facts) => {
        const late = facts.pieces.find(({ price }) => price?.id === 99);
        return late ? { ...facts, pieces: facts.pieces.map((piece) => ({ ...piece, price: late.price })) } : facts;
      }),
    },
  ],
  [
    "M-06: a late price takes the time of whoever comes first",
    hours.lateMoneyMovesAlone,
    {
      hourLines: (facts) =>
        REAL.hourLines(facts).map((line, i, all) =>
          line.priceId === 99 && i > 0 ? { ...line, featureId: all[0]!.featureId } : line,
        ),
    },
  ],
  [
    "M-07: prices are 32-bit floats",
    hours.costsAreLinear,
    { hourLines: priced((price) => ({ ...price, amountMicro: BigInt(Math.fround(Number(price.amountMicro))) })) },
  ],
  [
    "M-07: a pool's card-time is priced in one go",
    hours.twinsCostTwice,
    {
      hourLines: paid(({ ms, micro }, price) =>
        price?.basis === "card_hour" ? ms.map((part) => (price.amountMicro * BigInt(part)) / BigInt(HOUR_MS)) : micro,
      ),
    },
  ],
  [
    "M-07: many cards are cheaper",
    hours.moreIsNeverLess,
    { hourLines: (facts) => (facts.cards.whole[5]! > 2 ? cheaper(REAL.hourLines(facts)) : REAL.hourLines(facts)) },
  ],
  [
    "M-08: each part is rounded by itself",
    money.splitsExactly,
    {
      splitMicro: (total, weights) => {
        const whole = sum(weights.map(BigInt));
        return weights.map((weight) => (whole === 0n ? 0n : (total * BigInt(weight)) / whole));
      },
    },
  ],
  [
    "M-08: the first gets all that is left over",
    money.splitsExactly,
    {
      splitMicro: (total, weights) => {
        const whole = sum(weights.map(BigInt));
        const parts = weights.map((weight) => (whole === 0n ? 0n : (total * BigInt(weight)) / whole));
        return parts.map((part, i) => (i === 0 ? total - sum(parts.slice(1)) : part));
      },
    },
  ],
  [
    "M-08: ties go to the later part",
    money.splitsExactly,
    { splitMicro: (total, weights) => REAL.splitMicro(total, weights.toReversed()).toReversed() },
  ],
  [
    "M-08: shared cost goes by money and not by time",
    money.everybodyBearsTheirPart,
    {
      shareOut: shared((line) => ({
        ...line,
        ms: line.ms.map((ms, i) => (ms === 0 ? 0 : Number(line.micro[i]! % 1_000_000n))),
      })),
    },
  ],
  [
    "M-08: who is not named bears nothing, whatever was used",
    money.everybodyBearsTheirPart,
    { shareOut: shared((line) => (line.featureId === NOBODY ? { ...line, ms: line.ms.map(() => 0) } : line)) },
  ],
  [
    "M-08: whom no rule takes bears nothing",
    money.everybodyBearsTheirPart,
    { shareOut: shared((line) => (line.featureId === UNATTRIBUTED ? { ...line, ms: line.ms.map(() => 0) } : line)) },
  ],
  [
    "a pool's owner pays for everybody's broken cards",
    money.everybodyBearsTheirPart,
    {
      shareOut: (lines, choice, ownerId) => {
        const own = lines.flatMap((line) => [
          { ...line, ms: line.ms.with(4, 0), micro: line.micro.with(4, 0n) },
          { featureId: ownerId ?? NOBODY, ms: only(line.ms, 0), micro: only(line.micro, 0n) },
        ]);
        return REAL.shareOut(choice.policy === "owner" ? own : lines, choice, ownerId);
      },
    },
  ],
  [
    "by use, what is held and not used is nobody's",
    money.everybodyBearsTheirPart,
    {
      shareOut: (lines, choice, ownerId) =>
        REAL.shareOut(
          choice.basis === "usage" ? lines.map((line) => ({ ...line, micro: line.micro.with(1, 0n) })) : lines,
          choice,
          ownerId,
        ),
    },
  ],
  [
    "M-09: each line is rounded by itself",
    money.shownLinesAddUp,
    { shownParts: (parts, step) => parts.map((part) => REAL.roundShown(part, step)) },
  ],
  [
    "M-09: halves are rounded up",
    money.shownLinesAddUp,
    { roundShown: (amount, step) => REAL.roundShown(2n * amount + 1n, 2n * step) / 2n },
  ],
  [
    "M-09: what is rounded is rounded again",
    money.shownLinesAddUp,
    { roundShown: (amount, step) => REAL.roundShown(REAL.roundShown(amount, 1_000n), step) },
  ],
  [
    "M-10: a missing rate is 1",
    money.dimensionsAgree,
    {
      convertDay: (amounts, ...rest) => {
        const { micro, unconverted } = REAL.convertDay(amounts, ...rest);
        const isLeftOut = (i: number) => unconverted.includes(amounts[i]!.currency);
        return { unconverted, micro: micro.map((one, i) => (isLeftOut(i) ? amounts[i]!.micro : one)) };
      },
    },
  ],
  [
    "M-10: what is left out is not named",
    money.dimensionsAgree,
    { convertDay: (...asked) => ({ ...REAL.convertDay(...asked), unconverted: [] }) },
  ],
  [
    "M-11: several entries of a holder are rounded one by one",
    hours.worksOutAgain,
    {
      hourLines: named(
        (_, i) => i,
        ({ held }, name) => held[name]!.featureId,
      ),
    },
  ],
  [
    "M-12: what a feature cost is a double",
    money.figuresAreNumbers,
    {
      featureMoney: (parts) => {
        const real = REAL.featureMoney(parts);
        return { ...real, costMicro: String(Number(real.costMicro) * 1.1) };
      },
    },
  ],
  [
    "M-13: return on nothing is infinite",
    money.figuresAreNumbers,
    {
      featureMoney: (parts) => {
        const real = REAL.featureMoney(parts);
        return { ...real, roi: Number(real.marginMicro) / Number(real.costMicro) };
      },
    },
  ],
  [
    "M-13: what is left over goes to the last state, whoever was in it",
    hours.hoursAreWhole,
    { hourLines: paid(({ micro }) => (micro[0] > 0n ? [micro[0] - 1n, ...micro.slice(1, 5), micro[5] + 1n] : micro)) },
  ],
  [
    "M-14: failed generations are units too",
    money.unitsCostTheCost,
    {
      featureMoney: (parts) => {
        const { units } = parts;
        const made = units && { ...units, okMicro: units.okMicro + (units.failedMicro ?? 0n) };
        return {
          ...REAL.featureMoney(parts),
          unitCostMicro: REAL.featureMoney({ ...parts, units: made }).unitCostMicro,
        };
      },
    },
  ],
  [
    "M-14: a unit cost has two decimals",
    money.unitsCostTheCost,
    {
      featureMoney: (parts) => {
        const real = REAL.featureMoney(parts);
        const cents = (text: string) => microText(REAL.roundShown(BigInt(text), 10_000n));
        return { ...real, unitCostMicro: real.unitCostMicro && cents(real.unitCostMicro) };
      },
    },
  ],
  [
    "M-14: what earns nothing that is known counts as free of charge",
    money.unitsCostTheCost,
    { addMoney: (all) => REAL.addMoney(all.filter(({ revenueMicro }) => revenueMicro !== null)) },
  ],
  [
    "M-15: every month has 720 hours",
    hours.monthsCostTheirFee,
    {
      hourLines: priced((price) => ({
        ...price,
        basis: "card_hour",
        amountMicro: price.amountMicro / 720n,
      })),
    },
  ],
  [
    "M-15: months are counted in UTC",
    hours.monthsCostTheirFee,
    { hourLines: told((facts) => ({ ...facts, zone: "UTC" })) },
  ],
  [
    "a discount from prices nobody published",
    money.stepsLeadToTheMargin,
    {
      waterfall: (parts) =>
        REAL.waterfall({ ...parts, used: parts.used.map((one) => ({ ...one, listMicro: one.listMicro ?? 0n })) }),
    },
  ],
  [
    "revenue nobody told is nothing",
    money.stepsLeadToTheMargin,
    { waterfall: (parts) => REAL.waterfall({ ...parts, revenueMicro: parts.revenueMicro ?? 0n }) },
  ],
];

function atPieceStart(price: Price, from: number): Price {
  return { ...price, anchor: unixMs(Math.max(from, price.anchor)) };
}

const cheaper = (lines: readonly LedgerLine[]): LedgerLine[] =>
  lines.map((line) => ({ ...line, micro: line.micro.map((micro) => micro / 2n) as unknown as StateMicro }));

/** The fault of a line alone. */
const only = <T>(all: readonly T[], nothing: T): T[] => all.map((one, i) => (i === 4 ? one : nothing));

describe("the laws of the ledger catch", () => {
  test.each(MUTANTS)("%s", (_, law, wrong) => {
    expect(fc.check(law({ ...REAL, ...wrong }), { numRuns: 1_000, endOnFailure: true }).failed).toBe(true);
  });
});
