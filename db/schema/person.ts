import { boolean, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/**
 * People who sign in, in the shape the sign-in library asks for (its `user`), with what they may do. The identity is the
 * account (issuer and subject, or a password), never the e-mail. Written by server/usecases/access.
 */
export const person = pgTable("person", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  roles: text("roles").array().notNull(), // names of ROLES
  teams: text("teams").array(), // null = all
  isDisabled: boolean("is_disabled").notNull().default(false),
});
