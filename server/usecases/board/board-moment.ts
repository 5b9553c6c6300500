import { DAY_MS, HOUR_MS, hourOf, shift, SLOT_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { ServiceError } from "../../errors.ts";
import type { BoardDeps } from "./ports.ts";

/** Which board is asked for: of which moment, with the knowledge of which moment. null = now. */
export type AskedMoment = { readonly at?: number | undefined; readonly knownAt?: number | undefined };

export type Moment = {
  readonly at: UnixMs; // what is asked about
  readonly isLive: boolean;
  readonly knownAt: UnixMs | null; // null = everything that is known
  readonly slot: UnixMs | null; // the last one on the books; null = nothing was recorded before
  readonly day: Window; // the 24 whole hours before
};

/** Clocks of readers and servers differ by moments. */
const AHEAD_MS = 60_000;

/**
 * The moment behind a board. The day ends with the last whole hour that is on the books: the same hours when it is asked
 * for again later. A past moment is known as it was then, unless another knowledge is asked for.
 * @throws ServiceError invalid when the moment lies ahead, or is older than the states that are kept
 */
export async function momentOf(
  deps: Pick<BoardDeps, "clock" | "config" | "past">,
  asked: AskedMoment,
): Promise<Moment> {
  const now = deps.clock.now();
  const isLive = asked.at === undefined;
  const at = unixMs(asked.at ?? now);
  if (at > now + AHEAD_MS || (asked.knownAt ?? 0) > now + AHEAD_MS)
    throw new ServiceError(
      "invalid",
      `${iso(Math.max(at, asked.knownAt ?? 0))} lies ahead: the board shows now and the past`,
    );
  refuseBeyondKept(deps, at);
  const slot = await deps.past.slotBefore(at);
  const knownAt = asked.knownAt ?? (isLive ? null : at);
  return { at, isLive, knownAt: knownAt === null ? null : unixMs(knownAt), slot, day: dayBefore(at, slot) };
}

/** The state of each card is kept for so many days; beyond that the board has nothing to show. */
export function refuseBeyondKept({ clock, config }: Pick<BoardDeps, "clock" | "config">, at: number): void {
  const days = config.current().storage.pointDays;
  const oldest = clock.now() - days * DAY_MS;
  if (at >= oldest) return;
  throw new ServiceError(
    "invalid",
    `the state of each card is kept for ${days} days: the oldest board is of ${iso(oldest)}. Sums of older days stand on the pool's page`,
  );
}

/** The 24 whole hours before. While the books stand still for more than an hour, time goes on without them. */
function dayBefore(at: UnixMs, slot: UnixMs | null): Window {
  const closed = slot === null ? null : shift(slot, SLOT_MS);
  const to = hourOf(closed !== null && at - closed < HOUR_MS ? closed : at);
  return { from: shift(to, -DAY_MS), to };
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
