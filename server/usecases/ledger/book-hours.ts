import type { Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { DifferenceCause, HeldTime, LedgerLine, PoolHourCards, StateMs } from "../../../db/model/ledger.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { readHourTime } from "../../../db/store/holder-time.ts";
import { readHourCards } from "../../../db/store/hour-cards.ts";
import { readLines, writeLines } from "../../../db/store/ledger-lines.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { hourLines } from "../../domain/ledger/hour-lines.ts";
import { inPieces, type Steps } from "../../ingest/pieces.ts";
import { piecesWithin, type PriceSheet } from "./price-sheet.ts";

/** Hours of pools; `poolIds` null = of every pool that has card time in them. */
export type HoursToBook = { readonly hourNos: readonly number[]; readonly poolIds: readonly number[] | null };

export type BookTerms = {
  readonly sheet: PriceSheet;
  readonly zone: string; // contract months and days are counted in it
  readonly dayNoOf: (hourNo: number) => number;
  /** From which rows the time is taken: of holders (kept 35 days), or of the lines themselves, as long as there are any. */
  readonly time: "holders" | "lines";
  /** What a change of an hour that was told before is put down to. */
  readonly difference: { readonly cause: DifferenceCause; readonly revisionId: number | null };
  readonly wasTold: (hourNo: number) => boolean;
};

/** A pool's hour whose cards and time do not tell the same: from before the ledger was kept. It has no lines. */
export type Skipped = { readonly hourNo: number; readonly poolId: number; readonly why: string };

export type Booked = {
  readonly hours: number; // of pools, worked out
  readonly changed: number; // lines written, changed or taken away
  readonly differences: number; // rows written
  readonly skipped: readonly Skipped[];
};

/** What hours say: of each pool's hour which cards were ours, and whose their time was. */
export type HourFacts = {
  readonly hourNo: number;
  readonly poolId: number;
  readonly cards: PoolHourCards;
  readonly held: readonly HeldTime[];
};

/**
 * Works the lines of hours out anew and writes what is another, in the transaction of whatever made them so. The answer
 * depends on what is stored and on nothing before: again, or in another order, it changes nothing.
 */
export async function bookHours(tx: Tx, hours: HoursToBook, terms: BookTerms, clock: Clock): Promise<Booked> {
  const facts = await readFacts(tx, hours, terms.time);
  const { booked, skipped } = await inPieces(workOut(facts, terms), clock);
  const { changed, differences } = await writeLines(tx, booked, {
    now: clock.now(),
    dayNoOf: terms.dayNoOf,
    difference: terms.difference,
    isClosed: terms.wasTold,
  });
  return { hours: booked.length, changed, differences, skipped };
}

type BookedHourLines = {
  readonly hourNo: number;
  readonly poolId: number;
  readonly lines: readonly LedgerLine[];
};

function* workOut(
  facts: readonly HourFacts[],
  { sheet, zone }: Pick<BookTerms, "sheet" | "zone">,
): Steps<{ readonly booked: readonly BookedHourLines[]; readonly skipped: readonly Skipped[] }> {
  const booked: BookedHourLines[] = [];
  const skipped: Skipped[] = [];
  for (const { hourNo, poolId, cards, held } of facts) {
    try {
      booked.push({ hourNo, poolId, lines: linesOf({ hourNo, poolId, cards, held }, sheet, zone) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      skipped.push({ hourNo, poolId, why: error.message });
    }
    yield;
  }
  return { booked, skipped };
}

/** The lines of one pool's hour. @throws RangeError when its cards and its time do not tell the same */
export function linesOf({ hourNo, poolId, cards, held }: HourFacts, sheet: PriceSheet, zone: string): LedgerLine[] {
  const hour = hourStart(hourNo);
  const pieces = piecesWithin(sheet, poolId, { from: hour, to: hourStart(hourNo + 1) });
  return hourLines({ hour, cards, held, pieces, zone });
}

const NO_CARDS: PoolHourCards = { whole: Array.from({ length: HOUR_MS / 300_000 }, () => 0), parts: [] };

/** Facts of every hour asked for, and of nothing else; an hour that lost its last card has none of either. */
export async function readFacts(tx: Tx, hours: HoursToBook, time: BookTerms["time"]): Promise<HourFacts[]> {
  const { hourNos, poolIds } = hours;
  const held = time === "holders" ? await heldByHour(tx, hours) : await bookedByHour(tx, hours);
  const cards = new Map<string, PoolHourCards>();
  for (const row of await readHourCards(tx, hourNos, poolIds)) cards.set(`${row.hourNo} ${row.poolId}`, row.cards);
  const names = new Set([...held.keys(), ...(time === "holders" ? cards.keys() : [])]);
  if (time === "holders") for (const hour of hourNos) for (const pool of poolIds ?? []) names.add(`${hour} ${pool}`);
  return [...names].map((name) => {
    const [hourNo, poolId] = name.split(" ").map(Number) as [number, number];
    return { hourNo, poolId, cards: cards.get(name) ?? NO_CARDS, held: held.get(name) ?? [] };
  });
}

async function heldByHour(tx: Tx, { hourNos, poolIds }: HoursToBook): Promise<Map<string, HeldTime[]>> {
  const byHour = new Map<string, HeldTime[]>();
  for (const { hourNo, poolId, featureId, ms } of await readHourTime(tx, hourNos, poolIds)) {
    const name = `${hourNo} ${poolId}`;
    const held = byHour.get(name);
    if (held) held.push({ featureId, ms });
    else byHour.set(name, [{ featureId, ms }]);
  }
  return byHour;
}

/** Time by feature as the lines have it: the same for as long as nobody's holders are looked at again. */
async function bookedByHour(tx: Tx, { hourNos, poolIds }: HoursToBook): Promise<Map<string, HeldTime[]>> {
  const byHour = new Map<string, Map<number, StateMs>>();
  for (const { hourNo, poolId, featureId, ms } of await readLines(tx, hourNos, poolIds)) {
    const name = `${hourNo} ${poolId}`;
    const features = byHour.get(name) ?? new Map<number, StateMs>();
    byHour.set(name, features);
    const before = features.get(featureId);
    features.set(featureId, before ? (before.map((value, i) => value + ms[i]!) as unknown as StateMs) : ms);
  }
  return new Map([...byHour].map(([name, f]) => [name, [...f].map(([featureId, ms]) => ({ featureId, ms }))]));
}
