import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { CARD_EVENT_KINDS } from "../model/events.ts";
import { int4, int8 } from "./columns.ts";

/** One row per thing that happened to a card at an instant. Partition per month, 400 days. Written by store/slots. */
export const cardEvent = pgTable(
  "card_event",
  {
    atMs: int8("at_ms"),
    cardId: int4("card_id"),
    kind: text("kind", { enum: CARD_EVENT_KINDS }).notNull(),
    code: int8("code"), // 0 when the kind has none
    count: int8("count"),
    detail: text("detail").notNull(),
    // Where it stood and who held it when it was written; 0 = not known.
    nodeId: int4("node_id").default(0),
    poolId: int4("pool_id").default(0),
    holderId: int4("holder_id").default(0),
  },
  (t) => [
    primaryKey({ columns: [t.atMs, t.cardId, t.kind, t.code] }), // the same event said twice is one row
    index("card_event_card").on(t.cardId, t.atMs),
    check(
      "card_event_kind",
      sql`kind IN ('appeared', 'moved', 'swapped_out', 'swapped_in', 'returned', 'seen_after_return', 'xid', 'ecc_uncorrected', 'row_remap', 'remap_failed', 'npu_fault', 'dropped', 'came_back', 'exporter_lost', 'exporter_back', 'node_lost', 'node_back', 'throttled', 'nvlink_error', 'pcie_replay', 'kernel')`,
    ),
  ],
);
