import { useSyncExternalStore } from "react";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { FleetDelta } from "../../db/model/views.ts";
import { browserClock } from "../lib/clock.ts";
import { client, queryClient, trpc } from "../trpc.ts";
import { patchRows } from "./patch-rows.ts";

/** How fresh the page is. `lostAt` is when the connection broke; `asOf` the newest knowledge received. */
export type LiveStatus = {
  readonly link: "connecting" | "live" | "lost";
  readonly lostAt: number | null;
  readonly asOf: number | null;
};

/** Figures older than this get a veil. Scrapes run every 15 s, so this is eight missed rounds. */
export const STALE_AFTER_MS = 2 * MINUTE_MS;
/** Rows are handed to the page at most this often: a table that twitches cannot be read. */
const PACE_MS = 1_000;
/** A dropped connection is not news until it has lasted: tRPC reconnects by itself. */
const LOST_AFTER_MS = 5_000;

let status: LiveStatus = { link: "connecting", lostAt: null, asOf: null };
const listeners = new Set<() => void>();
let waiting: FleetDelta[] = [];
let scheduled = false;

/** Starts the one subscription of this page, where the fetched cards leave off. Rows go into the query cache, where every panel already looks. */
export async function followFleet(): Promise<void> {
  const cursor = await queryClient.fetchQuery(trpc.fleet.cards.queryOptions()).then(
    (cards) => cards.cursor,
    () => undefined, // the table says so itself; changes from now on are still worth having
  );
  let brokeAt: number | null = null;
  client.fleet.live.subscribe(cursor === undefined ? undefined : { lastEventId: cursor }, {
    onConnectionStateChange(state) {
      if (state.state === "pending") {
        brokeAt = null;
        change({ link: "live", lostAt: null });
        return;
      }
      if (brokeAt !== null || status.link === "lost") return;
      const at = (brokeAt = browserClock.now());
      browserClock.after(LOST_AFTER_MS, () => {
        if (brokeAt === at) change({ link: "lost", lostAt: at });
      });
    },
    onData({ data }) {
      waiting.push(data);
      change({ asOf: Math.max(status.asOf ?? 0, data.asOf) });
      if (scheduled) return;
      scheduled = true;
      browserClock.after(PACE_MS, () => requestAnimationFrame(apply));
    },
  });
}

/** Takes the `asOf` of a fetched answer into account: it may be newer than the last message. */
export function noteAsOf(asOf: number): void {
  if (asOf > (status.asOf ?? 0)) change({ asOf });
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(listen, () => status);
}

function apply(): void {
  scheduled = false;
  const deltas = waiting;
  waiting = [];
  const last = deltas.at(-1);
  if (last === undefined) return;
  const rows = deltas.flatMap((delta) => delta.rows);
  queryClient.setQueryData(trpc.fleet.cards.queryKey(), (old) =>
    old === undefined || rows.length === 0 ? old : { ...old, rows: patchRows(old.rows, rows) },
  );
  queryClient.setQueryData(trpc.fleet.summary.queryKey(), (old) =>
    old === undefined ? old : { ...old, asOf: last.asOf, counts: last.counts },
  );
  if (!deltas.some((delta) => delta.reload)) return;
  void queryClient.invalidateQueries({ queryKey: trpc.fleet.summary.queryKey() });
  void queryClient.invalidateQueries({ queryKey: trpc.fleet.cards.queryKey() });
  void queryClient.invalidateQueries({ queryKey: trpc.board.view.queryKey({}) });
}

function change(part: Partial<LiveStatus>): void {
  status = { ...status, ...part };
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
