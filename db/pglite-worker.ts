/**
 * Entry of the worker thread that holds PGlite: in the main thread a batch would stall HTTP (storage.md section 3).
 * Started as a program, `node pglite-worker.js DIR`, it makes a database in DIR and ends.
 */
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { PGlite, types, type ParserOptions } from "@electric-sql/pglite";
import { DurableNodeFs } from "./pglite-fs.ts";
import type { QueryResult, WireError, WorkerAnswer, WorkerRequest, WorkerStart } from "./pglite-protocol.ts";

/** PGlite's own defaults without `-F` (no fsync), and with a WAL that does not grow to its default of 1 GB. */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== "-F"),
  ...settings({
    fsync: "on",
    wal_sync_method: "fsync", // the fdatasync system call is a no-op in this build, fsync is not
    synchronous_commit: "on",
    max_wal_size: "256MB",
    min_wal_size: "64MB",
    shared_buffers: "32MB", // of 128 MB by default, all of it resident: what is not in it the system has in its own cache
    wal_buffers: "1MB",
    work_mem: "32MB",
    jit: "off",
    TimeZone: "UTC",
  }),
];

function settings(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

const asText = (value: string): string => value;
const RAW_TIMES: ParserOptions = Object.fromEntries(
  [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE, 1231, 1115, 1185, 1187, 1182].map((t) => [
    t,
    asText,
  ]),
);

/** PGlite's own bytea codec takes a closure per byte; a journal payload has millions. */
const BYTEA_PARSER: ParserOptions = {
  [types.BYTEA]: (hex: string) => Uint8Array.from(Buffer.from(hex.slice(2), "hex")),
};
const BYTEA_SERIALIZER = {
  [types.BYTEA]: (bytes: unknown) => `\\x${Buffer.from(bytes as Uint8Array).toString("hex")}`,
};

const start = isMainThread ? { dataDir: process.argv[2]! } : (workerData as WorkerStart);
const say = (answer: WorkerAnswer) => parentPort?.postMessage(answer);

const pg = await PGlite.create({
  fs: new DurableNodeFs(start.dataDir, (error) => {
    const why = `writing to disk failed (${error.message}). Look at the disk, then start again`;
    if (isMainThread) process.stderr.write(why);
    say({ kind: "stopped", why });
    process.exit(1); // of this thread
  }),
  startParams: START_PARAMS,
  parsers: BYTEA_PARSER,
  serializers: BYTEA_SERIALIZER,
});

if (isMainThread) {
  await pg.close();
} else {
  parentPort?.on("message", (request: WorkerRequest) => void answer(request));
  say({ kind: "ready" });
}

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const result = await run(request);
    say({ kind: "done", id: request.id, result });
  } catch (error) {
    say({ kind: "failed", id: request.id, error: toWire(error) });
  }
  if (request.kind === "close") parentPort?.close();
}

const NOTHING: QueryResult = { rows: [], fields: [], affectedRows: 0 };

async function run(request: WorkerRequest): Promise<QueryResult> {
  switch (request.kind) {
    case "query": {
      const result = await pg.query<unknown>(request.sql, [...request.params], {
        rowMode: request.rowMode,
        ...(request.rawTimes ? { parsers: RAW_TIMES } : {}),
        ...(request.blob ? { blob: new Blob([request.blob]) } : {}),
      });
      return { rows: result.rows, fields: result.fields, affectedRows: result.affectedRows ?? 0 };
    }
    case "exec": {
      const results = await pg.exec(request.sql);
      return { ...NOTHING, rows: results.flatMap(({ rows }) => rows) };
    }
    case "close":
      await pg.close();
      return NOTHING;
  }
}

/** A PANIC or a failed fsync ends the WebAssembly program; PGlite then throws something that is no database error. */
function toWire(error: unknown): WireError {
  const e = error as Error & Record<"code" | "detail" | "constraint" | "table" | "severity", string | undefined>;
  const isDatabaseError = typeof e.severity === "string";
  return {
    message: e.message ?? String(error),
    ...(e.code === undefined ? {} : { code: e.code }),
    ...(e.detail === undefined ? {} : { detail: e.detail }),
    ...(e.constraint === undefined ? {} : { constraint: e.constraint }),
    ...(e.table === undefined ? {} : { table: e.table }),
    fatal: !isDatabaseError || e.severity === "PANIC" || e.severity === "FATAL",
  };
}
