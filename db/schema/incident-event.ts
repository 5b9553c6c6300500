import { index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { INCIDENT_EVENT_KINDS } from "../model/incident.ts";
import { int8 } from "./columns.ts";
import { incident } from "./incident.ts";

/** One row per thing that happened to an incident; never changed. Written by store/incidents. */
export const incidentEvent = pgTable(
  "incident_event",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    incidentId: integer("incident_id")
      .notNull()
      .references(() => incident.id, { onDelete: "cascade" }),
    atMs: int8("at_ms"),
    kind: text("kind", { enum: INCIDENT_EVENT_KINDS }).notNull(),
    because: text("because").notNull(),
    who: text("who").notNull(), // "" = the engine
    detail: text("detail").notNull(),
    body: jsonb("body").$type<unknown>(), // figures behind it, where there are some
  },
  (t) => [index("incident_event_incident").on(t.incidentId, t.id), index("incident_event_at").on(t.atMs)],
);
