import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";

/** One row per set of cards that prices and capacities name; "" = any. Written by store/selectors. */
export const selector = pgTable(
  "selector",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    vendor: text("vendor").notNull(),
    region: text("region").notNull(),
    zone: text("zone").notNull(),
    cluster: text("cluster").notNull(),
    model: text("model").notNull(),
    billing: text("billing").notNull(),
    contract: text("contract").notNull(),
  },
  (t) => [unique("selector_key").on(t.vendor, t.region, t.zone, t.cluster, t.model, t.billing, t.contract)],
);
