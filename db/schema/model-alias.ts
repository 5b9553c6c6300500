import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { revision } from "./revision.ts";

/** One row per spelling of a card's name that a person has tied to a known model. Written by store/aliases. */
export const modelAlias = pgTable("model_alias", {
  name: text("name").primaryKey(),
  model: text("model").notNull(), // id in CARD_MODELS
  revisionId: integer("revision_id")
    .notNull()
    .references(() => revision.id),
});
