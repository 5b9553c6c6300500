import type { SlotBatch } from "../model/slot.ts";
import { SLOTS_PER_DAY, SLOTS_PER_HOUR } from "../model/time.ts";
import { encodeInts } from "./copy-binary.ts";
import { hourOfSlot, slotNoOf } from "./steps.ts";

const HOURS = SLOTS_PER_DAY / SLOTS_PER_HOUR;
const STATES = 6;
const NOBODY = 0;

/** A day's time by hour, pool and holder: what timeByHolder (holder-sql.ts) makes of the same rows. */
export class HolderSums {
  readonly #dayNo: number;
  readonly #hours: Map<number, Map<number, number[]>>[]; // by hour: pool → holder → ms by state

  constructor(dayNo: number) {
    this.#dayNo = dayNo;
    this.#hours = Array.from({ length: HOURS }, () => new Map<number, Map<number, number[]>>());
  }

  add({ slot, count, cardId, poolId, holderId, columns, holds }: SlotBatch): void {
    const pools = this.#hours[hourOfSlot(slotNoOf(slot)) - this.#dayNo * HOURS]!;
    const { ownedMs, busyMs, idleHeldMs, startingMs, freeMs, faultMs } = columns;
    for (let row = 0; row < count; row++) {
      const holders = holdersOf(pools, poolId[row]!);
      const nobody = sumsOf(holders, NOBODY);
      const held = holderId[row]! > 0 ? sumsOf(holders, holderId[row]!) : nobody;
      const [busy, idle, starting, free, fault] = [
        busyMs[row]!,
        idleHeldMs[row]!,
        startingMs[row]!,
        freeMs[row]!,
        faultMs[row]!,
      ];
      addHeld(held, busy, idle, starting, fault);
      nobody[3]! += free;
      nobody[5]! += ownedMs[row]! - busy - idle - starting - free - fault;
    }
    if (holds.length === 0) return;
    const poolOf = new Map(Array.from(cardId.subarray(0, count), (card, row) => [card, poolId[row]!]));
    for (const hold of holds) {
      const holders = holdersOf(pools, poolOf.get(hold.cardId)!);
      addHeld(sumsOf(holders, hold.holderId), hold.busyMs, hold.idleHeldMs, hold.startingMs, hold.faultMs);
      addHeld(sumsOf(holders, NOBODY), -hold.busyMs, -hold.idleHeldMs, -hold.startingMs, -hold.faultMs);
    }
  }

  /** Rows of holder_hour as COPY bytes: hour, pool, holder, then STATE_MS. */
  encode(): Uint8Array {
    const rows: number[][] = [];
    for (const [hour, pools] of this.#hours.entries())
      for (const [pool, holders] of pools)
        for (const [holder, ms] of holders)
          if (ms.some((value) => value !== 0)) rows.push([this.#dayNo * HOURS + hour, pool, holder, ...ms]);
    const column = (place: number) => rows.map((row) => row[place]!);
    return encodeInts(
      [
        ...[0, 1, 2].map((place) => ({ width: 4 as const, values: column(place) })),
        ...Array.from({ length: STATES }, (_, state) => ({ width: 8 as const, values: column(3 + state) })),
      ],
      rows.length,
    );
  }
}

function holdersOf(pools: Map<number, Map<number, number[]>>, pool: number): Map<number, number[]> {
  let holders = pools.get(pool);
  if (!holders) pools.set(pool, (holders = new Map<number, number[]>()));
  return holders;
}

function sumsOf(holders: Map<number, number[]>, holder: number): number[] {
  let sums = holders.get(holder);
  if (!sums) holders.set(holder, (sums = [0, 0, 0, 0, 0, 0]));
  return sums;
}

/** In the order of LEDGER_STATES. */
function addHeld(sums: number[], busy: number, idle: number, starting: number, fault: number): void {
  sums[0]! += busy;
  sums[1]! += idle;
  sums[2]! += starting;
  sums[4]! += fault;
}
