import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import {
  LEDGER_STATES,
  type LedgerLine,
  type LedgerState,
  type PoolHourCards,
  UNPRICED,
} from "../../../db/model/ledger.ts";
import type { Recomputed } from "../../../db/model/ledger-views.ts";
import { type Currency, type Micro, microText } from "../../../db/model/money.ts";
import { HOUR_MS, SLOT_MS, type Window } from "../../../db/model/time.ts";
import { readCurrencies, readHeldPoolHours, readUnbooked } from "../../../db/store/booking.ts";
import { readLines } from "../../../db/store/ledger-lines.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { inPieces, type Steps } from "../../ingest/pieces.ts";
import { type HourFacts, linesOf, readFacts } from "./book-hours.ts";
import type { BookingCalendar } from "./booking-calendar.ts";
import { blocksOf, lockCommits } from "./older-hours.ts";
import { type PriceSheet, type PriceSheets, refuseStale, StaleBook } from "./price-sheet.ts";

/** Which lines a proof is asked for. null = all of them. */
export type LedgerQuestion = {
  readonly window: Window; // hours that begin in it
  readonly poolIds: readonly number[] | null;
  readonly featureIds: readonly number[] | null;
  readonly states: readonly LedgerState[] | null;
};

export type RecomputeParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly sheets: PriceSheets;
  readonly calendar: () => BookingCalendar;
};

/** Differences that are named; the rest is only counted against equality. */
const MOST_NAMED = 20;

/**
 * Works the hours of a question out anew, from cards, prices and holders, and compares them with the lines that are
 * stored. Nothing is written. Hours whose holders are no longer kept are worked out by the features they were booked to.
 * An hour with card time and no line differs, unless it is from before the ledger was kept.
 */
export async function recompute(parts: RecomputeParts, question: LedgerQuestion): Promise<Recomputed> {
  const { db, clock } = parts;
  const hours = { from: Math.ceil(question.window.from / HOUR_MS), to: Math.ceil(question.window.to / HOUR_MS) };
  const tally = new Tally(question);
  let [poolHours, notKept] = [0, 0];
  for (const block of blocksOf(hours).reverse()) {
    const { facts, stored, unbooked, held, sheet } = await readBlock(parts, block, question.poolIds);
    const currencies = await readCurrencies(db, [...new Set(stored.map(({ priceId }) => priceId))]);
    for (const { price } of [...sheet.pieces.values()].flat()) if (price) currencies.set(price.id, price.currency);
    const booked = new Set(stored.map(nameOf));
    const lost = lostHours(unbooked, facts);
    const worked = facts.filter((hour) => booked.has(nameOf(hour)) || lost.has(nameOf(hour)));
    for (const line of stored) tally.add(line.hourNo, line.poolId, line, currencies, "stored");
    await inPieces(workOut(worked, sheet, parts.calendar().zone, { currencies, tally, lost }), clock);
    poolHours += booked.size + lost.size;
    notKept += worked.filter((hour) => !held.has(nameOf(hour))).length;
  }
  return { hours: poolHours, notKept, ...tally.verdict() };
}

type PoolHour = { readonly hourNo: number; readonly poolId: number };
const nameOf = ({ hourNo, poolId }: PoolHour): string => `${hourNo} ${poolId}`;

/** Hours that lost their lines: their cards are known slot by slot, as they were not before the ledger was kept. */
function lostHours(unbooked: BlockFacts["unbooked"], facts: readonly HourFacts[]): Set<string> {
  const cards = new Map(facts.map((hour) => [nameOf(hour), hour.cards]));
  return new Set(unbooked.filter((hour) => cardMs(cards.get(nameOf(hour))) === hour.ownedMs).map(nameOf));
}

function cardMs(cards: PoolHourCards | undefined): number {
  if (cards === undefined) return 0;
  const whole = cards.whole.reduce((sum, count) => sum + count, 0) * SLOT_MS;
  return cards.parts.reduce((sum, { from, to }) => sum + (to - from), whole);
}

type Stored = LedgerLine & { readonly hourNo: number; readonly poolId: number };
type BlockFacts = {
  readonly facts: readonly HourFacts[];
  readonly stored: readonly Stored[];
  readonly held: ReadonlySet<string>; // "hour pool" whose holders are kept
  readonly unbooked: readonly (PoolHour & { readonly ownedMs: number })[];
  readonly sheet: PriceSheet;
};

