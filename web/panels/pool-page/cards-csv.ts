import type { CardRow } from "../../../db/model/views.ts";
import { type Cell, csvText, download } from "../../lib/csv.ts";

const HEAD = [
  "uuid",
  "node",
  "position",
  "state",
  "holder",
  "util_ratio",
  "util_24h_ratio",
  "memory_used_bytes",
  "memory_total_bytes",
  "power_watts",
  "temperature_celsius",
];

/** The pool's cards as a file. */
export function downloadCards(poolId: number, rows: readonly CardRow[]): void {
  const lines = rows.map((row): Cell[] => [
    row.uuid,
    row.node,
    row.position,
    row.state,
    row.holder,
    row.utilRatio,
    row.util24h,
    row.memoryUsedBytes,
    row.memoryTotalBytes,
    row.powerWatts,
    row.temperatureCelsius,
  ]);
  download(`dapan-pool-${poolId}-cards.csv`, csvText([HEAD, ...lines]));
}
