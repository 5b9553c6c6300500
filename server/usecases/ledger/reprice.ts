import { countPoolHours, type Hours, readBookedHours } from "../../../db/store/booking.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { changedHours } from "./changed-hours.ts";
import { booked, type LedgerState, putLedgerState, readLedgerState, SEVERAL } from "./ledger-state.ts";
import {
  type Block,
  blocksOf,
  bookOlderHours,
  cutPieces,
  lockCommits,
  type OlderHoursParts,
  type Piece,
} from "./older-hours.ts";
import { type PriceSheet, type PriceSheets, readBookKnowledge } from "./price-sheet.ts";
import { hoursByPool, type PriceStep, priceSteps } from "./price-steps.ts";

export type RepriceParts = OlderHoursParts & { readonly sheets: PriceSheets };

/**
 * Brings every booked hour to the price book of now: prices, the contracts behind pools and the models names stand for.
 * Only hours whose money was moved by one of the changes are touched. Does nothing when nothing is newer than the ledger.
 */
export async function repriceOlder(parts: RepriceParts): Promise<void> {
  const { db, sheets, clock } = parts;
  const state = await readLedgerState(db);
  if (state === null) return; // nothing is booked: whatever is will be by the book of then
  const calendar = parts.calendar();
  const { zone } = calendar;
  if ((await readBookKnowledge(db)).key === state.key && zone === state.zone) return;

  // Behind every commit that may still book by what was known before: from here on all of them look first.
  const hours = await db.transaction(async (tx) => {
    await lockCommits(tx);
    if (zone !== state.zone) await putLedgerState(tx, { ...state, zone: SEVERAL }, clock.now());
    return await readBookedHours(tx);
  });
  sheets.forget();
  const sheet = await sheets.of({ from: hourStart(hours?.from ?? 0), to: hourStart(hours?.to ?? 0) }, []);
  await bookOlderHours(parts, {
    name: `price ${state.key} ${state.zone} to ${sheet.knowledge.key} ${zone}`,
    cause: "price",
    blocks: hours === null ? [] : await blocks(parts, hours, await stepsTo(parts, state, sheet, zone)),
    calendar,
    sheet,
    time: "lines",
    async finish(tx) {
      const now = (await readLedgerState(tx)) ?? state; // days may have been counted anew meanwhile
      await putLedgerState(tx, { ...now, ...(await booked(tx, sheet.knowledge)), zone }, clock.now());
    },
  });
}

async function stepsTo(
  { db }: RepriceParts,
  state: LedgerState,
  sheet: PriceSheet,
  zone: string,
): Promise<PriceStep[]> {
  const { window, pieces, knowledge } = sheet;
  const steps = await priceSteps(db, window, state, knowledge.newest, pieces);
  if (state.zone === zone) return steps;
  const isMonthly = (_: number, own: Parameters<typeof changedHours>[0]) =>
    changedHours(own, own, (price) => price?.basis === "card_month"); // its months are others in another zone
  return [...steps, { revisionId: null, hours: hoursByPool(pieces, isMonthly) }];
}

/** Blocks that have something to book anew. Their pieces are cut when it is their turn: two years of a fleet are many. */
async function blocks({ db }: RepriceParts, hours: Hours, steps: readonly PriceStep[]): Promise<Block[]> {
  const found: Block[] = [];
  for (const block of blocksOf(hours)) {
    let poolHours = 0;
    for (const run of runsIn(block, steps)) poolHours += await countPoolHours(db, run.hours, run.poolIds);
    if (poolHours > 0) found.push({ from: block.from, poolHours, pieces: async () => piecesIn(block, steps) });
  }
  return found;
}

const piecesIn = (block: Hours, steps: readonly PriceStep[]): Piece[] =>
  runsIn(block, steps).flatMap(({ hours, poolIds, revisionId }) =>
    cutPieces(hours, poolIds, { cause: "price", revisionId }),
  );

type Run = { readonly hours: Hours; readonly poolIds: number[]; readonly revisionId: number | null };

/** Hours of a block that were moved, with the last act that did. Pools moved alike go together. */
function runsIn(block: Hours, steps: readonly PriceStep[]): Run[] {
  const runs = new Map<string, Run>();
  for (const poolId of new Set(steps.flatMap(({ hours }) => [...hours.keys()]))) {
    const by = Array.from({ length: block.to - block.from }, (): PriceStep | null => null);
    for (const step of steps)
      for (const { from, to } of step.hours.get(poolId) ?? [])
        by.fill(step, Math.max(0, from - block.from), Math.max(0, to - block.from));
    for (let i = 0, end = 0; i < by.length; i = end) {
      end = i + 1;
      while (end < by.length && by[end] === by[i]) end++;
      const step = by[i];
      if (step == null) continue;
      const hours = { from: block.from + i, to: block.from + end };
      const name = `${hours.from} ${hours.to} ${step.revisionId}`;
      const run = runs.get(name);
      if (run) run.poolIds.push(poolId);
      else runs.set(name, { hours, poolIds: [poolId], revisionId: step.revisionId });
    }
  }
  return [...runs.values()];
}
