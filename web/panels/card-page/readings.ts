import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import type { Outputs } from "../../trpc.ts";

export type Readings = Outputs["board"]["cardReadings"];

/** What a step is called in the catalogue. */
export const stepName = (stepMs: number): "slot" | "hour" | "day" =>
  stepMs === SLOT_MS ? "slot" : stepMs === HOUR_MS ? "hour" : "day";

/** Owned and observed time of all steps. */
export function sumsOf(points: Readings["points"]): { observedMs: number; ownedMs: number } {
  let [observedMs, ownedMs] = [0, 0];
  for (const p of points) {
    observedMs += p.observedMs;
    ownedMs += p.busyMs + p.idleHeldMs + p.freeMs + p.startingMs + p.faultMs + p.unknownMs;
  }
  return { observedMs, ownedMs };
}
