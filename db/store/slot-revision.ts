import type { Tx } from "../database.ts";
import type { SlotBatch } from "../model/slot.ts";
import { SLOTS_PER_DAY, SLOTS_PER_HOUR } from "../model/time.ts";
import * as held from "./holder-sql.ts";
import { CARD_SLOT_LIST } from "./slot-columns.ts";
import { encodeHolds } from "./slot-parts.ts";
import type { Place, Stored } from "./slot-place.ts";
import * as sql from "./slot-sql.ts";
import { placeInDay } from "./steps.ts";

const HOURS_PER_DAY = SLOTS_PER_DAY / SLOTS_PER_HOUR;

/** Any case: rows go through a stage, the weaker are left out, and what is above changes by new minus old. */
export async function storeRevision(tx: Tx, place: Place, batch: SlotBatch, rows: Uint8Array): Promise<Stored> {
  const { slotNo, hourNo, dayNo, inHour, slots, hours, days, pools } = place;
  for (const statement of sql.createStaging) await tx.query(statement);
  if (batch.count > 0) await tx.copyBinary(`slot_stage (${CARD_SLOT_LIST})`, rows.slice());
  await tx.query("ANALYZE slot_stage"); // without figures the planner takes it for a handful of rows
  await tx.query(sql.dropPacked(slots), [dayNo, placeInDay(slotNo), slotNo]);
  await tx.query(sql.dropWeaker(slots), [slotNo]);
  await tx.query(sql.keepBefore(slots), [slotNo]);
  const [changes] = await tx.query<Omit<Stored, "poolIds">>(sql.countChanges);
  await tx.query(sql.replaceRows(slots));
  await tx.query(sql.mergeCards(hours, "hour_no", sql.changedCards), [hourNo]);
  await tx.query(sql.mergeCards(days, "day_no", sql.changedCards), [dayNo]);
  await tx.query(sql.mergePools(pools, sql.changedPools, "$2"), [hourNo, inHour]);
  await lowerMaxima(tx, place);
  await replaceHolds(tx, place, batch);
  const touched = await tx.query<{ poolId: number }>(sql.touchedPools);
  return { ...(changes ?? { stored: 0, replaced: 0, revised: 0 }), poolIds: touched.map(({ poolId }) => poolId) };
}

/** A replaced row may have held a maximum, or been a pool's only row. */
async function lowerMaxima(tx: Tx, { hourNo, dayNo, slots, hours, days, pools }: Place): Promise<void> {
  const [row] = await tx.query<{ lowered: boolean }>(sql.anyLowered);
  if (!row?.lowered) return;
  const [firstSlot, firstHour] = [hourNo * SLOTS_PER_HOUR, dayNo * HOURS_PER_DAY];
  await tx.query(sql.lowerCards(hours, "hour_no", slots, "slot_no"), [hourNo, firstSlot, firstSlot + SLOTS_PER_HOUR]);
  await tx.query(sql.lowerCards(days, "day_no", hours, "hour_no"), [dayNo, firstHour, firstHour + HOURS_PER_DAY]);
  await tx.query(sql.lowerPools(pools, slots), [hourNo, firstSlot, firstSlot + SLOTS_PER_HOUR]);
  await tx.query(sql.dropEmptyPools(pools), [hourNo]);
}

/** Who held a card, and when it was ours, is replaced together with the card's row. */
async function replaceHolds(tx: Tx, place: Place, batch: SlotBatch): Promise<void> {
  const { slotNo, hourNo, holds, parts, holders } = place;
  await tx.query(held.createHoldStage);
  if (batch.holds.length > 0) {
    await tx.copyBinary(`hold_stage (${held.HOLD_LIST})`, encodeHolds([batch]));
    await tx.query("ANALYZE hold_stage");
    await tx.query(held.dropWeakerHolds);
  }
  await tx.query(held.mergeHolders(holders, held.changedTime(holds)), [hourNo, slotNo]);
  await tx.query(held.deleteReplaced(holds), [slotNo]);
  if (batch.holds.length > 0) await tx.query(held.insertStagedHolds(holds));
  await tx.query(held.deleteReplaced(parts), [slotNo]);
  if (batch.parts.length === 0) return;
  await tx.query(held.insertStagedParts(parts), [
    slotNo,
    batch.parts.map((part) => part.cardId),
    batch.parts.map((part) => part.poolId),
    batch.parts.map((part) => part.from),
    batch.parts.map((part) => part.to),
  ]);
}
