import { pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";

/** How a person signs in: a password, or the subject of an issuer. In the shape of the sign-in library (its `account`). */
export const personAccount = pgTable(
  "person_account",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    providerId: text("provider_id").notNull(), // "credential" (a password), "proxy", or an issuer
    accountId: text("account_id").notNull(), // the person, the user the proxy says, or the issuer's subject
    password: text("password"), // a hash with its cost
    accessToken: text("access_token"), // never kept: null
    refreshToken: text("refresh_token"), // never kept: null
    idToken: text("id_token"), // never kept: null
    accessTokenExpiresAt: timestamp("access_token_expires_at", { withTimezone: true }),
    refreshTokenExpiresAt: timestamp("refresh_token_expires_at", { withTimezone: true }),
    scope: text("scope"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [unique("person_account_subject").on(t.providerId, t.accountId)],
);
