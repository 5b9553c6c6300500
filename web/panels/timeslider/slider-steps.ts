/** The steps of the time slider: whole slots within what is kept. Pure. */
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";

/** How far back the slider reaches; older boards are opened by date as far as the server keeps them. */
export const SLIDER_DAYS = 14;

/** The stretch the slider covers, in whole slots. The last step is "now" itself. */
export function sliderRange(now: number): { readonly from: number; readonly to: number; readonly steps: number } {
  const to = Math.floor(now / SLOT_MS) * SLOT_MS;
  const from = to - SLIDER_DAYS * DAY_MS;
  return { from, to, steps: (to - from) / SLOT_MS };
}

/** The step of a moment; now is the last one. */
export function stepOf(at: number | null, now: number): number {
  const { from, steps } = sliderRange(now);
  return at === null ? steps : Math.min(steps, Math.max(0, Math.round((at - from) / SLOT_MS)));
}

/** The moment of a step; null = now. */
export function momentOf(step: number, now: number): number | null {
  const { from, steps } = sliderRange(now);
  return step >= steps ? null : from + Math.max(0, Math.round(step)) * SLOT_MS;
}

/** A moment moved by some time: never past now, where it becomes "now", nor before the slider's start. */
export function moveBy(at: number | null, ms: number, now: number): number | null {
  const { from, to } = sliderRange(now);
  const next = Math.round(((at ?? to) + ms) / SLOT_MS) * SLOT_MS;
  return next >= to ? null : Math.max(from, next);
}

/** Steps of the buttons and keys. */
export const STEPS = { slot: SLOT_MS, hour: HOUR_MS, day: DAY_MS } as const;

/** "2026-11-22T09:40" as the reader's clock in the fleet's zone shows it, for a date-time field. */
export function fieldText(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The moment a date-time field means in a zone, as a whole slot; null where it says none. The hour a clock skips means the one after. */
export function fieldMoment(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const asUtc = Date.parse(`${text.slice(0, 16)}Z`);
  if (!Number.isFinite(asUtc)) return null;
  let at = asUtc;
  for (let round = 0; round < 2; round++) at += asUtc - Date.parse(`${fieldText(at, timeZone)}Z`);
  return Math.floor(at / SLOT_MS) * SLOT_MS;
}
