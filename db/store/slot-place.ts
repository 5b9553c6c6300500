import { SLOTS_PER_HOUR } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { partitionAt } from "./partitions.ts";
import { dayOfSlot, hourOfSlot } from "./steps.ts";

/** Where a slot's rows go. */
export type Place = {
  readonly slotNo: number;
  readonly hourNo: number;
  readonly dayNo: number;
  readonly inHour: number; // place of the slot in its hour, from 1
  readonly slots: string; // partitions
  readonly holds: string;
  readonly parts: string;
  readonly hours: string;
  readonly days: string;
  readonly pools: string;
  readonly holders: string;
};

/** The partitions are named for their time; they must be there. */
export function tablesOf(slot: UnixMs, slotNo: number): Place {
  const name = (table: Parameters<typeof partitionAt>[0]) => partitionAt(table, slot).name;
  return {
    slotNo,
    hourNo: hourOfSlot(slotNo),
    dayNo: dayOfSlot(slotNo),
    inHour: slotNo - hourOfSlot(slotNo) * SLOTS_PER_HOUR + 1,
    slots: name("card_slot"),
    holds: name("slot_hold"),
    parts: name("hour_part"),
    hours: name("card_hour"),
    days: name("card_day"),
    pools: name("pool_hour"),
    holders: name("holder_hour"),
  };
}

/** What storing a slot's rows did. */
export type Stored = {
  readonly stored: number;
  readonly replaced: number;
  readonly revised: number;
  readonly poolIds: readonly number[]; // pools whose time in the hour may be another now
};
