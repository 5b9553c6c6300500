import type { CardErrors } from "../../../db/model/page-views.ts";
import { mainState } from "../../../reports/charts/card-day.ts";
import { type Cell, csvText, download } from "../../lib/csv.ts";
import type { Readings } from "./readings.ts";

/** Errors of the step that begins at an instant: said once for each step of their own, which may be wider. */
export function errorsAt({ errors, errorStepMs, stepMs }: Readings): (at: number) => CardErrors | undefined {
  const byStart = new Map(errors.map((row) => [row.at, row]));
  return errorStepMs >= stepMs ? (at) => byStart.get(at) : () => undefined;
}

/** The table as a file: units stand in the names, times are ISO 8601 in UTC. */
export function downloadReadings(uuid: string, readings: Readings): void {
  const errors = errorsAt(readings);
  const head = [
    "at",
    "state",
    "observed_ms",
    "busy_ms",
    "idle_held_ms",
    "free_ms",
    "starting_ms",
    "fault_ms",
    "unknown_ms",
    "util_ratio",
    "tensor_ratio",
    "memory_bytes",
    "power_watts",
    "temperature_celsius",
    "ecc_corrected",
    "ecc_uncorrected",
    "xids",
    "throttled_ms",
    "holder",
    "gap",
  ];
  const lines = readings.points.map((p): Cell[] => {
    const e = errors(p.at);
    return [
      new Date(p.at).toISOString(),
      mainState(p),
      p.observedMs,
      p.busyMs,
      p.idleHeldMs,
      p.freeMs,
      p.startingMs,
      p.faultMs,
      p.unknownMs,
      p.utilRatio,
      p.tensorRatio,
      p.memoryBytes,
      p.powerWatts,
      p.temperatureCelsius,
      e?.eccCorrected ?? null,
      e?.eccUncorrected ?? null,
      e?.xids ?? null,
      e?.throttledMs ?? null,
      p.holder,
      p.gap,
    ];
  });
  const day = new Date(readings.to).toISOString().slice(0, 10);
  download(`dapan-card-${uuid.replace(/[^\w-]/g, "_").slice(0, 60)}-${day}.csv`, csvText([head, ...lines]));
}
