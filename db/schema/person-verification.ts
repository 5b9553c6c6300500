import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** What a sign-in under way has to come back with, in the shape of the sign-in library (its `verification`). */
export const personVerification = pgTable(
  "person_verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [index("person_verification_identifier").on(t.identifier)],
);
