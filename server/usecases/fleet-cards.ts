import type { CardRow } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import { lastDay, withLastDay } from "./last-day.ts";
import { cursorAt } from "./live-cursor.ts";

export type FleetCards = {
  readonly asOf: number;
  readonly cursor: string; // hand it to fleet.live as lastEventId: no change between the two is lost
  readonly rows: readonly CardRow[];
};

/** Every card with its live readings and its last 24 hours. */
export async function fleetCards(deps: Pick<Deps, "board" | "clock" | "live" | "startedAt">): Promise<FleetCards> {
  const byCard = await deps.board.cardUtilisation(lastDay(deps.clock.now()));
  const { live } = deps; // read after the wait: rows and cursor belong to the same instant
  return { asOf: live.asOf(), cursor: cursorAt(deps), rows: live.rows().map((row) => withLastDay(row, byCard)) };
}
