import { closeSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** The parts of Emscripten we lean on. Measured with PGlite 0.5.16; package.json pins that version. */
type Stream = { readonly nfd?: number; readonly node: unknown };
type Write = (stream: Stream, ...rest: readonly unknown[]) => number;
type EmscriptenNodeFs = {
  stream_ops: { fsync?: (stream: Stream) => number; write: Write };
  realPath(node: unknown): string;
};

/**
 * NodeFS whose fsync reaches the disk. As shipped PGlite starts PostgreSQL with `-F` and NODEFS has no fsync hook, so a
 * commit survives a kill but not a power cut (storage.md section 4). test/db/fsync.lane.test.ts counts the system calls.
 */
export class DurableNodeFs extends NodeFS {
  readonly #onSyncFailure: (error: Error) => never;

  /**
   * @param onSyncFailure told of a failed sync, and of a failed write to the log; must end the thread. After a failed sync the kernel may drop the pages and call the next sync a
   * success, so nothing may be acknowledged any more; and an exception thrown through the WebAssembly frames leaves the
   * engine looping for ever (seen with an injected EIO).
   */
  constructor(dataDir: string, onSyncFailure: (error: Error) => never) {
    super(dataDir);
    this.#onSyncFailure = onSyncFailure;
  }

  override async init(...[pg, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const before = [emscriptenOpts.preRun ?? []].flat();
    const hooks: typeof before = [
      (module) => installFsync(module, this.#onSyncFailure),
      (module) => watchLogWrites(module, this.#onSyncFailure),
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...before, ...hooks] } };
  }
}

function installFsync({ NODEFS: fs }: { NODEFS: EmscriptenNodeFs }, onSyncFailure: (error: Error) => never): void {
  fs.stream_ops.fsync = (stream) => {
    try {
      if (stream.nfd !== undefined && stream.nfd !== null) fdatasyncSync(stream.nfd);
      else syncDirectory(fs.realPath(stream.node)); // Emscripten opens directories without a file descriptor
      return 0;
    } catch (error) {
      return onSyncFailure(error as Error);
    }
  };
}

/**
 * A write-ahead log that cannot be written (a full disk) is a PANIC of PostgreSQL, and a PANIC leaves this build looping
 * for ever (seen on a full tmpfs). So the thread ends there. In any other file it is an error of one statement.
 */
function watchLogWrites({ NODEFS: fs }: { NODEFS: EmscriptenNodeFs }, onFailure: (error: Error) => never): void {
  const { write } = fs.stream_ops;
  fs.stream_ops.write = (stream, ...rest) => {
    try {
      return write(stream, ...rest);
    } catch (error) {
      if (!fs.realPath(stream.node).includes("/pg_wal/")) throw error;
      return onFailure(new Error("no room for the write-ahead log, or its disk fails", { cause: error }));
    }
  };
}

/** Makes names in a directory durable: a created or renamed file is only safe after its directory is synced. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
