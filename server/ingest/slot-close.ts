import type { CardEvent } from "../../db/model/events.ts";
import { GAP_CAUSES, type GapCause } from "../../db/model/coverage.ts";
import { SLOT_COLUMNS, type Hold, type SlotBatch, type SlotColumn, type SlotPart } from "../../db/model/slot.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { addRises, eventsBetween, eventsOfSlot, noRises } from "../domain/card-events.ts";
import type { StateRules } from "../domain/card-state.ts";
import { leadOrigin, type Reading, summariseSlot } from "../domain/slot-summary.ts";
import type { Steps } from "./pieces.ts";
import type { CardReadings } from "./report-log.ts";

/** A card that gets a row in the slot, read or not. */
export type SlotCard = {
  readonly id: number;
  readonly uuid: string;
  readonly stays: readonly Stay[]; // oldest first, without overlap; a hole in between is time the card was not ours
};

/** A stretch in which a card was ours and stood in one pool. */
export type Stay = { readonly from: number; readonly to: number; readonly poolId: number }; // unix ms; to Infinity = still there

export type ClosedSlot = { readonly batch: SlotBatch; readonly events: readonly CardEvent[] };

/**
 * The absolute totals of one slot: a row for every card owned in it, read or not, and what happened to them.
 * Pure: the same readings give the same bytes. A step is a card: a whole fleet at once would hold up the process.
 *
 * @param silentBecause why a card without any reading at all was not seen
 * @param isNodeDown whether somebody said of the slot that the card's node was down: why nothing came from it
 */
export function* closeSlot(
  slot: UnixMs,
  cards: readonly SlotCard[],
  readings: Steps<ReadonlyMap<string, CardReadings>>,
  silentBecause: (card: SlotCard) => GapCause,
  rules: StateRules,
  isNodeDown: (card: SlotCard) => boolean = () => false,
): Steps<ClosedSlot> {
  const seenOf = yield* readings;
  const window = { from: slot as number, to: slot + SLOT_MS };
  const owned = cards.flatMap((card) => {
    const standing = standingIn(card.stays, window);
    return standing === null ? [] : [{ card, standing }];
  });
  const batch = emptyBatch(slot, owned.length);
  const columns = SLOT_COLUMNS.map(({ name }) => batch.columns[name]);
  const holds: Hold[] = [];
  const parts: SlotPart[] = [];
  const events: CardEvent[] = [];

  for (const [row, { card, standing }] of owned.entries()) {
    const seen = seenOf.get(card.uuid);
    const readings = seen?.readings ?? NO_READINGS; // made when asked for: once
    const totals = summariseSlot(readings, window, standing, seen?.before ?? silentBecause(card), rules);
    batch.cardId[row] = card.id;
    batch.poolId[row] = standing.poolId;
    batch.holderId[row] = totals.holderId;
    batch.gapCause[row] = GAP_CAUSES.indexOf(
      SILENT.has(totals.gapCause) && isNodeDown(card) ? "node_down" : totals.gapCause,
    );
    for (let i = 0; i < columns.length; i += 1) columns[i]![row] = totals.columns[i]!;
    for (const hold of totals.holds) holds.push({ cardId: card.id, ...hold });
    if (spanIn(standing, window) < SLOT_MS) parts.push({ cardId: card.id, ...clip(standing, window) });
    collectEvents(card.id, readings, window, events);
    yield;
  }
  return { batch: { ...batch, holds, parts }, events };
}

/** Nothing came from where the card is: an exporter that answers without a card is up, and so is its node. */
const SILENT: ReadonlySet<GapCause> = new Set(["no_reading", "source_down"]);

/**
 * The time of a window in which a card was ours, booked to the pool it stood in first: whoever closes the slot, and when,
 * books it alike. A card given back and taken in again within a slot has two such stretches; the longer one counts.
 */
function standingIn(stays: readonly Stay[], window: { readonly from: number; readonly to: number }): Stay | null {
  let best: Stay | null = null;
  let run = null as Stay | null;
  for (const stay of stays) {
    if (stay.from >= window.to || stay.to <= window.from) continue;
    run = run !== null && run.to === stay.from ? { ...run, to: stay.to } : stay;
    if (best === null || spanIn(run, window) > spanIn(best, window)) best = run;
  }
  return best;
}

const spanIn = (stay: Stay, { from, to }: { readonly from: number; readonly to: number }): number =>
  Math.min(stay.to, to) - Math.max(stay.from, from);

const clip = ({ poolId, ...stay }: Stay, { from, to }: { readonly from: number; readonly to: number }) => ({
  poolId,
  from: unixMs(Math.max(stay.from, from)),
  to: unixMs(Math.min(stay.to, to)),
});

const NO_READINGS: readonly Reading[] = [];

function collectEvents(
  cardId: number,
  readings: readonly Reading[],
  window: { readonly from: number; readonly to: number },
  into: CardEvent[],
): void {
  const rises = noRises();
  const lead = leadOrigin(readings, window.from, window.to);
  let previous: Reading | null = null;
  for (const reading of readings) {
    if (reading.origin !== lead) continue;
    if (previous !== null && reading.at >= window.from && reading.at < window.to) {
      for (const event of eventsBetween(cardId, previous, reading)) into.push(event);
      addRises(previous, reading, rises);
    }
    previous = reading;
  }
  for (const event of eventsOfSlot(cardId, unixMs(window.from), rises)) into.push(event);
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
    parts: [],
  };
}
