import { sql } from "drizzle-orm";
import { check, integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";
import { holder } from "./holder.ts";

/**
 * One row per holder and stretch of hours `[from_hour, to_hour)` in which one mapping rule takes it: what the rules of
 * today's belief say, worked out. No row = no rule takes it. Written by store/mapping.
 */
export const holderFeature = pgTable(
  "holder_feature",
  {
    holderId: integer("holder_id")
      .notNull()
      .references(() => holder.id),
    fromHour: int4("from_hour"), // 0 = since ever
    toHour: integer("to_hour"), // null = until changed
    featureId: int4("feature_id"), // of feature
    ruleId: int4("rule_id"), // of mapping_rule
  },
  (t) => [
    primaryKey({ columns: [t.holderId, t.fromHour] }),
    check("holder_feature_window", sql`${t.toHour} > ${t.fromHour}`),
  ],
);
