/** Starts pglite-worker.ts from source: tsx's loader, given with --import, skips worker threads (4.23, Node 20). Never built. */
import { register } from "tsx/esm/api";

register();
await import("./pglite-worker.ts");
