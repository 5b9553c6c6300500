import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { countPoolHours, type Hours, readBookedHours } from "../../../db/store/booking.ts";
import { readRevisionsAfter } from "../../../db/store/revisions.ts";
import { hourStart } from "../../../db/store/steps.ts";
import type { PricingPort } from "../../context.ts";
import { changedHours } from "./changed-hours.ts";
import { type LedgerState, putLedgerState, readLedgerState, SEVERAL } from "./ledger-state.ts";
import {
  type Block,
  blocksOf,
  bookOlderHours,
  cutPieces,
  lockCommits,
  type OlderHoursParts,
  type Piece,
} from "./older-hours.ts";
import { BOOK_SUBJECTS, type PriceSheet, type PriceSheets, readBookKnowledge } from "./price-sheet.ts";

export type RepriceParts = OlderHoursParts & {
  readonly sheets: PriceSheets;
  readonly pricing: Pick<PricingPort, "piecesByPool">;
};

/** After more acts of changing than this, every hour is looked at instead of what each of them did. "ours" */
const MOST_STEPS = 16;

/**
 * Brings every booked hour to the price book of now: prices, the contracts behind pools and the models names stand for.
 * Only hours whose money was moved by one of the changes are touched. Does nothing when nothing is newer than the ledger.
 */
export async function repriceOlder(parts: RepriceParts): Promise<void> {
  const { db, sheets, clock } = parts;
  const state = await readLedgerState(db);
  if (state === null) return; // nothing is booked: whatever is will be by the book of then
  const { zone } = parts.calendar();
  if ((await readBookKnowledge(db)).key === state.key && zone === state.zone) return;

  // Behind every commit that may still book by what was known before: from here on all of them look first.
  const booked = await db.transaction(async (tx) => {
    await lockCommits(tx);
    if (zone !== state.zone) await putLedgerState(tx, { ...state, zone: SEVERAL }, clock.now());
    return await readBookedHours(tx);
  });
  sheets.forget();
  const sheet = await sheets.of({ from: hourStart(booked?.from ?? 0), to: hourStart(booked?.to ?? 0) }, []);
  const { at, key, newest } = sheet.knowledge;
  await bookOlderHours(parts, {
    name: `price ${state.key} ${state.zone} to ${key} ${zone}`,
    cause: "price",
    blocks: booked === null ? [] : await blocks(parts, booked, await stepsTo(parts, state, sheet)),
    sheet,
    time: "lines",
    async finish(tx) {
      const known = (await readLedgerState(tx)) ?? state; // days may have been counted anew meanwhile
      await putLedgerState(tx, { ...known, at, key, revision: newest, zone }, clock.now());
    },
  });
}

/** One act of changing, and the hours it moved, by pool. */
type Step = { readonly revisionId: number | null; readonly hours: ReadonlyMap<number, readonly Hours[]> };

/**
 * What each act since the ledger's did. Not only what the last book says against the ledger's: hours booked in between,
 * by a price that was taken back at once, stand on a book that is neither.
 */
async function stepsTo(parts: RepriceParts, state: LedgerState, sheet: PriceSheet): Promise<Step[]> {
  const { db, pricing, calendar } = parts;
  const { window, pieces } = sheet;
  const acts = await readRevisionsAfter(db, BOOK_SUBJECTS, state.revision);
  if (acts.length > MOST_STEPS) return [everything(sheet)];
  const instants = [...new Map(acts.toSorted((a, b) => a.at - b.at || a.id - b.id).map(({ at, id }) => [at, id]))];
  const steps: Step[] = [];
  let was = await pricing.piecesByPool(window, knownBefore(state, instants[0]?.[0] ?? null));
  for (const [i, [at, revisionId]] of instants.entries()) {
    const is = i === instants.length - 1 ? pieces : await pricing.piecesByPool(window, at);
    steps.push({ revisionId, hours: byPool(is, (id, after) => changedHours(was.get(id) ?? noPrice(sheet), after)) });
    was = is;
  }
  if (state.zone === calendar().zone) return steps;
  const isMonthly = byPool(
    pieces,
    (_, after) => changedHours(after, after, (price) => price?.basis === "card_month"), // its months are others in another zone
  );
  return [...steps, { revisionId: null, hours: isMonthly }];
}

/**
 * When the ledger's book was known. Where a clock was set back, a revision made since may lie before it: then what was
 * known before the first of them, so that more hours are looked at, never fewer.
 */
const knownBefore = ({ at }: LedgerState, first: UnixMs | null): UnixMs =>
  unixMs(first === null ? at : Math.min(at, first - 1));

const noPrice = ({ window }: PriceSheet) => [{ ...window, price: null }];

const everything = ({ knowledge, pieces }: PriceSheet): Step => ({
  revisionId: knowledge.newest,
  hours: byPool(pieces, (_, after) => changedHours(after, after, () => true)),
});

function byPool<T>(pieces: ReadonlyMap<number, T>, hoursOf: (poolId: number, pieces: T) => Hours[]) {
  const hours = new Map<number, Hours[]>();
  for (const [id, own] of pieces) {
    const changed = hoursOf(id, own);
    if (changed.length > 0) hours.set(id, changed);
  }
  return hours;
}

async function blocks({ db }: RepriceParts, booked: Hours, steps: readonly Step[]): Promise<Block[]> {
  const found: Block[] = [];
  for (const block of blocksOf(booked)) {
    const pieces: Piece[] = [];
    let poolHours = 0;
    for (const { hours, poolIds, revisionId } of runsIn(block, steps)) {
      poolHours += await countPoolHours(db, hours, poolIds);
      pieces.push(...cutPieces(hours, poolIds, { cause: "price", revisionId }));
    }
    if (poolHours > 0) found.push({ from: block.from, poolHours, pieces: async () => pieces });
  }
  return found;
}

type Run = { readonly hours: Hours; readonly poolIds: number[]; readonly revisionId: number | null };

/** Hours of a block that were moved, with the last act that did. Pools moved alike go together. */
function runsIn(block: Hours, steps: readonly Step[]): Run[] {
  const runs = new Map<string, Run>();
  for (const poolId of new Set(steps.flatMap(({ hours }) => [...hours.keys()]))) {
    const by = Array.from({ length: block.to - block.from }, (): Step | null => null);
    for (const step of steps)
      for (const { from, to } of step.hours.get(poolId) ?? [])
        by.fill(step, Math.max(0, from - block.from), Math.max(0, to - block.from));
    for (let i = 0, from = 0; i < by.length; i = from) {
      from = i + 1;
      while (from < by.length && by[from] === by[i]) from++;
      const step = by[i];
      if (step == null) continue;
      const hours = { from: block.from + i, to: block.from + from };
      const name = `${hours.from} ${hours.to} ${step.revisionId}`;
      const run = runs.get(name);
      if (run) run.poolIds.push(poolId);
      else runs.set(name, { hours, poolIds: [poolId], revisionId: step.revisionId });
    }
  }
  return [...runs.values()];
}
