import { DAY_MS, SLOT_MS, type Window } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";

/** How much of a card's life is looked at. Up to a week in five-minute steps, then hours, beyond three months days. */
export const CARD_RANGES = ["24h", "3d", "7d", "14d", "30d", "90d", "1y"] as const;
export type CardRange = (typeof CARD_RANGES)[number];

const RANGE_DAYS: Readonly<Record<CardRange, number>> = {
  "24h": 1,
  "3d": 3,
  "7d": 7,
  "14d": 14,
  "30d": 30,
  "90d": 90,
  "1y": 365,
};

/** What of a card's page stands in its address. */
export type CardView = {
  readonly range: CardRange;
  readonly to: number | null; // unix ms the window ends, null = now
  readonly as: "chart" | "table";
};

/** Total, like every codec of an address. */
export function decodeCard(params: URLSearchParams): CardView {
  const to = Number(params.get("to") ?? "");
  return {
    range: CARD_RANGES.find((range) => range === params.get("range")) ?? "24h",
    to: Number.isSafeInteger(to) && to > 0 && to < 8.64e15 ? to : null,
    as: params.get("as") === "table" ? "table" : "chart",
  };
}

export function encodeCard(view: CardView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.range !== "24h") params.set("range", view.range);
  if (view.to !== null) params.set("to", String(view.to));
  if (view.as !== "chart") params.set("as", view.as);
  return params;
}

export const spanOf = (range: CardRange): number => RANGE_DAYS[range] * DAY_MS;

/** The window looked at. While it ends now, it moves on with the slots, not with the seconds. */
export function windowOf(view: CardView, now: number): Window {
  const to = view.to ?? Math.ceil(now / SLOT_MS) * SLOT_MS;
  return { from: unixMs(Math.max(0, to - spanOf(view.range))), to: unixMs(to) };
}

/** The window before or after; past now it is now. */
export function stepped(view: CardView, now: number, way: -1 | 1): CardView {
  const to = windowOf(view, now).to + way * spanOf(view.range);
  return { ...view, to: to >= now ? null : Math.max(spanOf(view.range), to) };
}