/** Facts, lines and prices of one moment. */
async function readBlock(
  { db, sheets }: RecomputeParts,
  { from, to }: { readonly from: number; readonly to: number },
  poolIds: readonly number[] | null,
): Promise<BlockFacts> {
  const hourNos = Array.from({ length: to - from }, (_, i) => from + i);
  for (;;) {
    const sheet = await sheets.of({ from: hourStart(from), to: hourStart(to) }, []);
    try {
      return await db.transaction(async (tx) => {
        await lockCommits(tx);
        await refuseStale(tx, sheet);
        const facts = await readFacts(tx, { hourNos, poolIds }, "holders");
        const stored = await readLines(tx, hourNos, poolIds);
        const unbooked = await readUnbooked(tx, { from, to }, poolIds);
        const held = new Set((await readHeldPoolHours(tx, { from, to }, poolIds)).map(nameOf));
        return { facts, stored, unbooked, held, sheet };
      });
    } catch (error) {
      if (!(error instanceof StaleBook)) throw error;
      sheets.forget();
    }
  }
}

type Answer = {
  readonly currencies: ReadonlyMap<number, Currency>;
  readonly tally: Tally;
  readonly lost: ReadonlySet<string>; // "hour pool"
};

function* workOut(
  facts: readonly HourFacts[],
  sheet: PriceSheet,
  zone: string,
  { currencies, tally, lost }: Answer,
): Steps<void> {
  for (const hour of facts) {
    const lines = linesOrNone(hour, sheet, zone);
    if (lines.length === 0 && lost.has(nameOf(hour))) tally.miss(hour.hourNo, hour.poolId);
    for (const line of lines) tally.add(hour.hourNo, hour.poolId, line, currencies, "recomputed");
    yield;
  }
}

/** Booked once, but its cards and its time no longer tell the same: nothing can be worked out, and the lines stand alone. */
function linesOrNone(hour: HourFacts, sheet: PriceSheet, zone: string): LedgerLine[] {
  try {
    return linesOf(hour, sheet, zone);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

type Side = "stored" | "recomputed";
type Cell = { ms: number; micro: Micro }; // stored minus recomputed

/** Sums of both sides, and what is left where they differ. Price rows are told apart by currency alone. */
class Tally {
  readonly #states: ReadonlySet<number>;
  readonly #features: ReadonlySet<number> | null;
  readonly #sums = { stored: new Map<Currency, Micro>(), recomputed: new Map<Currency, Micro>() };
  readonly #rest = new Map<string, Cell>();

  constructor({ states, featureIds }: LedgerQuestion) {
    this.#states = new Set((states ?? LEDGER_STATES).map((state) => LEDGER_STATES.indexOf(state)));
    this.#features = featureIds === null ? null : new Set(featureIds);
  }

  /** An hour without lines of which nobody knows any more what they were: it differs in every state asked for. */
  miss(hourNo: number, poolId: number): void {
    for (const state of this.#states) this.#rest.set(`${hourNo} ${poolId} ${state}`, { ms: Number.NaN, micro: 0n });
  }

  add(hourNo: number, poolId: number, line: LedgerLine, currencies: ReadonlyMap<number, Currency>, side: Side): void {
    if (this.#features !== null && !this.#features.has(line.featureId)) return;
    const currency = line.priceId === UNPRICED ? "" : (currencies.get(line.priceId) ?? "");
    const sign = side === "stored" ? 1 : -1;
    for (const state of this.#states) {
      const [ms, micro] = [line.ms[state]!, line.micro[state]!];
      if (ms === 0 && micro === 0n) continue;
      if (currency !== "") this.#sums[side].set(currency, (this.#sums[side].get(currency) ?? 0n) + micro);
      const name = `${hourNo} ${poolId} ${state} ${line.featureId} ${currency}`;
      const cell = this.#rest.get(name) ?? { ms: 0, micro: 0n };
      this.#rest.set(name, { ms: cell.ms + sign * ms, micro: cell.micro + BigInt(sign) * micro });
      if (cell.ms + sign * ms === 0 && cell.micro + BigInt(sign) * micro === 0n) this.#rest.delete(name);
    }
  }

  verdict(): Pick<Recomputed, "storedMicro" | "recomputedMicro" | "isEqual" | "differing"> {
    const named = new Set([...this.#rest.keys()].map((name) => name.split(" ").slice(0, 3).join(" ")));
    const differing = [...named].slice(0, MOST_NAMED).map((name) => {
      const [hourNo, poolId, state] = name.split(" ").map(Number) as [number, number, number];
      return { at: hourStart(hourNo), poolId, state: LEDGER_STATES[state]! };
    });
    return {
      storedMicro: sumsOf(this.#sums.stored),
      recomputedMicro: sumsOf(this.#sums.recomputed),
      isEqual: this.#rest.size === 0,
      differing,
    };
  }
}

const sumsOf = (sums: ReadonlyMap<Currency, Micro>): Recomputed["storedMicro"] =>
  [...sums]
    .map(([currency, micro]) => ({ currency, micro: microText(micro) }))
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
