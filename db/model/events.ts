import type { UnixMs } from "./units.ts";

/** Something happened to a card at an instant: a row, never a gauge. */
export const CARD_EVENT_KINDS = [
  "appeared", // first sighting
  "moved", // the same card on another node or position
  "swapped_out", // another card took its place; detail = the successor's UUID
  "swapped_in", // it took the place of another; detail = the predecessor's UUID
  "returned", // given back: no longer ours
  "seen_after_return", // given back and still reporting
  "xid", // a new XID code, a rise of the windowed count, or a line of the kernel's log (detail); code = the XID
  "ecc_uncorrected", // count = increase
  "row_remap", // count = rows
  "remap_failed",
  "npu_fault", // code = the Ascend code
  "dropped", // gone from its node while node and exporter live
  "came_back", // and is read again
  "exporter_lost", // its exporter fell silent while its node lives
  "exporter_back",
  "node_lost", // its node is gone, or not ready
  "node_back",
  "throttled", // clocks cut for heat or power; count = milliseconds in the slot
  "nvlink_error", // count = increase in the slot
  "pcie_replay", // count = increase in the slot, where it is above what the link allows
  "kernel", // another line of the kernel's log that names the card
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
