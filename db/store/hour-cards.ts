import type { Executor } from "../database.ts";
import type { PoolHourCards } from "../model/ledger.ts";
import { SLOTS_PER_HOUR, type Window } from "../model/time.ts";
import { hourOfSlot } from "./steps.ts";

export type HourCards = { readonly hourNo: number; readonly poolId: number; readonly cards: PoolHourCards };

/**
 * When the cards of pools were ours in some hours, by hour and pool; windows by slot and card. A pool without a card in
 * an hour is absent. Hours from before the ledger was kept have too few whole slots: their cards do not add up to the
 * pool's time.
 * @param poolIds null = all pools
 */
export async function readHourCards(
  tx: Executor,
  hourNos: readonly number[],
  poolIds: readonly number[] | null,
): Promise<HourCards[]> {
  if (hourNos.length === 0) return [];
  const pools = await tx.query<{ hourNo: number; poolId: number; whole: number[] }>(
    `SELECT hour_no AS "hourNo", pool_id AS "poolId", whole FROM pool_hour
     WHERE hour_no = ANY($1) AND ($2::int4[] IS NULL OR pool_id = ANY($2)) ORDER BY hour_no, pool_id`,
    [hourNos, poolIds],
  );
  const parts = await readParts(tx, hourNos, poolIds);
  return pools.map(({ hourNo, poolId, whole }) => ({
    hourNo,
    poolId,
    cards: { whole, parts: parts.get(`${hourNo} ${poolId}`) ?? [] },
  }));
}

async function readParts(
  tx: Executor,
  hourNos: readonly number[],
  poolIds: readonly number[] | null,
): Promise<Map<string, Window[]>> {
  const slots = hourNos.flatMap((hour) => Array.from({ length: SLOTS_PER_HOUR }, (_, i) => hour * SLOTS_PER_HOUR + i));
  const rows = await tx.query<Window & { slotNo: number; poolId: number }>(
    `SELECT slot_no AS "slotNo", pool_id AS "poolId", from_ms AS "from", to_ms AS "to" FROM hour_part
     WHERE slot_no = ANY($1) AND ($2::int4[] IS NULL OR pool_id = ANY($2)) ORDER BY slot_no, card_id`,
    [slots, poolIds],
  );
  const byHour = new Map<string, Window[]>();
  for (const { slotNo, poolId, from, to } of rows) {
    const name = `${hourOfSlot(slotNo)} ${poolId}`;
    const windows = byHour.get(name);
    if (windows) windows.push({ from, to });
    else byHour.set(name, [{ from, to }]);
  }
  return byHour;
}
