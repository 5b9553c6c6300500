export const TIMELINE_DAYS = [1, 7, 30, 365] as const;
export type TimelineDays = (typeof TIMELINE_DAYS)[number];

/** What of the tiers page stands in its address. */
export type TiersView = {
  readonly days: TimelineDays; // of the timeline
  readonly models: "board" | "all"; // of the index table
};

export const DEFAULT_TIERS: TiersView = { days: 7, models: "board" };

/** Total, like every codec of an address. */
export function decodeTiers(params: URLSearchParams): TiersView {
  const days = TIMELINE_DAYS.find((known) => String(known) === params.get("days"));
  return { days: days ?? DEFAULT_TIERS.days, models: params.get("models") === "all" ? "all" : "board" };
}

export function encodeTiers(view: TiersView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.days !== DEFAULT_TIERS.days) params.set("days", String(view.days));
  if (view.models !== DEFAULT_TIERS.models) params.set("models", view.models);
  return params;
}
