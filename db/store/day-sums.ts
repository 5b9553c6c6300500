import { NOT_SAID, type SlotBatch } from "../model/slot.ts";
import { SLOT_MS, SLOTS_PER_DAY, SLOTS_PER_HOUR } from "../model/time.ts";
import { encodeInts, type IntArrayColumn, type IntColumn, type IntWidth } from "./copy-binary.ts";
import { HolderSums } from "./holder-sums.ts";
import { MEASURED } from "./slot-columns.ts";
import type { BookedHour } from "./slots.ts";
import { hourOfSlot, placeInDay, slotNoOf } from "./steps.ts";

const HOURS = SLOTS_PER_DAY / SLOTS_PER_HOUR;

/** Dense numbers for ids, in order of first sight. */
class Numbering {
  readonly ids: number[] = [];
  readonly #places = new Map<number, number>();
  #before: { readonly ids: Int32Array; readonly places: Int32Array } | null = null;

  /** Places of many ids. Batches of one source mostly name the same cards in the same order: then it is the same array. */
  placesOf(ids: Int32Array): Int32Array {
    if (this.#before && isEqual(this.#before.ids, ids)) return this.#before.places;
    const places = new Int32Array(ids.length);
    for (let i = 0; i < ids.length; i++) places[i] = this.#placeOf(ids[i] as number);
    this.#before = { ids, places };
    return places;
  }

  #placeOf(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.ids.push(id) - 1;
    this.#places.set(id, place);
    return place;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Sums of many keys, column by column as in MEASURED. */
class Sums {
  readonly slots: Int32Array;
  readonly columns: Float64Array[];

  constructor(size: number) {
    this.slots = new Int32Array(size);
    this.columns = MEASURED.map(({ merge }) => new Float64Array(size).fill(merge === "max" ? NOT_SAID : 0));
  }

  /** Adds row i of the batch to key `places[i] * stride + offset`. */
  add(batch: SlotBatch, places: Int32Array, stride: number, offset: number): void {
    for (let i = 0; i < batch.count; i++) this.slots[(places[i] as number) * stride + offset]! += 1;
    for (const [c, { name, merge }] of MEASURED.entries()) {
      const [sums, values] = [this.columns[c] as Float64Array, batch.columns[name]];
      if (merge === "sum") addColumn(sums, values, batch.count, places, stride, offset);
      else raiseColumn(sums, values, batch.count, places, stride, offset);
    }
  }

  /** Sums of `size` neighbouring keys each: hours of a card to its day. */
  fold(size: number): Sums {
    const out = new Sums(this.slots.length / size);
    for (let key = 0; key < this.slots.length; key++) {
      if (this.slots[key] === 0) continue;
      const to = Math.floor(key / size);
      out.slots[to]! += this.slots[key] as number;
      for (const [c, { merge }] of MEASURED.entries()) {
        const [into, value] = [out.columns[c] as Float64Array, this.columns[c]?.[key] as number];
        into[to] = merge === "sum" ? (into[to] as number) + value : Math.max(into[to] as number, value);
      }
    }
    return out;
  }

  /** The keys that got anything, as COPY bytes: two key columns, slots, what is given of each, then the measured columns. */
  encode(
    keys: (key: number) => readonly [number, number],
    widths: { slots: IntWidth; ms: IntWidth; amount: IntWidth },
    arrays: readonly IntArrayColumn[] = [],
  ): Uint8Array {
    const used = Int32Array.from([...this.slots.keys()].filter((key) => this.slots[key] !== 0));
    const columns: (IntColumn | IntArrayColumn)[] = [
      { width: 4, values: used.map((key) => keys(key)[0]) },
      { width: 4, values: used.map((key) => keys(key)[1]) },
      { width: widths.slots, values: used.map((key) => this.slots[key] as number) },
      ...arrays.map(({ length, values }) => ({ length, values: pickRuns(values, used, length) })),
      ...MEASURED.map(({ name, merge }, c): IntColumn => {
        const width = merge === "max" ? 2 : name.endsWith("Ms") ? widths.ms : widths.amount;
        return { width, values: pick(this.columns[c] as Float64Array, used) };
      }),
    ];
    return encodeInts(columns, used.length);
  }
}

function pick(from: Float64Array, places: Int32Array): Float64Array {
  const out = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) out[i] = from[places[i] as number] as number;
  return out;
}

function pickRuns(from: ArrayLike<number>, places: Int32Array, length: number): Int32Array {
  const out = new Int32Array(places.length * length);
  for (let i = 0; i < places.length; i++)
    for (let j = 0; j < length; j++) out[i * length + j] = from[(places[i] as number) * length + j] as number;
  return out;
}

function addColumn(
  sums: Float64Array,
  values: Float64Array,
  count: number,
  places: Int32Array,
  stride: number,
  offset: number,
): void {
  for (let i = 0; i < count; i++) sums[(places[i] as number) * stride + offset]! += values[i] as number;
}

function raiseColumn(
  sums: Float64Array,
  values: Float64Array,
  count: number,
  places: Int32Array,
  stride: number,
  offset: number,
): void {
  for (let i = 0; i < count; i++) {
    const at = (places[i] as number) * stride + offset;
    if ((values[i] as number) > (sums[at] as number)) sums[at] = values[i] as number;
  }
}

/** A day's batches, added up to the rows of card_hour, card_day, pool_hour and holder_hour. */
export class DaySums {
  readonly cards = new Numbering();
  readonly #pools = new Numbering();
  readonly #dayNo: number;
  readonly #hours: Sums;
  readonly #poolHours: Sums;
  readonly #whole: Int32Array; // cards by pool, hour and slot in it
  readonly #holders: HolderSums;

