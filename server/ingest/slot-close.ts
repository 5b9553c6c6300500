import type { CardEvent } from "../../db/model/events.ts";
import { GAP_CAUSES, type GapCause } from "../../db/model/coverage.ts";
import { SLOT_COLUMNS, type Hold, type SlotBatch, type SlotColumn } from "../../db/model/slot.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { eventsBetween } from "../domain/card-events.ts";
import type { StateRules } from "../domain/card-state.ts";
import { leadOrigin, type Reading, summariseSlot } from "../domain/slot-summary.ts";
import type { Steps } from "./pieces.ts";
import type { CardReadings } from "./report-log.ts";

/** A card that gets a row in the slot, read or not. */
export type SlotCard = {
  readonly id: number;
  readonly uuid: string;
  readonly poolId: number; // where it stands now
  /** Where it stood before, newest first: `until` is when it left. [] = it never moved while we ran. */
  readonly left: readonly { readonly until: number; readonly poolId: number }[];
  readonly ownedFrom: number; // unix ms
  readonly ownedTo: number; // unix ms, Infinity while it is ours
};

export type ClosedSlot = { readonly batch: SlotBatch; readonly events: readonly CardEvent[] };

/**
 * The absolute totals of one slot: a row for every card owned in it, read or not, and what happened to them.
 * Pure: the same readings give the same bytes. A step is a card: a whole fleet at once would hold up the process.
 *
 * @param silentBecause why a card without any reading at all was not seen
 */
export function* closeSlot(
  slot: UnixMs,
  cards: readonly SlotCard[],
  readings: Steps<ReadonlyMap<string, CardReadings>>,
  silentBecause: (card: SlotCard) => GapCause,
  rules: StateRules,
): Steps<ClosedSlot> {
  const seenOf = yield* readings;
  const window = { from: slot as number, to: slot + SLOT_MS };
  const owned = cards.filter((c) => c.ownedFrom < window.to && c.ownedTo > window.from);
  const batch = emptyBatch(slot, owned.length);
  const columns = SLOT_COLUMNS.map(({ name }) => batch.columns[name]);
  const holds: Hold[] = [];
  const events: CardEvent[] = [];

  for (const [row, card] of owned.entries()) {
    const seen = seenOf.get(card.uuid);
    const totals = summariseSlot(
      seen?.readings ?? NO_READINGS,
      window,
      { from: card.ownedFrom, to: card.ownedTo },
      seen?.before ?? silentBecause(card),
      rules,
    );
    batch.cardId[row] = card.id;
    batch.poolId[row] = poolAt(card, slot);
    batch.holderId[row] = totals.holderId;
    batch.gapCause[row] = GAP_CAUSES.indexOf(totals.gapCause);
    for (let i = 0; i < columns.length; i += 1) columns[i]![row] = totals.columns[i]!;
    for (const hold of totals.holds) holds.push({ cardId: card.id, ...hold });
    if (seen) collectEvents(card.id, seen, window, events);
    yield;
  }
  return { batch: { ...batch, holds }, events };
}

/** The pool a slot is booked to: where the card stood when it began, whenever the slot is closed. */
function poolAt({ poolId, left }: SlotCard, slot: number): number {
  let pool = poolId;
  for (const stay of left) if (stay.until > slot) pool = stay.poolId;
  return pool;
}

const NO_READINGS: readonly Reading[] = [];

function collectEvents(
  cardId: number,
  { readings }: CardReadings,
  window: { readonly from: number; readonly to: number },
  into: CardEvent[],
): void {
  const lead = leadOrigin(readings, window.from, window.to);
  let previous: Reading | null = null;
  for (const reading of readings) {
    if (reading.origin !== lead) continue;
    if (previous !== null && reading.at >= window.from && reading.at < window.to)
      into.push(...eventsBetween(cardId, previous, reading));
    previous = reading;
  }
}

function emptyBatch(slot: UnixMs, count: number): SlotBatch {
  const values = new Float64Array(SLOT_COLUMNS.length * count); // one allocation, not one for each column
  const columns = {} as Record<SlotColumn, Float64Array>;
  SLOT_COLUMNS.forEach(({ name }, i) => (columns[name] = values.subarray(i * count, (i + 1) * count)));
  return {
    slot,
    count,
    cardId: new Int32Array(count),
    poolId: new Int32Array(count),
    holderId: new Int32Array(count),
    gapCause: new Uint8Array(count),
    columns,
    holds: [],
  };
}
