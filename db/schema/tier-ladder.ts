import { integer, jsonb, pgTable } from "drizzle-orm/pg-core";
import type { TierLadder } from "../model/tier.ts";
import { int8, openEnd } from "./columns.ts";
import { revision } from "./revision.ts";

/** One row per ladder that was in force; the newest belief is the one that judges. Written by store/tiers. */
export const tierLadder = pgTable("tier_ladder", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  ladder: jsonb("ladder").$type<TierLadder>().notNull(),
  knownFromMs: int8("known_from_ms"),
  knownToMs: openEnd("known_to_ms"),
  revisionId: integer("revision_id")
    .notNull()
    .references(() => revision.id),
});
