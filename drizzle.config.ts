import { defineConfig } from "drizzle-kit";

/** `npx drizzle-kit generate` writes the next migration. New partitioned tables: see the head of 0000. */
export default defineConfig({ dialect: "postgresql", schema: "./db/schema/*.ts", out: "./db/migrations" });
