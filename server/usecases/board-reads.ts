import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { GAP_CAUSES } from "../../db/model/coverage.ts";
import type { Window } from "../../db/model/time.ts";
import type { CardPoint, FleetHour, Utilisation } from "../../db/model/views.ts";
import { type HourTime, readCardUtilisation, readFleetHours, readPoolTime } from "../../db/store/board.ts";
import { readCardEvents, readCardHolds, readCardPoints, type SlotHolder } from "../../db/store/card-history.ts";
import type { SlotPoint } from "../../db/store/points.ts";
import { readHolders } from "../../db/store/registry.ts";
import type { BoardReads } from "../context.ts";
import { span } from "../telemetry/span.ts";
import { remember } from "./remember.ts";

const MEBIBYTE = 1_048_576;

/** The tables behind the pages. The two of the last day are asked by everybody, and remembered for a moment. */
export function createBoardReads(db: Database, clock: Clock): BoardReads {
  return {
    poolUtilisation: remember(clock, (window) =>
      span("query pool_hour", {}, async () => {
        const rows = await readPoolTime(db, window);
        return new Map(rows.map((row) => [row.poolId, utilisation(row)]));
      }),
    ),
    cardUtilisation: remember(clock, (window) =>
      span("query card_hour", {}, async () => {
        const rows = await readCardUtilisation(db, window);
        return new Map(rows.map((row) => [row.cardId, utilisation(row)]));
      }),
    ),
    fleetHours: (window, poolIds) =>
      span("query fleet hours", {}, async () => (await readFleetHours(db, window, poolIds)).map(toFleetHour)),
    cardPoints: (cardId, window, memoryTotalBytes) =>
      span("query card points", {}, () => cardPoints(db, cardId, window, memoryTotalBytes)),
    cardEvents: (cardId, window, limit) =>
      span("query card events", {}, () => readCardEvents(db, cardId, window, limit)),
    async ping() {
      await db.query("SELECT 1");
    },
  };
}

type Measured = {
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly utilMs: number;
  readonly utilSaidMs: number;
};

const utilisation = ({ ownedMs, observedMs, utilMs, utilSaidMs }: Measured): Utilisation => ({
  meanRatio: utilSaidMs > 0 ? utilMs / utilSaidMs : null,
  saidMs: utilSaidMs,
  observedMs,
  ownedMs,
});

function toFleetHour(hour: HourTime): FleetHour {
  const { at, busyMs, idleHeldMs, freeMs, startingMs, faultMs } = hour;
  const { meanRatio } = utilisation(hour);
  return { at, busyMs, idleHeldMs, freeMs, startingMs, faultMs, unknownMs: unknownMs(hour), meanRatio };
}

type States = Pick<HourTime, "ownedMs" | "busyMs" | "idleHeldMs" | "freeMs" | "startingMs" | "faultMs">;

/** What is owned and in no other state (slot.ts). */
const unknownMs = (t: States): number => t.ownedMs - t.busyMs - t.idleHeldMs - t.freeMs - t.startingMs - t.faultMs;

async function cardPoints(
  db: Database,
  cardId: number,
  window: Window,
  memoryTotalBytes: number | null,
): Promise<CardPoint[]> {
  const points = await readCardPoints(db, cardId, window);
  const shared = points.some((p) => p.holderId < 0) ? await readCardHolds(db, cardId, window) : [];
  const ids = new Set([...points, ...shared].map((p) => p.holderId).filter((id) => id > 0));
  const names = new Map((await readHolders(db, [...ids])).map((h) => [h.id, `${h.namespace}/${h.pod}`]));
  const bySlot = new Map<number, SlotHolder[]>();
  for (const hold of shared) bySlot.set(hold.slot, [...(bySlot.get(hold.slot) ?? []), hold]);
  return points.map((point) =>
    toCardPoint(point, memoryTotalBytes, holderOf(point, bySlot.get(point.at) ?? [], names)),
  );
}

/** The one holder, or all of a shared slot with the longest first. */
function holderOf(point: SlotPoint, shared: readonly SlotHolder[], names: ReadonlyMap<number, string>): string {
  if (point.holderId >= 0) return names.get(point.holderId) ?? "";
  const longest = shared.toSorted((a, b) => b.heldMs - a.heldMs).map((hold) => names.get(hold.holderId) ?? "");
  return [...new Set(longest)].filter((name) => name !== "").join(", ");
}

function toCardPoint(point: SlotPoint, memoryTotalBytes: number | null, holder: string): CardPoint {
  const { at, observedMs, busyMs, idleHeldMs, freeMs, startingMs, faultMs } = point;
  const memoryBytes = point.memoryMib === null ? null : point.memoryMib * MEBIBYTE;
  return {
    at,
    observedMs,
    gap: GAP_CAUSES[point.gapCause] ?? "no_reading",
    busyMs,
    idleHeldMs,
    freeMs,
    startingMs,
    faultMs,
    unknownMs: unknownMs(point),
    utilRatio: point.utilRatio,
    tensorRatio: point.tensorRatio,
    memoryRatio: memoryBytes === null || !memoryTotalBytes ? null : memoryBytes / memoryTotalBytes,
    memoryBytes,
    powerWatts: point.powerWatts,
    temperatureCelsius: point.temperatureCelsius,
    holder,
  };
}
