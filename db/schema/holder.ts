import { integer, pgTable, text, unique } from "drizzle-orm/pg-core";

/** One row per container that ever held a card. 0 and -1 are not ids: nobody, several. Written by store/registry. */
export const holder = pgTable(
  "holder",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    cluster: text("cluster").notNull(),
    namespace: text("namespace").notNull(),
    pod: text("pod").notNull(),
    container: text("container").notNull(),
    podUid: text("pod_uid").notNull(), // "" when not said
  },
  (t) => [unique("holder_key").on(t.cluster, t.namespace, t.pod, t.container, t.podUid)],
);
