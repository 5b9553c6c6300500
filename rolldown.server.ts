import { cpSync, rmSync } from "node:fs";
import { defineConfig } from "rolldown";

/** Where the build goes: `dist`, or elsewhere for a test of the build itself. */
const OUT = process.env["DAPAN_DIST"] ?? "dist";

/**
 * Builds our own code to dist/server; packages stay in node_modules. The database's worker and the maker of PDFs are
 * entries of their own; migrations, runbooks and the template of reports travel along, so that `node dist/server/main.js`
 * needs nothing of the source tree.
 */
export default defineConfig({
  input: { main: "server/main.ts", "pglite-worker": "db/pglite-worker.ts", "pdf-child": "reports/render/pdf-child.ts" },
  platform: "node",
  external: /^(?![./]|[A-Za-z]:)/, // bare names: packages and node: modules
  output: {
    dir: `${OUT}/server`,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  },
  plugins: [
    {
      name: "fresh",
      buildStart: () => rmSync(OUT, { recursive: true, force: true }),
      closeBundle: () => {
        cpSync("db/migrations", `${OUT}/db/migrations`, { recursive: true });
        cpSync("reports/render/report.typ", `${OUT}/reports/report.typ`);
        cpSync("docs/runbooks", `${OUT}/docs/runbooks`, { recursive: true });
      },
    },
  ],
});
