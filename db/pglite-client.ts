import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Mutex } from "./mutex.ts";
import {
  DatabaseError,
  type QueryResult,
  type WorkerAnswer,
  type WorkerRequest,
  type WorkerStart,
} from "./pglite-protocol.ts";

/** What drizzle-orm/pglite passes along with a query. Its parsers are functions and cannot cross threads. */
export type QueryOptions = { rowMode?: "object" | "array"; parsers?: unknown; blob?: ArrayBuffer };

/** The statements of one open transaction: they do not wait for the mutex the transaction itself holds. */
export type ClientTx = {
  query(sql: string, params?: readonly unknown[], options?: QueryOptions): Promise<QueryResult>;
};

type Waiting = { resolve(result: QueryResult): void; reject(error: Error): void };
type Unnumbered<R> = R extends { id: number } ? Omit<R, "id"> : never;

/**
 * PGlite as the main thread sees it: the same query, exec, transaction and close, over messages to a worker. It is all
 * that drizzle-orm/pglite asks for. One statement or transaction at a time: PGlite is a single backend.
 */
export class PgliteClient {
  readonly #worker: Worker;
  readonly #onFatal: (error: Error) => void;
  readonly #turn = new Mutex();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | null = null;

  private constructor(worker: Worker, onFatal: (error: Error) => void) {
    this.#worker = worker;
    this.#onFatal = onFatal;
    worker.on("message", (answer: WorkerAnswer) => this.#settle(answer));
    worker.on("error", (error) => this.#end(new Error(`the embedded database stopped: ${String(error)}`)));
    worker.on("exit", () => this.#end(new Error("the embedded database's thread has ended")));
  }

  /** Opens the database in `dataDir`, which must exist. @param onFatal told once when the engine itself dies */
  static async open(dataDir: string, onFatal: (error: Error) => void): Promise<PgliteClient> {
    const worker = startWorker({ dataDir });
    await isReady(worker);
    return new PgliteClient(worker, onFatal);
  }

  /**
   * Makes a new database in `dataDir` in a process of its own: of a thread that did it, 100 MB would stay with us.
   * @throws with what it said when it could not
   */
  static async initialise(dataDir: string): Promise<void> {
    const child = spawn(process.execPath, [fileURLToPath(workerEntry()), dataDir], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (text: Buffer) => void (said = (said + text.toString()).slice(-MOST_SAID)));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    if (code !== 0)
      throw new Error(`the embedded database could not be made in ${dataDir} (${code ?? "killed"}): ${said.trim()}`);
  }

  async query(sql: string, params: readonly unknown[] = [], options: QueryOptions = {}): Promise<QueryResult> {
    return await this.#turn.run(() => this.#statement(sql, params, options));
  }

  /** Several statements in one text; the rows of all of them. One that fails leaves no transaction open. */
  async script(sql: string): Promise<unknown[]> {
    return await this.#turn.run(async () => {
      try {
        return (await this.#send({ kind: "exec", sql })).rows;
      } catch (error) {
        if (this.#ended === null) await this.#send({ kind: "exec", sql: "ROLLBACK" });
        throw error;
      }
    });
  }

  async transaction<T>(work: (tx: ClientTx) => Promise<T>): Promise<T> {
    return await this.#turn.run(async () => {
      await this.#send({ kind: "exec", sql: "BEGIN" });
      let result: T;
      try {
        result = await work({ query: (sql, params = [], options = {}) => this.#statement(sql, params, options) });
      } catch (error) {
        if (this.#ended === null) await this.#send({ kind: "exec", sql: "ROLLBACK" });
        throw error;
      }
      await this.#send({ kind: "exec", sql: "COMMIT" });
      return result;
    });
  }

  /** Waits for the running work, lets PostgreSQL shut down and ends the thread. Safe to call twice. */
  async close(): Promise<void> {
    await this.#turn.run(async () => {
      if (this.#ended !== null) return;
      await this.#send({ kind: "close" });
      this.#ended = new Error("the database is closed");
      await this.#worker.terminate();
    });
  }

  async #statement(sql: string, params: readonly unknown[], options: QueryOptions): Promise<QueryResult> {
    const { rowMode = "object", parsers, blob = null } = options;
    return await this.#send({ kind: "query", sql, params, rowMode, rawTimes: parsers !== undefined, blob });
  }

  async #send(request: Unnumbered<WorkerRequest>): Promise<QueryResult> {
    if (this.#ended !== null) throw this.#ended;
    const id = this.#nextId++;
    const transfer = "blob" in request && request.blob !== null ? [request.blob] : [];
    return await new Promise<QueryResult>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
  }

  #settle(answer: WorkerAnswer): void {
    if (answer.kind === "ready") return;
    if (answer.kind === "stopped") return this.#end(new Error(`the embedded database stopped: ${answer.why}`));
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === "done") return waiting?.resolve(answer.result);
    waiting?.reject(new DatabaseError(answer.error));
    if (answer.error.fatal) this.#end(new Error(`the embedded database stopped: ${answer.error.message}`));
  }

  #end(error: Error): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#onFatal(error);
  }
}

async function isReady(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once("message", (answer: WorkerAnswer) => {
      if (answer.kind === "stopped") reject(new Error(`the embedded database stopped: ${answer.why}`));
      else resolve();
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the embedded database's thread ended with ${code} while opening`)));
  });
  worker.removeAllListeners("error");
  worker.removeAllListeners("exit");
}

const MOST_SAID = 2_000; // characters of what a failed start printed

function startWorker(workerData: WorkerStart): Worker {
  return new Worker(workerEntry(), { workerData, ...(FROM_SOURCE ? { execArgv: [] } : {}) });
}

/** From source the worker is TypeScript and needs tsx's loader; from a build it is a .js file near the bundle. */
const workerEntry = (): URL => (FROM_SOURCE ? new URL("./pglite-worker-dev.js", import.meta.url) : builtEntry());
const FROM_SOURCE = import.meta.url.endsWith(".ts");

function builtEntry(): URL {
  const places = ["./pglite-worker.js", "../pglite-worker.js", "./db/pglite-worker.js", "../db/pglite-worker.js"];
  const found = places.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
  if (found) return found;
  throw new Error(
    `pglite-worker.js is not beside ${import.meta.url}: build it as a second entry (db/pglite-worker.ts)`,
  );
}
