import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per named address of a page. Written by store/saved-views. */
export const savedView = pgTable(
  "saved_view",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    page: text("page").notNull(), // "board", "review", …
    name: text("name").notNull(),
    query: text("query").notNull(), // the page's search string, without the language
    savedBy: text("saved_by").notNull(),
    savedAtMs: int8("saved_at_ms"),
  },
  (t) => [unique("saved_view_name").on(t.page, t.name)],
);
