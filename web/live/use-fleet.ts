import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { PoolView } from "../../db/model/views.ts";
import { trpc } from "../trpc.ts";
import { noteAsOf } from "./live-fleet.ts";

/** The board's head: sums, pools, zone. */
export function useSummary() {
  return useQuery(trpc.fleet.summary.queryOptions());
}

/** Asks for the head again each minute, since the 24 h figures move without an event. Mounted once, by the shell. */
export function useFreshSummary() {
  const query = useQuery(trpc.fleet.summary.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  const asOf = query.data?.asOf;
  useEffect(() => {
    if (asOf !== undefined) noteAsOf(asOf);
  }, [asOf]);
  return query;
}

/** Every card, fetched once and kept fresh by live changes. */
export function useCards() {
  return useQuery(trpc.fleet.cards.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
}

const NO_POOLS: readonly PoolView[] = [];

export function usePools(): ReadonlyMap<number, PoolView> {
  const pools = useSummary().data?.pools ?? NO_POOLS;
  return useMemo(() => new Map(pools.map((pool) => [pool.id, pool])), [pools]);
}
