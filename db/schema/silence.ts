import { index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { Recurrence } from "../model/channel.ts";
import type { Where } from "../model/rule.ts";
import { int8, openEnd } from "./columns.ts";

/** One row per silence or maintenance; ended by a person, never deleted. Written by store/silences. */
export const silence = pgTable(
  "silence",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind", { enum: ["silence", "maintenance"] }).notNull(),
    where: jsonb("where").$type<Where>().notNull(),
    ruleIds: jsonb("rule_ids").$type<readonly string[]>().notNull(),
    nodes: jsonb("nodes").$type<readonly string[]>().notNull(),
    cards: jsonb("cards").$type<readonly string[]>().notNull(),
    fingerprint: text("fingerprint").notNull(),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    recurs: jsonb("recurs").$type<Recurrence>(),
    who: text("who").notNull(),
    why: text("why").notNull(),
    endedAtMs: openEnd("ended_at_ms"),
  },
  (t) => [index("silence_live").on(t.endedAtMs, t.toMs)],
);
