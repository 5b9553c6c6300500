import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { HOUR_MS, SLOTS_PER_DAY, type Window } from "../../../db/model/time.ts";
import type { BookedSum } from "../../../db/store/ledger-reads.ts";
import type { Deps } from "../../context.ts";
import { convertDay } from "../../domain/ledger/convert.ts";
import { dayBorders, dayNoIn } from "../../domain/usage/calendar.ts";
import type { CostsPort } from "./costs-port.ts";

export type BookedDeps = Pick<Deps, "config"> & {
  readonly costs: Pick<CostsPort, "bookedSums">;
  readonly pricing: Pick<Deps["pricing"], "poolMoney" | "rates">;
};

type Booked = { ownedMs: number; unpricedMs: number; cost: Micro; idle: Micro; sunkIdle: Micro };

/** Time of a pool is committed and booked at once. Between two looks at the tables a slot may have come. */
const LEAST_BOOKED = 1 - 2 / SLOTS_PER_DAY;

/**
 * What the card-time of pools cost in some whole hours, by the ledger's lines: the same money as on the Cost page. Each
 * calendar day's sum of a currency is converted by the rate of its date. Where the ledger does not have all of a pool's
 * time (history of before it was kept), the price book says what it would come to, and the figure says so.
 * @param ownedMs card-time by pool in the window, as pool_hour has it @param poolIds whose money is
 * wanted, null = all; there may be that of others too
 */
export async function bookedMoney(
  deps: BookedDeps,
  window: Window,
  ownedMs: ReadonlyMap<number, number>,
  poolIds: readonly number[] | null = null,
): Promise<ReadonlyMap<number, TimeMoney>> {
  const { timeZone, currency } = deps.config.current();
  const [first, last] = [dayNoIn(window.from, timeZone), dayNoIn(window.to, timeZone)];
  const inner = dayBorders({ from: first, to: last }, timeZone).filter((at) => at > window.from && at < window.to);
  const borders = [window.from, ...inner, window.to].map((at) => Math.ceil(at / HOUR_MS));
  const [asked, rates] = await Promise.all([deps.costs.bookedSums(borders, poolIds), deps.pricing.rates(null)]);
  // A day is converted once, of all pools together: else the pools' pages would not add up to the ledger.
  const isForeign = asked.some((sum) => sum.currency !== null && sum.currency !== currency);
  const sums = poolIds !== null && isForeign ? await deps.costs.bookedSums(borders, null) : asked;
  const byPool = new Map<number, Booked>();
  for (const [place] of borders.slice(1).entries())
    addStretch(
      byPool,
      sums.filter(({ stretch }) => stretch === place),
      first + place,
      { currency, rates },
    );
  const isBooked = (poolId: number, owned: number): boolean =>
    owned === 0 || (byPool.get(poolId)?.ownedMs ?? 0) >= owned * LEAST_BOOKED;
  const isWhole = [...ownedMs].every(([poolId, owned]) => isBooked(poolId, owned));
  const estimated = isWhole ? new Map<number, TimeMoney>() : await deps.pricing.poolMoney(window, null);
  const money = new Map([...byPool].map(([poolId, booked]) => [poolId, toMoney(booked)]));
  for (const [poolId, owned] of ownedMs) {
    const estimate = estimated.get(poolId);
    if (!isBooked(poolId, owned) && estimate !== undefined) money.set(poolId, { ...estimate, isEstimate: true });
  }
  return money;
}

type Terms = { readonly currency: string; readonly rates: Parameters<typeof convertDay>[3] };

/** Adds the sums of one calendar day: of each currency they are converted together. */
function addStretch(byPool: Map<number, Booked>, sums: readonly BookedSum[], dayNo: number, terms: Terms): void {
  const amounts = sums.flatMap(({ currency, sunkIdleMicro, idleMicro, micro }) =>
    [sunkIdleMicro, idleMicro - sunkIdleMicro, micro - idleMicro].map((part) => ({
      currency: currency ?? terms.currency,
      micro: part,
    })),
  );
  const { micro, unconverted } = convertDay(amounts, dayNo, terms.currency, terms.rates);
  for (const [i, { poolId, currency, ms }] of sums.entries()) {
    const of = byPool.get(poolId) ?? { ownedMs: 0, unpricedMs: 0, cost: 0n, idle: 0n, sunkIdle: 0n };
    byPool.set(poolId, of);
    of.ownedMs += ms;
    if (currency === null || unconverted.includes(currency)) {
      of.unpricedMs += ms;
      continue;
    }
    const [sunk = 0n, rest = 0n, used = 0n] = micro.slice(3 * i, 3 * i + 3);
    of.sunkIdle += sunk;
    of.idle += sunk + rest;
    of.cost += sunk + rest + used;
  }
}

const toMoney = ({ cost, idle, sunkIdle, unpricedMs }: Booked): TimeMoney => ({
  costMicro: microText(cost),
  idleMicro: microText(idle),
  sunkIdleMicro: microText(sunkIdle),
  unpricedMs,
});
