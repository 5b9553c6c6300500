#!/usr/bin/env node
// Runs the build when there is one, else the sources. DAPAN_FROM_SOURCE=1 always runs the sources.
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

// A fleet's readings come in trickles into a large heap that hardly changes. Left alone, V8 takes the pauses between them
// for idleness and marks the whole heap again and again, or lets it grow to twice its size (test/bench/RESULTS.md).
setFlagsFromString("--no-memory-reducer");
setFlagsFromString("--heap-growing-percent=40"); // marked again when it is this much larger than what was alive
setFlagsFromString("--min-semi-space-size=8"); // MiB for what is young: what a scrape leaves behind dies there

// As --disable-proto=delete: what comes from outside reaches no prototype by this name.
delete Object.prototype.__proto__;

const built = new URL("../dist/server/main.js", import.meta.url);
if (existsSync(built) && process.env.DAPAN_FROM_SOURCE !== "1") {
  await import(built.href);
} else {
  const { register } = await import("tsx/esm/api");
  register();
  await import("../server/main.ts");
}
