/** How a card is paid for. monthly 包年包月, on_demand 按量, spot 竞价. `unknown` until someone says. */
export const BILLING_TYPES = ["monthly", "reserved", "on_demand", "spot", "owned", "unknown"] as const;
export type BillingType = (typeof BILLING_TYPES)[number];

/** What a card was doing. Outside ownership a card has no state at all. */
export const CARD_STATES = ["busy", "idle_held", "free", "starting", "fault", "unknown"] as const;
export type CardState = (typeof CARD_STATES)[number];

/** Where a target's cards stand, from labels of the config or of service discovery. Unsaid parts are "". */
export type Place = {
  readonly vendor: string; // who rents the card to us: a cloud, or our own house
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly billing: BillingType;
};

/** Cards alike in every part: the grain of the board. */
export type PoolKey = Place & { readonly model: string }; // id in CARD_MODELS, or the name the exporter said
