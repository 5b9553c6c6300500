import { NOT_SAID, SLOT_COLUMNS, type SlotBatch, type SlotColumn } from "../../db/model/slot.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";

/** A small generator of numbers from a seed (mulberry32): tests repeat exactly. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An empty batch of `count` cards. */
export function blankBatch(slot: number, count: number): SlotBatch {
  const columns = Object.fromEntries(
    SLOT_COLUMNS.map(({ name, merge }) => [name, new Float64Array(count).fill(merge === "max" ? NOT_SAID : 0)]),
  );
  return {
    slot: unixMs(slot),
    count,
    cardId: new Int32Array(count),
    poolId: new Int32Array(count),
    holderId: new Int32Array(count),
    gapCause: new Uint8Array(count),
    columns: columns as Record<SlotColumn, Float64Array>,
    holds: [],
    parts: [],
  };
}

/** The batch with a part for each card that was not ours for the whole slot; where in the slot depends on the card. */
export function withParts(batch: SlotBatch): SlotBatch {
  const parts = Array.from(batch.cardId.subarray(0, batch.count)).flatMap((cardId, row) => {
    const owned = batch.columns.ownedMs[row] ?? 0;
    if (owned === 0 || owned === SLOT_MS) return [];
    const from = unixMs(batch.slot + (cardId % 2 === 0 ? 0 : SLOT_MS - owned));
    return [{ cardId, poolId: batch.poolId[row] ?? 0, from, to: unixMs(from + owned) }];
  });
  return { ...batch, parts };
}

/** The batch with these cards shared by these holders: the first has `share` of each state, the next as much of what is left, … */
export function withHolds(
  batch: SlotBatch,
  cards: readonly number[],
  holders: readonly number[],
  share = 0.4,
): SlotBatch {
  const holderId = batch.holderId.map((held, row) => (cards.includes(batch.cardId[row] ?? 0) ? -1 : held));
  const holds = cards.flatMap((cardId) => {
    const row = batch.cardId.indexOf(cardId);
    const rest = (["busyMs", "idleHeldMs", "startingMs", "faultMs"] as const).map((s) => batch.columns[s][row] ?? 0);
    return holders.map((id) => {
      const [busyMs = 0, idleHeldMs = 0, startingMs = 0, faultMs = 0] = rest.map((ms) => Math.floor(ms * share));
      [busyMs, idleHeldMs, startingMs, faultMs].forEach((ms, i) => (rest[i]! -= ms));
      return { cardId, holderId: id, busyMs, idleHeldMs, startingMs, faultMs };
    });
  });
  return { ...batch, holderId, holds: [...batch.holds.filter((h) => !cards.includes(h.cardId)), ...holds] };
}

/** A slot of a plausible fleet: cards 1..count, spread over `pools` pools, most of them idle or full. */
export function fleetBatch(slot: number, count: number, pools: number, seed = slot): SlotBatch {
  const next = random(seed);
  const batch = blankBatch(slot, count);
  const c = batch.columns;
  for (let i = 0; i < count; i++) {
    batch.cardId[i] = i + 1;
    batch.poolId[i] = (i % pools) + 1;
    const isBusy = next() < 0.6;
    const util = isBusy ? 0.85 + next() * 0.15 : next() * 0.02;
    const observed = next() < 0.02 ? 285_000 : SLOT_MS;
    batch.holderId[i] = isBusy ? 1 + Math.floor(next() * 500) : 0;
    batch.gapCause[i] = observed < SLOT_MS ? 1 : 0;
    c.ownedMs[i] = SLOT_MS;
    c.observedMs[i] = observed;
    c.busyMs[i] = isBusy ? observed : 0;
    c.idleHeldMs[i] = isBusy ? 0 : next() < 0.5 ? observed : 0;
    c.freeMs[i] = observed - (c.busyMs[i] as number) - (c.idleHeldMs[i] as number);
    for (const said of ["utilSaidMs", "tensorSaidMs", "memorySaidMs", "powerSaidMs", "energySaidMs"] as const)
      c[said][i] = observed;
    c.utilMs[i] = Math.round(util * observed);
    c.tensorMs[i] = Math.round(util * 0.5 * observed);
    c.memoryMibS[i] = Math.round((isBusy ? 70_000 : 500) * (observed / 1000));
    c.powerJoules[i] = Math.round((isBusy ? 380 + next() * 40 : 70) * (observed / 1000));
    c.energyJoules[i] = c.powerJoules[i] as number;
    c.temperatureMax[i] = Math.round(isBusy ? 60 + next() * 15 : 32);
    c.memoryTemperatureMax[i] = c.temperatureMax[i]! + 8;
    c.eccCorrected[i] = next() < 0.001 ? 3 : 0;
    c.readings[i] = 20;
  }
  return batch;
}
