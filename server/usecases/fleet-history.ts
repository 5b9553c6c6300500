import { HOUR_MS, hourOf, shift } from "../../db/model/time.ts";
import type { FleetHour } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";

export type FleetHistory = { readonly from: number; readonly to: number; readonly hours: readonly FleetHour[] };

/** How the card time of the last hours was spent, the running hour included. `poolIds` undefined = the whole fleet. */
export async function fleetHistory(
  deps: Pick<Deps, "board" | "clock">,
  asked: { readonly hours: number; readonly poolIds?: readonly number[] | undefined },
): Promise<FleetHistory> {
  const to = shift(hourOf(deps.clock.now()), HOUR_MS);
  const from = shift(to, -asked.hours * HOUR_MS);
  return { from, to, hours: await deps.board.fleetHours({ from, to }, asked.poolIds ?? null) };
}
