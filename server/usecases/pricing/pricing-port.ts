import type { Database } from "../../../db/database.ts";
import type { TimeMoney } from "../../../db/model/board-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import type { PriceEffect } from "../../../db/model/pricing-views.ts";
import { HOUR_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { readAliases } from "../../../db/store/aliases.ts";
import { readPoolTime } from "../../../db/store/board.ts";
import { readCapacity } from "../../../db/store/capacity.ts";
import { putRates, readRates } from "../../../db/store/fx.ts";
import { readFirstHour, readPoolSpans } from "../../../db/store/pool-spans.ts";
import { changePrices, readPrices, readRevisionPrices } from "../../../db/store/prices.ts";
import { readPools } from "../../../db/store/registry.ts";
import {
  beginRevision,
  readKnowledge,
  readRevision,
  readRevisions,
  type RevisionSubject,
} from "../../../db/store/revisions.ts";
import type { Config } from "../../config/config.ts";
import type { AliasesPort, PoolPrice, PricingPort, UnpricedTime } from "../../context.ts";
import { isSunk } from "../../domain/pricing/hourly.ts";
import { hourCuts, moneyless, moneyStretches, poolMoney, type TimeSpan } from "../../domain/pricing/pool-money.ts";
import { priceBook, type PriceBook, poolPieces, poolPriceAt } from "../../domain/pricing/price-book.ts";
import { lastDay } from "../last-day.ts";
import { type EffectReads, priceEffect } from "./effect.ts";
import { priceHourly } from "./price-hourly.ts";
import { withChanges } from "./with-changes.ts";

export type PricingParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: () => Pick<Config, "timeZone" | "currency">;
  /** Tells when a name was tied to a model: which price is a pool's may have changed. */
  readonly onAliases?: AliasesPort["onChange"];
};

/** What a price of a pool rests on: when none of it was revised, the book is the same. */
const SUBJECTS: readonly RevisionSubject[] = ["price", "fx", "capacity", "alias"];
/** Books of different knowledge kept in memory: now, and the moments people compare it with. */
const MOST_BOOKS = 4;

/** The price book over the tables. Books are kept by the knowledge in them, so a change elsewhere is seen at once. */
export function createPricing({ db, clock, config, onAliases }: PricingParts): PricingPort {
  const bookAt = rememberBooks(db);
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const tell of listeners) tell();
  };
  onAliases?.(changed);
  const terms = () => ({ zone: config().timeZone, currency: config().currency });
  const reads: EffectReads = {
    firstHour: () => readFirstHour(db),
    spans: (window, cuts, poolIds) => readPoolSpans(db, window, cuts, poolIds),
    async lastDay() {
      const rows = await readPoolTime(db, lastDay(clock.now()));
      return new Map(rows.map(({ poolId, ownedMs }) => [poolId, ownedMs]));
    },
  };

  return {
    prices: async (knownAt) => (await bookAt(knownAt)).prices,
    rates: async (knownAt) => (await bookAt(knownAt)).rates,
    async hourlyByPool(at, knownAt) {
      const book = await bookAt(knownAt);
      const priced = new Map<number, PoolPrice>();
      for (const pool of await readPools(db)) {
        const price = poolPriceAt(book, pool, at);
        if (price === null) continue;
        priced.set(pool.id, { price, hourlyMicro: priceHourly(price, at, book, terms()), isSunk: isSunk(price, at) });
      }
      return priced;
    },
    async poolMoney(window, knownAt) {
      const book = await bookAt(knownAt);
      return await moneyByPool(db, book, hoursIn(window), terms());
    },
    async piecesByPool(window, knownAt) {
      const book = await bookAt(knownAt);
      const pools = await readPools(db);
      return new Map<number, readonly PricePiece[]>(pools.map((pool) => [pool.id, poolPieces(book, pool, window)]));
    },
    async unpriced(window, knownAt) {
      return await unpricedTime(db, await bookAt(knownAt), hoursIn(window), terms());
    },
    revisions: (limit) => readRevisions(db, ["price", "fx"], limit),
    async effectOf(changes) {
      const before = await bookAt(null);
      const { prices, plan } = withChanges(before.prices, changes);
      const from = Math.min(...changes.map((change) => change.from));
      const rows = { added: plan.added.length, ended: plan.ended.length, unchanged: plan.unchanged };
      const after = priceBook(prices, before.rates, before.contracts, before.aliases);
      return await effect(before, after, from, clock.now(), rows);
    },
    async effectOfRevision(id) {
      const revision = await readRevision(db, id);
      if (revision === null || revision.subject !== "price") return null;
      const { added, ended } = await readRevisionPrices(db, revision);
      const [before, after] = [await bookAt(shift(revision.at, -1)), await bookAt(revision.at)];
      const from = Math.min(...[...added, ...ended].map((price) => price.from));
      const rows = { added: added.length, ended: ended.length, unchanged: 0 };
      return await effect(before, after, from, revision.at, rows);
    },
    async change(changes, note, onProgress) {
      const made = await orNothing(() =>
        db.transaction(async (tx) => {
          const revision = await beginRevision(tx, { ...note, subject: "price", now: () => clock.now() });
          const counts = await changePrices(tx, revision, changes, onProgress);
          if (counts.added + counts.ended === 0) throw new NothingToChange();
          return { revision, ...counts };
        }),
      );
      if (made !== null) changed();
      return made;
    },
    async setRates(rates, note) {
      const revision = await orNothing(() =>
        db.transaction(async (tx) => {
          const begun = await beginRevision(tx, { ...note, subject: "fx", now: () => clock.now() });
          if ((await putRates(tx, begun, rates)) === 0) throw new NothingToChange();
          return begun;
        }),
      );
      if (revision !== null) changed();
      return revision;
    },
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };

  async function effect(
    before: PriceBook,
    after: PriceBook,
    from: number,
    now: UnixMs,
    rows: PriceEffect["rows"],
  ): Promise<PriceEffect> {
    const pools = from === Infinity ? [] : await readPools(db); // no wish, no effect
    return await priceEffect({ pools, before, after, from: unixMs(Math.min(from, now)), now, ...terms(), rows }, reads);
  }
}

