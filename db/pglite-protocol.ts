/** What the main thread and the PGlite worker say to each other. Everything here survives structured cloning. */
export type WorkerStart = { readonly dataDir: string };

export type WorkerRequest =
  | {
      readonly id: number;
      readonly kind: "query";
      readonly sql: string;
      readonly params: readonly unknown[];
      readonly rowMode: "object" | "array";
      readonly rawTimes: boolean; // dates and times as the text PostgreSQL prints; drizzle parses them itself
      readonly blob: ArrayBuffer | null; // what COPY … FROM '/dev/blob' reads
    }
  | { readonly id: number; readonly kind: "exec"; readonly sql: string }
  | { readonly id: number; readonly kind: "close" };

export type QueryResult = {
  readonly rows: unknown[];
  readonly fields: { readonly name: string; readonly dataTypeID: number }[];
  readonly affectedRows: number;
};

/** A database error's parts: an Error loses its own fields on the way between threads. */
export type WireError = {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly fatal: boolean; // the engine itself stopped: nothing can follow
};

export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly result: QueryResult }
  | { readonly kind: "failed"; readonly id: number; readonly error: WireError }
  | { readonly kind: "stopped"; readonly why: string }; // the engine has ended itself

/** A database error with the fields node-postgres also gives, so that a caller can ask one question of both engines. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";

  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;
  readonly table: string | undefined;

  constructor(error: WireError) {
    super(error.message);
    this.code = error.code;
    this.detail = error.detail;
    this.constraint = error.constraint;
    this.table = error.table;
  }
}
