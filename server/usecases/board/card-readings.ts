import type { CardErrors, CardReadings } from "../../../db/model/page-views.ts";
import { DAY_MS, dayOf, HOUR_MS, hourOf, shift, SLOT_MS, slotOf, type Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { CardPoint } from "../../../db/model/views.ts";
import type { CardDaySums } from "../../../db/store/card-past.ts";
import type { Deps } from "../../context.ts";
import { foldPoints, holderStretches } from "../../domain/fold-points.ts";
import { ServiceError } from "../../errors.ts";
import { knownCard } from "./known-card.ts";

const MEBIBYTE = 1_048_576;
/** Most events of an answer; older ones stay in the table. */
const EVENTS_SHOWN = 500;
/** A chart of five-minute steps is legible up to a week, of hours up to three months. */
const SLOT_STEPS_MS = 7 * DAY_MS;
const HOUR_STEPS_MS = 92 * DAY_MS;
const LONGEST_MS = 800 * DAY_MS;

type ReadingDeps = Pick<Deps, "board" | "clock" | "config" | "live" | "past">;

/**
 * A window of a card's life: in five-minute steps up to a week, in hours up to three months, in UTC days beyond that or
 * where the slots are not kept any more. The window is widened to whole steps.
 * @throws ServiceError not_found, or invalid when the window is empty or too long
 */
export async function cardReadings(
  deps: ReadingDeps,
  asked: { readonly uuid: string; readonly from: number; readonly to: number },
): Promise<CardReadings> {
  const { row } = await knownCard(deps, asked.uuid);
  if (asked.to <= asked.from || asked.to - asked.from > LONGEST_MS)
    throw new ServiceError(
      "invalid",
      `readings: a window ends after it begins and spans at most ${LONGEST_MS / DAY_MS} days`,
    );
  const stepMs = stepOf(deps, asked);
  const window = wholeSteps(asked, stepMs);
  const [points, slots] = await pointsOf(deps, row.id, window, stepMs, row.memoryTotalBytes);
  const isOld = hourOf(window.from) < deps.clock.now() - deps.config.current().storage.hourDays * DAY_MS;
  const [errors, events] = await Promise.all([
    isOld
      ? deps.past.cardDays(row.id, wholeSteps(window, DAY_MS))
      : deps.past.cardHealth(row.id, wholeSteps(window, HOUR_MS)),
    deps.board.cardEvents(row.id, window, EVENTS_SHOWN),
  ]);
  return {
    ...window,
    stepMs,
    points,
    holders: slots === null ? null : holderStretches(slots),
    errorStepMs: isOld ? DAY_MS : HOUR_MS,
    errors: errors.map(toErrors),
    events,
  };
}

/** The finest step that is kept of all of the window and is not too fine for its length. */
function stepOf({ clock, config }: ReadingDeps, { from, to }: { readonly from: number; readonly to: number }): number {
  const slotsSince = clock.now() - config.current().storage.pointDays * DAY_MS;
  if (dayOf(unixMs(from)) < slotsSince - DAY_MS || to - from > HOUR_STEPS_MS) return DAY_MS;
  return to - from > SLOT_STEPS_MS ? HOUR_MS : SLOT_MS;
}

function wholeSteps({ from, to }: { readonly from: number; readonly to: number }, stepMs: number): Window {
  const floor = { [SLOT_MS]: slotOf, [HOUR_MS]: hourOf, [DAY_MS]: dayOf }[stepMs] ?? dayOf;
  const [start, end] = [floor(unixMs(from)), floor(unixMs(to))];
  return { from: start, to: end < to ? shift(end, stepMs) : end };
}

/** Steps of the window, and the slots they were made of; null when they were made of days. */
async function pointsOf(
  { board, past }: ReadingDeps,
  cardId: number,
  window: Window,
  stepMs: number,
  memoryTotalBytes: number | null,
): Promise<[CardPoint[], readonly CardPoint[] | null]> {
  if (stepMs === DAY_MS) {
    const days = await past.cardDays(cardId, window);
    return [days.map((day) => dayPoint(day, memoryTotalBytes)), null];
  }
  const slots = await board.cardPoints(cardId, window, memoryTotalBytes);
  return [foldPoints(slots, stepMs), slots];
}

function dayPoint(day: CardDaySums, memoryTotalBytes: number | null): CardPoint {
  const { at, ownedMs, observedMs, busyMs, idleHeldMs, freeMs, startingMs, faultMs } = day;
  const memoryBytes = day.memoryMib === null ? null : day.memoryMib * MEBIBYTE;
  return {
    at,
    observedMs,
    gap: observedMs < ownedMs ? "no_reading" : "none", // days do not keep the cause
    busyMs,
    idleHeldMs,
    freeMs,
    startingMs,
    faultMs,
    unknownMs: ownedMs - busyMs - idleHeldMs - freeMs - startingMs - faultMs,
    utilRatio: day.utilRatio,
    tensorRatio: day.tensorRatio,
    memoryRatio: memoryBytes === null || !memoryTotalBytes ? null : memoryBytes / memoryTotalBytes,
    memoryBytes,
    powerWatts: day.powerWatts,
    temperatureCelsius: day.temperatureCelsius,
    holder: "",
  };
}

const toErrors = (e: CardErrors): CardErrors => ({
  at: e.at,
  eccCorrected: e.eccCorrected,
  eccUncorrected: e.eccUncorrected,
  rowsRemapped: e.rowsRemapped,
  pcieReplays: e.pcieReplays,
  nvlinkErrors: e.nvlinkErrors,
  throttledMs: e.throttledMs,
  xids: e.xids,
});
