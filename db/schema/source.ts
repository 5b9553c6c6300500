import { pgTable, smallint, text, unique } from "drizzle-orm/pg-core";

/** One row per name under which slots are committed: the scraper, or a Prometheus. Written by store/ledger. */
export const source = pgTable(
  "source",
  {
    id: smallint("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
  },
  (t) => [unique("source_name").on(t.name)],
);
