import { closeSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** The parts of Emscripten we lean on. Measured with PGlite 0.5.16; package.json pins that version. */
type Stream = { readonly nfd?: number; readonly node: unknown };
type EmscriptenNodeFs = { stream_ops: { fsync?: (stream: Stream) => number }; realPath(node: unknown): string };

/**
 * NodeFS whose fsync reaches the disk. As shipped PGlite starts PostgreSQL with `-F` and NODEFS has no fsync hook, so a
 * commit survives a kill but not a power cut (storage.md section 4). test/db/fsync.lane.test.ts counts the system calls.
 */
export class DurableNodeFs extends NodeFS {
  readonly #onSyncFailure: (error: Error) => never;

  /**
   * @param onSyncFailure must end the thread. After a failed sync the kernel may drop the pages and call the next sync a
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
    const hook: (typeof before)[number] = (module) => installFsync(module, this.#onSyncFailure);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...before, hook] } };
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

/** Makes names in a directory durable: a created or renamed file is only safe after its directory is synced. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
