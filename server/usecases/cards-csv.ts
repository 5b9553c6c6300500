import { type CardQuery, selectCards } from "../../db/model/card-query.ts";
import type { CardRow, PoolView } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import { BOM, type Cell, csvLine } from "../../db/model/csv.ts";
import { fleetCards } from "./fleet-cards.ts";
import { NO_UTILISATION } from "./last-day.ts";

/** Columns in order: units stand in the names. Times are ISO 8601 in UTC. */
const COLUMNS: readonly (readonly [string, (row: CardRow, pool: PoolView | undefined) => Cell])[] = [
  ["uuid", (row) => row.uuid],
  ["vendor", (_, pool) => pool?.vendor ?? null],
  ["region", (_, pool) => pool?.region ?? null],
  ["zone", (_, pool) => pool?.zone ?? null],
  ["cluster", (_, pool) => pool?.cluster ?? null],
  ["model", (_, pool) => pool?.model ?? null],
  ["billing", (_, pool) => pool?.billing ?? null],
  ["node", (row) => row.node],
  ["position", (row) => row.position],
  ["state", (row) => row.state],
  ["why", (row) => row.why],
  ["since", (row) => instant(row.since)],
  ["holder", (row) => row.holder],
  ["util_ratio", (row) => row.utilRatio],
  ["util_24h_ratio", (row) => row.util24h],
  ["coverage_24h_ratio", (row) => row.coverage24h],
  ["memory_used_bytes", (row) => row.memoryUsedBytes],
  ["memory_total_bytes", (row) => row.memoryTotalBytes],
  ["power_watts", (row) => row.powerWatts],
  ["temperature_celsius", (row) => row.temperatureCelsius],
  ["last_read_at", (row) => instant(row.lastReadAt)],
];

/** Lines of one piece of the answer: big enough to be quick, small enough to leave the event loop free. */
const PIECE = 500;

/** The card table as the page shows it: the asked cards in the asked order, as CSV pieces. */
export async function* cardsCsv(
  deps: Pick<Deps, "board" | "clock" | "live" | "startedAt">,
  query: CardQuery,
): AsyncGenerator<string> {
  const { rows } = await fleetCards(deps);
  const pools = new Map(deps.live.pools().map((pool) => [pool.id, { ...pool, last24h: NO_UTILISATION }]));
  const asked = selectCards(rows, pools, query);
  yield BOM + csvLine(COLUMNS.map(([name]) => name));
  for (let i = 0; i < asked.length; i += PIECE) {
    yield asked
      .slice(i, i + PIECE)
      .map((row) => csvLine(COLUMNS.map(([, cell]) => cell(row, pools.get(row.poolId)))))
      .join("");
  }
}

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
