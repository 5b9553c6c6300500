import { sql } from "drizzle-orm";
import { bigint, check, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { WORK_KINDS } from "../model/feature.ts";
import type { Selector } from "../model/price.ts";
import { int4 } from "./columns.ts";

/** One row per feature, as it is called and owned now. Ids are above 0: 0 and -1 stand for nobody and unattributed. Written by store/features. */
export const feature = pgTable(
  "feature",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    key: text("key").notNull(),
    name: text("name").notNull(),
    team: text("team").notNull(),
    kind: text("kind", { enum: WORK_KINDS }).notNull(),
    unit: text("unit").notNull(),
    unitSource: text("unit_source").notNull(),
    owns: jsonb("owns").$type<readonly Selector[]>().notNull(),
    archivedAtMs: bigint("archived_at_ms", { mode: "number" }),
    revisionId: int4("revision_id"), // of revision, the last that changed it
  },
  (t) => [
    unique("feature_key").on(t.key),
    check("feature_key_shape", sql`${t.key} ~ '^[a-z0-9][a-z0-9-]{0,62}$'`),
    check("feature_kind", sql`${t.kind} IN ('inference', 'training', 'notebook', 'other')`),
  ],
);
