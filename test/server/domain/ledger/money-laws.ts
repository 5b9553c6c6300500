import fc from "fast-check";
import { COST_BASES, LEDGER_STATES, SHARED_COST_POLICIES } from "../../../../db/model/ledger.ts";
import type { FeatureMoney } from "../../../../db/model/ledger-views.ts";
import { microOf, unveiled, microText } from "../../../../db/model/money.ts";
import type { FxRate } from "../../../../db/model/price.ts";
import { shownStep } from "../../../../db/model/round-shown.ts";
import { DAY_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { MoneyParts } from "../../../../server/domain/ledger/margin.ts";
import { SHARED_KINDS } from "../../../../server/domain/ledger/shares.ts";
import { exchange, exchangeRate } from "../../../../server/domain/pricing/exchange.ts";
import { sharesOracle } from "../../../oracle/ledger-shares.ts";
import type { Ledger } from "./ledger.ts";
import { isTrue, same } from "./same.ts";

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

/** Amounts of all sizes: halves of a cent, too, since that is where roundings differ. */
const amounts = fc.oneof(
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: 0n, max: 10n ** 6n }).map((half) => half * 5_000n),
  fc.bigInt({ min: 0n, max: 10n ** 18n }),
);
const refunds = fc.oneof(
  amounts,
  amounts.map((amount) => -amount),
);
const weights = fc.oneof(fc.constantFrom(0, 1), fc.nat(40), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

/** Parts add up, each within a unit of its share; nothing for nothing; of equal parts the earlier is not the smaller (M-08). */
export const splitsExactly = (l: Ledger) =>
  fc.property(refunds, fc.array(weights, { minLength: 1, maxLength: 12 }), (total, weights) => {
    const parts = l.splitMicro(total, weights);
    same(sum(parts), total);
    const whole = sum(weights.map(BigInt));
    if (whole === 0n) return;
    for (const [i, part] of parts.entries()) {
      const weight = BigInt(weights[i]!);
      isTrue(distance(part * whole, total * weight) < whole, `${part} of ${total} for ${weight} of ${whole}`);
      if (weight === 0n) same(part, 0n);
      const later = parts[weights.indexOf(weights[i]!, i + 1)];
      if (later !== undefined) isTrue(total < 0n ? part <= later : part >= later, "a tie went to the later part");
    }
  });

type DayLine = {
  readonly poolId: number;
  readonly featureId: number;
  readonly currency: string;
  readonly ms: readonly number[];
  readonly micro: readonly bigint[];
};

const time = fc.oneof(fc.constant(0), fc.constantFrom(1, 2, 3_600_000), fc.integer({ min: 0, max: 8_640_000_000 }));
const cell = fc.tuple(time, amounts);
const dayLines: fc.Arbitrary<DayLine[]> = fc.array(
  fc
    .record({
      poolId: fc.constantFrom(1, 2, 3),
      featureId: fc.constantFrom(-1, 0, 0, 1, 2, 5),
      currency: fc.constantFrom("CNY", "CNY", "USD", "EUR"),
      cells: fc.tuple(cell, cell, cell, cell, cell, cell),
    })
    .map(({ cells, ...line }) => ({
      ...line,
      ms: cells.map(([ms]) => ms),
      micro: cells.map(([ms, micro]) => (ms === 0 ? 0n : micro)),
    })),
  { maxLength: 10 },
);

const DAY = 20_514; // 2026-03-02
const rates: fc.Arbitrary<FxRate[]> = fc.array(
  fc.record({
    base: fc.constantFrom("USD", "USD", "EUR"),
    quote: fc.constant("CNY"),
    day: fc.integer({ min: DAY - 3, max: DAY + 2 }).map((day) => unixMs(day * DAY_MS)),
    rateNano: fc.oneof(fc.bigInt({ min: 1n, max: 10n }), fc.bigInt({ min: 1n, max: 20_000_000_000n })),
    knownFrom: fc.constant(unixMs(0)),
    knownTo: fc.constant(null),
  }),
  { maxLength: 4 },
);

const cellsOf = (lines: readonly DayLine[]) =>
  lines.flatMap(({ currency, micro }) => micro.map((amount) => ({ currency, micro: amount })));

/**
 * Whatever a day's money is added up by, it comes to the same, which is each currency's sum converted once; a currency
 * without a rate of the day is named and is nothing, and our own is left alone (M-03, M-10).
 */
export const dimensionsAgree = (l: Ledger) =>
  fc.property(dayLines, rates, fc.boolean(), (lines, rates, withRefunds) => {
    const stored = cellsOf(lines).map(({ currency, micro }, i) => ({
      currency,
      micro: withRefunds && i % 3 === 0 ? -micro : micro,
    }));
    const { micro, unconverted } = l.convertDay(stored, DAY, "CNY", rates);
    const at = unixMs(DAY * DAY_MS);
    const missing = new Set<string>();
    for (const currency of new Set(stored.map(({ currency }) => currency))) {
      const own = stored.flatMap((amount, i) => (amount.currency === currency ? [{ ...amount, i }] : []));
      const rate = exchangeRate(currency, "CNY", at, rates);
      const total = sum(own.map(({ micro }) => micro));
      same(sum(own.map(({ i }) => micro[i]!)), exchange(total, currency, "CNY", at, rates) ?? 0n);
      if (rate === null) missing.add(currency);
      for (const { i, micro: amount } of own)
        if (currency === "CNY" || rate === null) same(micro[i], currency === "CNY" ? amount : 0n);
        else isTrue(distance(micro[i]! * rate.den, amount * rate.num) < rate.den, `${amount} became ${micro[i]}`);
    }
    same([...unconverted], [...missing].toSorted());
    const by = (key: (line: number, state: number) => unknown) => {
      const groups = new Map<unknown, bigint>();
      for (const [i, amount] of micro.entries()) {
        const name = key(Math.floor(i / 6), i % 6);
        groups.set(name, (groups.get(name) ?? 0n) + amount);
      }
      return sum([...groups.values()]);
    };
    const total = sum(micro);
    same([by((i) => lines[i]!.poolId), by((i) => lines[i]!.featureId), by((_, state) => state)], [total, total, total]);
  });

const choices = fc.record({ basis: fc.constantFrom(...COST_BASES), policy: fc.constantFrom(...SHARED_COST_POLICIES) });
const owners = fc.constantFrom(null, 1, 5, 9);

/** Who bears what is as the oracle says, adds up to the day's money, and does not depend on the order of the lines (M-01, M-03, M-08). */
export const everybodyBearsTheirPart = (l: Ledger) =>
  fc.property(dayLines, choices, owners, (lines, choice, ownerId) => {
    const { features, loose } = l.shareOut(lines, choice, ownerId);
    const borne = features.flatMap(({ featureId, directMicro, shared }) => [
      [`${featureId} direct`, directMicro] as const,
      ...SHARED_KINDS.map((kind) => [`${featureId} ${kind}`, shared[kind]] as const),
    ]);
    const left = SHARED_KINDS.map((kind) => [kind, loose[kind].leftMicro] as const);
    const cells = lines.flatMap(({ featureId, ms, micro }) =>
      LEDGER_STATES.map((_, state) => ({ featureId, state, ms: ms[state]!, micro: micro[state]! })),
    );
    const wanted = sharesOracle(cells, choice.basis, choice.policy, ownerId);
    const plain = (all: Iterable<readonly [string, bigint]>) =>
      [...all].filter(([, micro]) => micro !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
    same([plain(borne), plain(left)], [plain(wanted.borne), plain(wanted.left)]);
    same(sum([...borne, ...left].map(([, micro]) => micro)), sum(lines.flatMap(({ micro }) => micro)));
    isTrue(
      [...borne, ...left].every(([, micro]) => micro >= 0n),
      "somebody is paid for idle cards",
    );
    const busy = (id: number) =>
      sum(
        lines.flatMap(({ featureId, micro }) => (featureId === id || (id === -1 && featureId === 0) ? micro[0]! : [])),
      );
    for (const { featureId, busyMicro } of features) same(busyMicro, busy(featureId));
    same(l.shareOut(lines.toReversed(), choice, ownerId), { features, loose });
  });

const estimates = fc
  .record({
    ownedMs: time,
    observed: fc.double({ min: 0, max: 1, noNaN: true }),
    paidMicro: amounts,
    list: fc.bigInt({ min: 0n, max: 10n }),
    unpricedMs: time,
    unconverted: fc.subarray(["EUR", "USD"]),
    expectedMs: time,
    counted: fc.double({ min: 0, max: 1, noNaN: true }),
    hasRevenue: fc.boolean(),
    unbookedDays: fc.constant(0),
  })
  .map(({ observed, counted, list, ...rest }) => ({
    ...rest,
    observedMs: rest.ownedMs * observed,
    countedMs: rest.expectedMs * counted,
    listMicro: (rest.paidMicro * list) / 10n,
  }));

const units = fc.record({
  okMicro: fc.oneof(fc.constant(0n), amounts),
  failedMicro: fc.option(fc.oneof(fc.constant(0n), amounts)),
  others: fc.constantFrom(new Map<string, bigint>(), new Map([["push", 5n]])),
});

const costs = fc.oneof(fc.constant(0n), amounts);
const moneyParts: fc.Arbitrary<MoneyParts> = fc.record({
  directMicro: costs,
  sharedMicro: costs,
  otherMicro: costs,
  revenueMicro: fc.option(fc.oneof(fc.constant(0n), refunds)),
  units: fc.option(units),
  estimate: estimates,
});

/** Every answer survives JSON as it is: no NaN, no Infinity, no -0; every amount survives as text (M-12, M-13). */
export const figuresAreNumbers = (l: Ledger) =>
  fc.property(moneyParts, (parts) => {
    const money = l.featureMoney(parts);
    isTrue(isPlain(money), JSON.stringify(money));
    same(JSON.parse(JSON.stringify(money)), money);
    for (const text of amountsOf(money)) same(microText(microOf(text)), text);
    const { coverage, listRatio, unitCoverage } = money.estimate;
    for (const ratio of [coverage, listRatio, unitCoverage])
      isTrue(ratio === null || (ratio >= 0 && ratio <= 1), `a share of ${ratio}`);
  });

/** No number JSON would turn into something else. */
function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value !== "object" || value === null || Object.values(value).every(isPlain);
}

const amountsOf = (money: FeatureMoney): string[] =>
  Object.entries(money).flatMap(([name, value]) => (name.endsWith("Micro") && value !== null ? [value as string] : []));

/**
 * Cost is the sum of its parts; unit cost × units is the cost, within half a millionth a unit; good and failed generations
 * cost the whole; what has nothing to be divided by is n/a; margins of all features are all revenue less all cost (M-14).
 */
export const unitsCostTheCost = (l: Ledger) =>
  fc.property(fc.array(moneyParts, { minLength: 1, maxLength: 6 }), (all) => {
    let margins = 0n;
    for (const parts of all) {
      const money = l.featureMoney(parts);
      const cost = unveiled(money.costMicro);
      same(cost, parts.directMicro + parts.sharedMicro + parts.otherMicro);
      const { units, revenueMicro: revenue } = parts;
      const isKnown = cost > 0n || parts.estimate.unpricedMs === 0;
      same(money.unitCostMicro === null, units === null || units.okMicro === 0n || !isKnown);
      if (money.unitCostMicro !== null && units !== null) {
        const off = distance(microOf(money.unitCostMicro) * units.okMicro, cost * 1_000_000n);
        isTrue(2n * off <= units.okMicro, `${money.unitCostMicro} × ${units.okMicro} is not ${cost}`);
      }
      const made = units === null ? 0n : units.okMicro + (units.failedMicro ?? 0n);
      same(money.failedCostMicro === null, units === null || units.failedMicro === null || made === 0n || !isKnown);
      if (money.failedCostMicro !== null && units !== null) {
        const off = distance(microOf(money.failedCostMicro) * made, cost * units.failedMicro!);
        isTrue(2n * off <= made, `${money.failedCostMicro} of ${cost} failed`);
      }
      same(money.revenueMicro === null, revenue === null);
      same(money.marginMicro, revenue === null ? null : microText(revenue - cost));
      same(money.marginRatio === null, revenue === null || revenue <= 0n);
      same(money.roi === null, revenue === null || cost === 0n);
      if (money.roi !== null) same(Math.sign(money.roi), Math.sign(Number(revenue! - cost)));
      margins += revenue === null ? -cost : microOf(money.marginMicro!);
    }
    const total = l.featureMoney(l.addMoney(all.map((parts) => ({ ...parts, units: null }))));
    same(margins, unveiled(total.revenueMicro ?? "0") - unveiled(total.costMicro));
    same(total.units, null);
  });

/** Days are added up in any order and in any groups, and a day alone is itself (M-04). */
export const daysAddUp = (l: Ledger) =>
  fc.property(fc.array(moneyParts, { minLength: 1, maxLength: 6 }), fc.nat(6), (all, at) => {
    const exact = all.map((parts) => ({ ...parts, estimate: { ...parts.estimate, observedMs: 0, countedMs: 0 } }));
    const whole = l.featureMoney(l.addMoney(exact));
    const [head, tail] = [exact.slice(0, at), exact.slice(at)];
    const groups = [head, tail].filter((group) => group.length > 0).map((group) => l.addMoney(group));
    same(l.featureMoney(l.addMoney(groups)), whole);
    same(l.featureMoney(l.addMoney(exact.toReversed())), whole);
    same(l.featureMoney(l.addMoney(exact.slice(0, 1))), l.featureMoney(exact[0]!));
  });

const usedCosts = fc.array(fc.record({ paidMicro: amounts, listMicro: fc.option(amounts) }), { maxLength: 4 });

/** Steps that are known lead from nothing to the margin; where there is none, to the cost. */
export const stepsLeadToTheMargin = (l: Ledger) =>
  fc.property(
    usedCosts,
    amounts,
    amounts,
    amounts,
    amounts,
    fc.option(refunds),
    (used, idle, fault, unknown, otherMicro, revenueMicro) => {
      const steps = l.waterfall({ used, unused: { idle, fault, unknown }, otherMicro, revenueMicro });
      const micro = new Map(steps.map((step) => [step.step, step.micro === null ? null : microOf(step.micro)]));
      const cost = sum(used.map(({ paidMicro }) => paidMicro)) + idle + fault + unknown + otherMicro;
      same(sum(steps.slice(0, -1).map((step) => microOf(step.micro ?? "0"))), (revenueMicro ?? 0n) - cost);
      same(micro.get("margin"), revenueMicro === null ? null : revenueMicro - cost);
      same(micro.get("overflow"), null);
      same(
        micro.get("discount") === null,
        used.every(({ listMicro }) => listMicro === null),
      );
      const list = sum(used.map(({ paidMicro, listMicro }) => listMicro ?? paidMicro));
      same(micro.get("list"), -list);
      same(
        steps.map(({ step }) => step),
        ["list", "discount", "idle", "fault", "unknown", "overflow", "other", "revenue", "margin"],
      );
    },
  );

const digits = fc.constantFrom(0, 2, 3);

/** Shown lines add up to the shown total; a total is the nearest figure, halves to the even one (M-09). */
export const shownLinesAddUp = (l: Ledger) =>
  fc.property(fc.array(refunds, { minLength: 1, maxLength: 12 }), digits, (parts, digits) => {
    const step = shownStep(digits);
    const total = sum(parts);
    const shown = l.roundShown(total, step);
    isTrue(2n * distance(shown, total) <= step, `${total} is shown as ${shown}`);
    if (2n * distance(shown, total) === step) same((shown / step) % 2n, 0n);
    const lines = l.shownParts(parts, step);
    same(sum(lines), shown);
    for (const [i, line] of lines.entries()) {
      same(line % step, 0n);
      isTrue(distance(line, parts[i]!) < step, `${parts[i]} is shown as ${line}`);
    }
  });
