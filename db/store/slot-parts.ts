import type { Hold, SlotBatch, SlotPart } from "../model/slot.ts";
import { SLOT_MS } from "../model/time.ts";
import { encodeInts } from "./copy-binary.ts";
import { slotNoOf } from "./steps.ts";

/**
 * Refuses a batch whose holders and parts do not fit its rows: the hour could not be priced from it, ever. Every card
 * that was ours for a part of the slot says which; of a shared card (-1) the holds take no more than it had of each state.
 * @throws RangeError that names card and slot: only a fault of ours makes such a batch
 */
export function checkParts(batch: SlotBatch): void {
  checkWindows(batch);
  checkHolds(batch);
}

function checkWindows({ slot, count, cardId, poolId, columns, parts }: SlotBatch): void {
  const byCard = new Map(parts.map((part) => [part.cardId, part]));
  let used = 0;
  for (let row = 0; row < count; row++) {
    const [owned, card] = [columns.ownedMs[row] as number, cardId[row] as number];
    const part = byCard.get(card);
    if (part === undefined && (owned === SLOT_MS || owned === 0)) continue;
    used += 1;
    if (part === undefined || part.poolId !== poolId[row] || !isWindow(part, slot, owned))
      throw new RangeError(
        `card ${card} was ours for ${owned} ms of slot ${slot}, pool ${poolId[row]}, but its part says ${said(part)}`,
      );
  }
  if (used !== parts.length) throw new RangeError(`slot ${slot} has a part of a card it has no row of, or two of one`);
}

const isWindow = ({ from, to }: SlotPart, slot: number, owned: number): boolean =>
  owned > 0 && owned < SLOT_MS && to - from === owned && from >= slot && to <= slot + SLOT_MS;
const said = (part: SlotPart | undefined): string =>
  part === undefined ? "nothing" : `${part.from}..${part.to}, pool ${part.poolId}`;

const HELD = ["busyMs", "idleHeldMs", "startingMs", "faultMs"] as const;

function checkHolds({ slot, count, cardId, holderId, columns, holds }: SlotBatch): void {
  if (holds.length === 0) return;
  const shared = new Map<number, number>(); // card → row
  for (let row = 0; row < count; row++) if (holderId[row] === -1) shared.set(cardId[row] as number, row);
  const left = HELD.map((state) => columns[state].slice(0, count));
  for (const hold of holds) {
    const row = shared.get(hold.cardId);
    if (row === undefined || hold.holderId <= 0)
      throw new RangeError(`holder ${hold.holderId} holds card ${hold.cardId}, which is not shared in slot ${slot}`);
    for (const [i, state] of HELD.entries()) {
      const rest = (left[i] as Float64Array)[row]! - hold[state];
      if (hold[state] < 0 || rest < 0)
        throw new RangeError(`the holders of card ${hold.cardId} in slot ${slot} have more ${state} than the card`);
      (left[i] as Float64Array)[row] = rest;
    }
  }
}

/** Rows of slot_hold in the order of HOLD_LIST. */
export function encodeHolds(batches: readonly SlotBatch[]): Uint8Array {
  const rows = batches.flatMap(({ slot, holds }) => holds.map((hold) => ({ slotNo: slotNoOf(slot), hold })));
  const column = (pick: (hold: Hold) => number) => ({ width: 4 as const, values: rows.map(({ hold }) => pick(hold)) });
  return encodeInts(
    [
      { width: 4, values: rows.map(({ slotNo }) => slotNo) },
      column((hold) => hold.cardId),
      column((hold) => hold.holderId),
      ...HELD.map((state) => column((hold) => hold[state])),
    ],
    rows.length,
  );
}

/** Rows of hour_part in the order of PART_LIST. */
export function encodeParts(batches: readonly SlotBatch[]): Uint8Array {
  const rows = batches.flatMap(({ slot, parts }) => parts.map((part) => ({ slotNo: slotNoOf(slot), part })));
  return encodeInts(
    [
      { width: 4, values: rows.map(({ slotNo }) => slotNo) },
      { width: 4, values: rows.map(({ part }) => part.cardId) },
      { width: 4, values: rows.map(({ part }) => part.poolId) },
      { width: 8, values: rows.map(({ part }) => part.from) },
      { width: 8, values: rows.map(({ part }) => part.to) },
    ],
    rows.length,
  );
}
