import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8, openEnd } from "./columns.ts";

/** One row per checklist item a person wrote or changed; built-in ones need none. Written by store/patrol. */
export const patrolItem = pgTable("patrol_item", {
  id: text("id").primaryKey(),
  edit: jsonb("edit").notNull(), // shape: server/domain/patrol
  who: text("who").notNull(),
  changedAtMs: int8("changed_at_ms"),
  removedAtMs: openEnd("removed_at_ms"),
});
