import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** Tries to sign in that failed, for the waits between them: they outlive a restart. Kept for an hour. */
export const signInTry = pgTable(
  "sign_in_try",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    account: text("account").notNull(), // HMAC of the e-mail as typed: strangers' typing errors may be passwords
    address: text("address").notNull(),
    atMs: int8("at_ms"),
  },
  (t) => [index("sign_in_try_at").on(t.atMs)],
);
