import { sql } from "drizzle-orm";
import { check, integer, pgTable, text, unique } from "drizzle-orm/pg-core";
import { BILLING_TYPES } from "../model/fleet.ts";

/** One row per pool: cards alike in vendor, region, zone, cluster, model and billing type. Written by store/registry. */
export const pool = pgTable(
  "pool",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    vendor: text("vendor").notNull(),
    region: text("region").notNull(),
    zone: text("zone").notNull(),
    cluster: text("cluster").notNull(),
    model: text("model").notNull(), // id of the card model, or the name the exporter said
    billing: text("billing", { enum: BILLING_TYPES }).notNull(),
  },
  (t) => [
    unique("pool_key").on(t.vendor, t.region, t.zone, t.cluster, t.model, t.billing),
    check("pool_billing", sql`${t.billing} IN ('monthly', 'reserved', 'on_demand', 'spot', 'owned', 'unknown')`),
  ],
);
