import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/tools/longest-first.ts";

/** Lane tests need a server program (PostgreSQL, Prometheus, Chromium …); `npm run verify` leaves them out. */
const LANES = "test/**/*.lane.test.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: process.env["DAPAN_UNIT_ONLY"] ? [LANES] : [],
    env: { TZ: "Asia/Kathmandu" }, // +05:45: neither UTC nor a whole hour, so a slip shows
    globalSetup: ["./test/e2e/console-dir.ts"],
    setupFiles: ["./test/tools/seed.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", "./test/tools/closing-line.ts"],
  },
});
