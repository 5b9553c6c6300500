import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";

/** One row per host that carries cards; "" is the host nobody named. Written by store/registry. */
export const node = pgTable(
  "node",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    vendor: text("vendor").notNull(),
    region: text("region").notNull(),
    zone: text("zone").notNull(),
    cluster: text("cluster").notNull(),
    name: text("name").notNull(), // two clusters may both have a "gpu-1"
  },
  (t) => [unique("node_key").on(t.vendor, t.region, t.zone, t.cluster, t.name)],
);
