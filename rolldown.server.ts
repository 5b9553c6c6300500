import { cpSync, rmSync } from "node:fs";
import { defineConfig } from "rolldown";

/**
 * Builds our own code to dist/server; packages stay in node_modules. The database's worker is an entry of its own,
 * and migrations travel along, so that `node dist/server/main.js` needs nothing of the source tree.
 */
export default defineConfig({
  input: { main: "server/main.ts", "pglite-worker": "db/pglite-worker.ts" },
  platform: "node",
  external: /^(?![./]|[A-Za-z]:)/, // bare names: packages and node: modules
  output: {
    dir: "dist/server",
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  },
  plugins: [
    {
      name: "fresh",
      buildStart: () => rmSync("dist", { recursive: true, force: true }),
      closeBundle: () => cpSync("db/migrations", "dist/db/migrations", { recursive: true }),
    },
  ],
});
