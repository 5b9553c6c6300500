import { bigint, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";
import { holder } from "./holder.ts";

/** One row per holder Kubernetes said something of, kept because pods vanish. Written by store/holders. */
export const holderKube = pgTable("holder_kube", {
  holderId: integer("holder_id")
    .primaryKey()
    .references(() => holder.id),
  ownerKind: text("owner_kind").notNull(), // "" = not said; the Deployment, not the ReplicaSet in between
  ownerName: text("owner_name").notNull(),
  labels: jsonb("labels").$type<Readonly<Record<string, string>>>().notNull(),
  startedAtMs: bigint("started_at_ms", { mode: "number" }), // null = not said
  seenAtMs: int8("seen_at_ms"), // last time it was said
});
