import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { int8, openEnd } from "./columns.ts";
import { revision } from "./revision.ts";

/** One row per spelling of a card's name a person has tied to a known model, and belief. Written by store/aliases. */
export const modelAlias = pgTable(
  "model_alias",
  {
    name: text("name").notNull(),
    model: text("model").notNull(), // id in CARD_MODELS
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: integer("revision_id")
      .notNull()
      .references(() => revision.id),
  },
  (t) => [primaryKey({ columns: [t.name, t.knownFromMs] })],
);
