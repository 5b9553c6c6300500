import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { BoardWall } from "../../db/model/board-views.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { CardRow } from "../../db/model/views.ts";
import type { BoardView } from "../lib/board-url.ts";
import { useMay } from "../lib/use-me.ts";
import { useNow } from "../lib/use-now.ts";
import { trpc } from "../trpc.ts";
import { useCards } from "./use-fleet.ts";

/** The live board moves with its cards (live-fleet.ts); what is reckoned over hours is asked for again this often. */
const REFETCH_MS = 30_000;

type Moment = Pick<BoardView, "at" | "known">;

/** Pools with their money and tiers, now or at a past moment. While another moment loads the former one stands. */
export function useBoard(view: Moment) {
  const asked = useAsked(view);
  return useQuery(
    trpc.board.view.queryOptions(asked, {
      placeholderData: keepPreviousData,
      refetchInterval: view.at === null ? REFETCH_MS : false,
      ...(view.at !== null && { staleTime: 10 * MINUTE_MS }),
    }),
  );
}

/** The pools of a day or a week before; closed to people with teams. */
export function useCompare(view: Moment & Pick<BoardView, "against">) {
  const asked = useAsked(view);
  const seesAll = useMay("fleet.see");
  return useQuery(
    trpc.board.compare.queryOptions(
      { ...asked, back: view.against ?? "day" },
      { enabled: seesAll && view.against !== null, staleTime: 5 * MINUTE_MS, refetchInterval: 5 * MINUTE_MS },
    ),
  );
}

/** Every card: the live ones, or those of a past moment with what is still known of them. */
export function useBoardCards(at: number | null) {
  const live = useCards();
  const past = useQuery(
    trpc.board.wall.queryOptions(
      { at: at ?? 0 },
      { enabled: at !== null, placeholderData: keepPreviousData, staleTime: 10 * MINUTE_MS },
    ),
  );
  const wall = past.data;
  const rowsThen = useMemo(() => (wall === undefined ? undefined : rowsOfWall(wall)), [wall]);
  return at === null ? { query: live, rows: live.data?.rows } : { query: past, rows: rowsThen };
}

function useAsked({ at, known }: Moment): { at?: number; knownAt?: number } {
  const now = useNow();
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const knownAt = at !== null && known === "now" ? minute : undefined;
  return useMemo(() => ({ ...(at !== null && { at }), ...(knownAt !== undefined && { knownAt }) }), [at, knownAt]);
}

/** A past moment keeps state and utilisation of a card; what is not kept is not known. */
export function rowsOfWall(wall: BoardWall): CardRow[] {
  return wall.cardId.map((id, i) => ({
    id,
    uuid: wall.uuid[i] ?? "",
    poolId: wall.poolId[i] ?? 0,
    node: wall.node[i] ?? "",
    position: "",
    state: wall.state[i] ?? "unknown",
    why: "",
    since: null,
    holder: "",
    utilRatio: wall.utilRatio[i] ?? null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    powerWatts: null,
    temperatureCelsius: null,
    util24h: null,
    coverage24h: null,
    lastReadAt: null,
  }));
}