  constructor(dayNo: number, batches: readonly SlotBatch[]) {
    this.#dayNo = dayNo;
    const cards = batches.map(({ cardId, count }) => this.cards.placesOf(cardId.subarray(0, count)));
    const pools = batches.map(({ poolId, count }) => this.#pools.placesOf(poolId.subarray(0, count)));
    this.#hours = new Sums(this.cards.ids.length * HOURS);
    this.#poolHours = new Sums(this.#pools.ids.length * HOURS);
    this.#whole = new Int32Array(this.#pools.ids.length * SLOTS_PER_DAY);
    this.#holders = new HolderSums(dayNo);
    for (const [i, batch] of batches.entries()) {
      const hour = hourOfSlot(slotNoOf(batch.slot)) - dayNo * HOURS;
      this.#holders.add(batch);
      this.#countWhole(batch, pools[i] as Int32Array);
      this.#hours.add(batch, cards[i] as Int32Array, HOURS, hour);
      this.#poolHours.add(batch, pools[i] as Int32Array, HOURS, hour);
    }
  }

  /** The hours that have rows, with their pools. */
  bookedHours(): BookedHour[] {
    return Array.from({ length: HOURS }, (_, hour) => ({
      hourNo: this.#dayNo * HOURS + hour,
      poolIds: this.#pools.ids.filter((_id, pool) => this.#poolHours.slots[pool * HOURS + hour] !== 0),
    })).filter(({ poolIds }) => poolIds.length > 0);
  }

  #countWhole({ slot, count, columns }: SlotBatch, pools: Int32Array): void {
    const place = placeInDay(slotNoOf(slot));
    for (let row = 0; row < count; row++)
      if (columns.ownedMs[row] === SLOT_MS) this.#whole[(pools[row] as number) * SLOTS_PER_DAY + place]! += 1;
  }

  /** Widths are those of db/schema: card_hour in int4, card_day with int8 amounts, pool_hour in int8. */
  encode(): { cardHour: Uint8Array; cardDay: Uint8Array; poolHour: Uint8Array; holderHour: Uint8Array } {
    const hourly = (ids: readonly number[]) => (key: number) =>
      [this.#dayNo * HOURS + (key % HOURS), ids[Math.floor(key / HOURS)] as number] as const;
    const daily = (key: number) => [this.#dayNo, this.cards.ids[key] as number] as const;
    return {
      cardHour: this.#hours.encode(hourly(this.cards.ids), { slots: 2, ms: 4, amount: 4 }),
      cardDay: this.#hours.fold(HOURS).encode(daily, { slots: 2, ms: 4, amount: 8 }),
      poolHour: this.#poolHours.encode(hourly(this.#pools.ids), { slots: 4, ms: 8, amount: 8 }, [
        { length: SLOTS_PER_HOUR, values: this.#whole }, // a day's slots by pool are its hours' slots one after the other
      ]),
      holderHour: this.#holders.encode(),
    };
  }
}
