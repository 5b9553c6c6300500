import type { UnixMs } from "./units.ts";

/** Something happened to a card at an instant: a row, never a gauge. */
export const CARD_EVENT_KINDS = [
  "appeared", // first sighting
  "moved", // the same card on another node or position
  "swapped_out", // another card took its place; detail = the successor's UUID
  "swapped_in", // it took the place of another; detail = the predecessor's UUID
  "returned", // given back: no longer ours
  "seen_after_return", // given back and still reporting
  "xid", // a new XID code, or a rise of the windowed count; code = the XID
  "ecc_uncorrected", // count = increase
  "row_remap", // count = rows
  "remap_failed",
  "npu_fault", // code = the Ascend code
] as const;
export type CardEventKind = (typeof CARD_EVENT_KINDS)[number];

export type CardEvent = {
  readonly cardId: number;
  readonly at: UnixMs;
  readonly kind: CardEventKind;
  readonly code: number; // 0 when the kind has none
  readonly count: number;
  readonly detail: string; // "" or what was said: "gpu-a17 → gpu-b02"
};
