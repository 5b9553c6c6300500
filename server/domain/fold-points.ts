import type { GapCause } from "../../db/model/coverage.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import type { CardPoint } from "../../db/model/views.ts";
import type { HolderStretch } from "../../db/model/page-views.ts";

/**
 * Slots as wider steps: times add up, readings are means weighted by the time observed, the temperature is the highest.
 * A step in which nothing was said of a reading has none; a step without a slot is absent.
 * @param points ascending @param stepMs a multiple of a slot
 */
export function foldPoints(points: readonly CardPoint[], stepMs: number): CardPoint[] {
  if (stepMs === SLOT_MS) return [...points];
  const steps: CardPoint[][] = [];
  for (const point of points) {
    const at = Math.floor(point.at / stepMs) * stepMs;
    const step = steps.at(-1);
    if (step !== undefined && Math.floor((step[0]?.at ?? 0) / stepMs) * stepMs === at) step.push(point);
    else steps.push([point]);
  }
  return steps.map((step) => foldStep(step, stepMs));
}

function foldStep(step: readonly CardPoint[], stepMs: number): CardPoint {
  const sum = (of: (point: CardPoint) => number) => step.reduce((total, point) => total + of(point), 0);
  const mean = (of: (point: CardPoint) => number | null) => meanOver(step, of);
  const temperatures = step.flatMap(({ temperatureCelsius }) =>
    temperatureCelsius === null ? [] : [temperatureCelsius],
  );
  return {
    at: Math.floor((step[0]?.at ?? 0) / stepMs) * stepMs,
    observedMs: sum((p) => p.observedMs),
    gap: mainGap(step),
    busyMs: sum((p) => p.busyMs),
    idleHeldMs: sum((p) => p.idleHeldMs),
    freeMs: sum((p) => p.freeMs),
    startingMs: sum((p) => p.startingMs),
    faultMs: sum((p) => p.faultMs),
    unknownMs: sum((p) => p.unknownMs),
    utilRatio: mean((p) => p.utilRatio),
    tensorRatio: mean((p) => p.tensorRatio),
    memoryRatio: mean((p) => p.memoryRatio),
    memoryBytes: mean((p) => p.memoryBytes),
    powerWatts: mean((p) => p.powerWatts),
    temperatureCelsius: temperatures.length === 0 ? null : Math.max(...temperatures),
    holder: holdersOf(step),
  };
}

function meanOver(step: readonly CardPoint[], of: (point: CardPoint) => number | null): number | null {
  let [weight, weighted] = [0, 0];
  for (const point of step) {
    const value = of(point);
    if (value === null || point.observedMs === 0) continue;
    weight += point.observedMs;
    weighted += value * point.observedMs;
  }
  return weight > 0 ? weighted / weight : null;
}

/** The cause of most of what is missing; "none" when nothing is. */
function mainGap(step: readonly CardPoint[]): GapCause {
  const missing = new Map<GapCause, number>();
  for (const point of step) {
    if (point.gap === "none") continue;
    missing.set(point.gap, (missing.get(point.gap) ?? 0) + ownedMs(point) - point.observedMs);
  }
  const [most] = [...missing].toSorted((a, b) => b[1] - a[1]);
  return most?.[0] ?? "none";
}

const ownedMs = (p: CardPoint): number => p.busyMs + p.idleHeldMs + p.freeMs + p.startingMs + p.faultMs + p.unknownMs;

/** Everybody who held the card in the step, the first first. */
const holdersOf = (step: readonly CardPoint[]): string =>
  [...new Set(step.map((point) => point.holder))].filter((holder) => holder !== "").join(", ");

/** Who held the card, in stretches of slots; a slot without a holder, or without a record, ends one. @param points slots, ascending */
export function holderStretches(points: readonly CardPoint[]): HolderStretch[] {
  const stretches: HolderStretch[] = [];
  for (const { at, holder } of points) {
    if (holder === "") continue;
    const last = stretches.at(-1);
    if (last !== undefined && last.to === at && last.holder === holder)
      stretches[stretches.length - 1] = { ...last, to: at + SLOT_MS };
    else stretches.push({ from: at, to: at + SLOT_MS, holder });
  }
  return stretches;
}
