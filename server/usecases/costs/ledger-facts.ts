import type { Feature } from "../../../db/model/feature.ts";
import type { DayRange } from "../../../db/model/ledger-views.ts";
import type { Currency } from "../../../db/model/money.ts";
import type { Tier } from "../../../db/model/tier.ts";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import { type DayLines, numberAt, type PricedBy } from "../../../db/store/ledger-reads.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import { inPieces, type Steps } from "../../ingest/pieces.ts";
import { type DayMoney, dayMoney } from "./day-money.ts";
import type { FactsDeps } from "./ports.ts";
import { type AskedDays, askedDays } from "./day-range.ts";

/** A day with lines, its money in the view's currency. */
export type LedgerDay = DayMoney & {
  readonly place: number; // in the days of the question
  readonly lines: DayLines;
  readonly poolIds: ReadonlySet<number>;
  readonly cells: Int32Array; // line × 6 + state of every line and state that has time or money, ascending
  readonly coverage: Float64Array; // by line: which share of its pool's card-time that day was observed
};

/** Everything the questions about cost rest on. */
export type LedgerFacts = {
  readonly asOf: number; // end of the newest booked hour; now, where nothing is booked
  readonly zone: string;
  readonly currency: Currency;
  readonly asked: AskedDays;
  readonly days: readonly LedgerDay[]; // ascending; days without a line are left out
  readonly poolIds: ReadonlySet<number>; // of the lines
  readonly featureIds: ReadonlySet<number>;
  readonly pools: ReadonlyMap<number, PoolRecord>;
  readonly features: ReadonlyMap<number, Feature>;
  readonly prices: ReadonlyMap<number, PricedBy>;
};

/** The ledger of some calendar days. @throws ServiceError invalid for days that cannot be asked for */
export async function ledgerFacts(deps: FactsDeps, range: DayRange | undefined): Promise<LedgerFacts> {
  const { timeZone: zone, currency } = deps.config.current();
  const now = deps.clock.now();
  const asked = askedDays(range, zone, now);
  const [lines, pools, rates, asOf] = await Promise.all([
    deps.costs.days(asked),
    deps.past.pools(null),
    deps.pricing.rates(null),
    deps.ledger.asOf(),
  ]);
  const about = await inPieces(eachDay(lines, aboutDay), deps.clock);
  const prices = await deps.costs.prices(together(about.map(({ priceIds }) => priceIds)));
  return {
    asOf: asOf ?? now,
    zone,
    currency,
    asked,
    days: await inPieces(
      eachDay(lines, (day, i) => ({
        place: day.dayNo - asked.from,
        lines: day,
        poolIds: about[i]!.poolIds,
        cells: about[i]!.cells,
        coverage: about[i]!.coverage,
        ...dayMoney(day, { currency, rates, prices }),
      })),
      deps.clock,
    ),
    poolIds: together(about.map(({ poolIds }) => poolIds)),
    featureIds: together(about.map(({ featureIds }) => featureIds)),
    pools: new Map(pools.map((pool) => [pool.id, pool])),
    features: new Map(deps.features.list().map((feature) => [feature.id, feature])),
    prices,
  };
}

/** Work on days, that may be interrupted between them. */
export function* eachDay<D, T>(days: readonly D[], work: (day: D, i: number) => T): Steps<T[]> {
  const done: T[] = [];
  for (const [i, day] of days.entries()) {
    done.push(work(day, i));
    yield;
  }
  return done;
}

function together(sets: readonly Iterable<number>[]): Set<number> {
  const all = new Set<number>();
  for (const set of sets) for (const id of set) all.add(id);
  return all;
}

type AboutDay = {
  readonly poolIds: ReadonlySet<number>;
  readonly featureIds: ReadonlySet<number>;
  readonly priceIds: ReadonlySet<number>;
  readonly cells: Int32Array;
  readonly coverage: Float64Array;
};

const known = new WeakMap<DayLines, AboutDay>();

/** What is the same for every question about a day. */
function aboutDay(day: DayLines): AboutDay {
  const kept = known.get(day);
  if (kept !== undefined) return kept;
  const about = {
    poolIds: new Set(day.poolId),
    featureIds: new Set(day.featureId),
    priceIds: new Set(day.priceId),
    cells: cellsOf(day),
    coverage: coverageOf(day),
  };
  known.set(day, about);
  return about;
}

export const STATES = LEDGER_STATES.length;

/** A line has time in one or two of the six states: nobody looks at the others again. */
function cellsOf({ count, ms, micro }: DayLines): Int32Array {
  const cells = new Int32Array(count * STATES);
  let found = 0;
  for (let line = 0; line < count; line++)
    for (let state = 0; state < STATES; state++)
      if (!isZero(ms[state]!, line) || !isZero(micro[state]!, line)) cells[found++] = line * STATES + state;
  return cells.slice(0, found);
}
const isZero = (halves: Int32Array, i: number): boolean => halves[2 * i] === 0 && halves[2 * i + 1] === 0;

const UNKNOWN = LEDGER_STATES.indexOf("unknown");

function coverageOf(day: DayLines): Float64Array {
  const pools = new Map<number, { owned: number; unknown: number }>();
  for (let i = 0; i < day.count; i++) {
    const poolId = day.poolId[i]!;
    let sum = pools.get(poolId);
    if (sum === undefined) pools.set(poolId, (sum = { owned: 0, unknown: 0 }));
    for (const column of day.ms) sum.owned += numberAt(column, i);
    sum.unknown += numberAt(day.ms[UNKNOWN]!, i);
  }
  return Float64Array.from(day.poolId, (poolId) => {
    const { owned, unknown } = pools.get(poolId)!;
    return owned > 0 ? 1 - unknown / owned : 0;
  });
}

/** Tiers by pool and day. */
export type TierDays = { at(place: number, poolId: number): Tier | null };
