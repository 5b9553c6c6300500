import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** Who is signed in, in the shape of the sign-in library (its `session`). A row taken away is a session ended. */
export const personSession = pgTable(
  "person_session",
  {
    id: text("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: text("user_id").notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }).notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
  },
  (t) => [index("person_session_user").on(t.userId)],
);
