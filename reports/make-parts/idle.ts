import { type Micro, unveiled, microText } from "../../db/model/money.ts";
import type { ReportFacts } from "../report-facts.ts";
import { type IdlePart, MOST_POOLS, type PoolNamed } from "../report-value.ts";
import { knownMicro, msOf, wasteOf } from "./fleet.ts";

const MOST_UUIDS = 8;

/** What was paid for and not used, and what the review advises. */
export function idleOf({ now, pools, reclaim, period, currency }: ReportFacts): IdlePart {
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  const idle = now.costs.pool
    .map(({ key, byState, estimate }) => ({
      estimate,
      pool: byId.get(Number(key)) ?? unknownPool(Number(key)),
      freeMs: msOf(byState, "free"),
      idleHeldMs: msOf(byState, "idle_held"),
      exact: wasteOf(byState),
    }))
    .filter(({ freeMs, idleHeldMs }) => freeMs + idleHeldMs > 0)
    .toSorted((a, b) => (a.exact === b.exact ? a.pool.id - b.pool.id : a.exact > b.exact ? -1 : 1));
  const rest = idle.slice(MOST_POOLS);
  const advice = reclaim.filter((item) => item.currency === currency); // another currency's is from before a change
  const saving = (isNow: boolean): Micro =>
    sum(
      advice.filter(({ savingFrom }) => savingFrom <= period.to === isNow),
      ({ savingPerDayMicro }) => unveiled(savingPerDayMicro),
    );
  return {
    pools: idle
      .slice(0, MOST_POOLS)
      .map(({ exact, estimate, ...one }) => ({ ...one, micro: knownMicro(microText(exact), estimate) })),
    poolsLeftOut: {
      count: rest.length,
      ms: rest.reduce((all, { freeMs, idleHeldMs }) => all + freeMs + idleHeldMs, 0),
      micro: microText(sum(rest, ({ exact }) => exact)),
    },
    micro: knownMicro(microText(wasteOf(now.total.byState)), now.total.estimate),
    reclaim: advice.map((item) => ({
      id: item.id,
      kind: item.kind,
      pool: byId.get(item.poolId) ?? unknownPool(item.poolId),
      cards: item.cards.length,
      uuids: item.cards.slice(0, MOST_UUIDS),
      savingPerDayMicro: microText(unveiled(item.savingPerDayMicro)),
      savingFrom: item.savingFrom as IdlePart["reclaim"][number]["savingFrom"],
      coverage: item.coverage,
      isAccepted: item.state === "accepted",
    })),
    savingPerDayMicro: microText(saving(true)),
    savingLaterPerDayMicro: microText(saving(false)),
  };
}

const sum = <T>(all: readonly T[], of: (one: T) => Micro): Micro => all.reduce((total, one) => total + of(one), 0n);

const unknownPool = (id: number): PoolNamed => ({
  id,
  vendor: `#${String(id)}`,
  region: "",
  zone: "",
  cluster: "",
  model: "",
  billing: "unknown",
  tier: null,
});
