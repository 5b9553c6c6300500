#!/usr/bin/env node
// Runs the build when there is one, else the sources. DAPAN_FROM_SOURCE=1 always runs the sources.
import { existsSync } from "node:fs";

const built = new URL("../dist/server/main.js", import.meta.url);
if (existsSync(built) && process.env.DAPAN_FROM_SOURCE !== "1") {
  await import(built.href);
} else {
  const { register } = await import("tsx/esm/api");
  register();
  await import("../server/main.ts");
}
