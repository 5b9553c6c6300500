import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { BECAUSE, type Evidence, type Labels, PHASES, SUPPRESSED_BY } from "../model/incident.ts";
import { GANG_VERDICTS, SCOPES, SEVERITIES } from "../model/rule.ts";
import { int4, int8, openEnd } from "./columns.ts";

/** One row per life of a finding; at most one open per fingerprint. Kept 400 days after its end. Written by store/incidents. */
export const incident = pgTable(
  "incident",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    fingerprint: text("fingerprint").notNull(),
    ruleId: text("rule_id").notNull(),
    ruleVersion: int4("rule_version"),
    scope: text("scope", { enum: SCOPES }).notNull(),
    labels: jsonb("labels").$type<Labels>().notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    phase: text("phase", { enum: PHASES }).notNull(),
    sinceMs: int8("since_ms"),
    pendingAtMs: int8("pending_at_ms"),
    observedMs: int8("observed_ms"),
    seenAtMs: int8("seen_at_ms"),
    firedAtMs: openEnd("fired_at_ms"),
    clearSinceMs: openEnd("clear_since_ms"),
    resolvedAtMs: openEnd("resolved_at_ms"),
    because: text("because", { enum: BECAUSE }).notNull(),
    isHistoric: boolean("is_historic").notNull(),
    flaps: int4("flaps"),
    isFlapping: boolean("is_flapping").notNull(),
    suppressedBy: text("suppressed_by", { enum: SUPPRESSED_BY }), // null = by nothing
    suppressor: text("suppressor").notNull(),
    isConfirmed: boolean("is_confirmed").notNull(),
    cardIds: integer("card_ids").array().notNull(),
    nodeKey: text("node_key").notNull(),
    cluster: text("cluster").notNull(),
    region: text("region").notNull(),
    poolId: int4("pool_id"), // 0 = none
    values: jsonb("values").$type<Readonly<Record<string, string | number>>>().notNull(),
    evidence: jsonb("evidence").$type<readonly Evidence[]>().notNull(),
    verdict: text("verdict", { enum: GANG_VERDICTS }),
    ackedBy: text("acked_by").notNull(),
    ackedAtMs: openEnd("acked_at_ms"),
    assignee: text("assignee").notNull(),
    escalation: int4("escalation"),
    // What it costs, as of the last change: per hour, of the cards it takes out. null = not known.
    costPerHourMicro: bigint("cost_per_hour_micro", { mode: "bigint" }),
    unpricedCards: int4("unpriced_cards"),
    currency: text("currency").notNull(),
    holders: jsonb("holders").$type<readonly string[]>().notNull(), // "namespace/pod" it hit when it fired
    featureIds: integer("feature_ids").array().notNull(),
  },
  (t) => [
    uniqueIndex("incident_open")
      .on(t.fingerprint)
      .where(sql`${t.phase} <> 'resolved'`),
    index("incident_phase").on(t.phase, t.severity),
    index("incident_past").on(t.resolvedAtMs),
    index("incident_rule").on(t.ruleId, t.pendingAtMs),
    index("incident_cards").using("gin", t.cardIds),
    check("incident_fired", sql`${t.phase} <> 'firing' OR ${t.firedAtMs} IS NOT NULL`),
    check("incident_resolved", sql`(${t.phase} = 'resolved') = (${t.resolvedAtMs} IS NOT NULL)`),
  ],
);