/** Rolls a revision back that would say nothing new: history holds changes, not attempts. */
class NothingToChange extends Error {}

async function orNothing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NothingToChange) return null;
    throw error;
  }
}

/** The hours that begin in the window, as the board counts them. */
const hoursIn = ({ from, to }: Window): Window => ({ from: hourOf(from), to: hourOf(to) });

async function moneyByPool(
  db: Database,
  book: PriceBook,
  window: Window,
  { zone, currency }: { readonly zone: string; readonly currency: string },
): Promise<Map<number, TimeMoney>> {
  const terms = { zone, currency, rates: book.rates };
  const pools = await readPools(db);
  const stretches = new Map(pools.map((pool) => [pool.id, moneyStretches(poolPieces(book, pool, window), terms)]));
  const cuts = new Set<number>();
  for (const some of stretches.values()) for (const cut of hourCuts(some)) cuts.add(cut);
  const byPool = new Map<number, TimeSpan[]>();
  for (const span of await readPoolSpans(db, window, cuts)) {
    const spans = byPool.get(span.poolId) ?? [];
    spans.push(span);
    byPool.set(span.poolId, spans);
  }
  return new Map([...byPool].map(([id, spans]) => [id, poolMoney(spans, stretches.get(id) ?? unpriced(window))]));
}

/** Where the pieces have no price, and apart from that where prices have no rate; with the card time in each. */
async function unpricedTime(
  db: Database,
  book: PriceBook,
  window: Window,
  { zone, currency }: { readonly zone: string; readonly currency: string },
): Promise<UnpricedTime[]> {
  const terms = { zone, currency, rates: book.rates };
  const holes = (await readPools(db)).flatMap(({ id, ...pool }) => {
    const pieces = poolPieces(book, pool, window);
    const none = pieces.filter(({ price }) => price === null);
    const priced = moneyless(
      moneyStretches(
        pieces.filter(({ price }) => price !== null),
        terms,
      ),
    );
    return [
      ...none.map(({ from, to }) => ({ poolId: id, from, to, why: "no_price" as const })),
      ...priced.map(({ from, to }) => ({ poolId: id, from, to, why: "no_rate" as const })),
    ];
  });
  if (holes.length === 0) return [];
  const borders = holes.flatMap(({ from, to }) => [from, to]).map((at) => Math.floor(at / HOUR_MS));
  const poolIds = [...new Set(holes.map(({ poolId }) => poolId))];
  const spans = await readPoolSpans(
    db,
    window,
    borders.flatMap((hour) => [hour, hour + 1]),
    poolIds,
  );
  return holes.flatMap((hole) => {
    const inside = spans.filter(({ poolId, from, to }) => poolId === hole.poolId && from < hole.to && to > hole.from);
    const cardMs = inside.reduce((sum, span) => sum + shareInside(span, hole), 0);
    return cardMs === 0 ? [] : [{ ...hole, cardMs }];
  });
}

/** Card time of a span that falls into a hole; an hour the hole ends in counts by its share. */
function shareInside(span: Window & { readonly ownedMs: number }, hole: Window): number {
  const overlap = Math.min(span.to, hole.to) - Math.max(span.from, hole.from);
  return Math.floor((span.ownedMs * overlap) / (span.to - span.from));
}

/** A pool that came between two reads: its time is there, its price is asked next time. */
const unpriced = ({ from, to }: Window) => [{ from, to, rate: null, isSunk: false }];

function rememberBooks(db: Database): (knownAt: UnixMs | null) => Promise<PriceBook> {
  const books = new Map<string, Promise<PriceBook>>();
  return async (knownAt) => {
    const { at, key } = await readKnowledge(db, SUBJECTS, knownAt);
    const known = books.get(key);
    if (known !== undefined) return await known;
    const book = readBook(db, at);
    books.set(key, book);
    book.catch(() => books.delete(key)); // asked again, not remembered
    const [oldest] = books.keys();
    if (books.size > MOST_BOOKS && oldest !== undefined) books.delete(oldest);
    return await book;
  };
}

async function readBook(db: Database, at: UnixMs): Promise<PriceBook> {
  const [prices, rates, capacity, aliases] = await Promise.all([
    readPrices(db, at),
    readRates(db, at),
    readCapacity(db, at),
    readAliases(db, at),
  ]);
  return priceBook(prices, rates, capacity, new Map(aliases.map(({ name, model }) => [name, model])));
}
