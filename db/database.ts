import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Typed queries of drizzle. The same type on both engines; `db.query.*` and `relations()` are not used (stack.md section 1). */
export type Orm = PgDatabase<PgQueryResultHKT>;

/**
 * What a statement may do. Values come back alike from both engines: int2/int4/float as number, int8 as number (as
 * bigint only past 2^53), numeric as string (cast sums in SQL), bytea as Uint8Array, json parsed.
 * Parameters: numbers, strings, booleans, null, Uint8Array, plain arrays; JSON as text.
 */
export type Executor = {
  query<T>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  readonly orm: Orm;
};

/** One open transaction. Never use the outer database inside it: on PGlite that would wait for itself. */
export type Tx = Executor & {
  /** COPY in PostgreSQL's binary format. `target` is `table (column, …)`, written by us, never from a value. */
  copyBinary(target: string, bytes: Uint8Array): Promise<void>;
};

/** The one database of a process. */
export type Database = Executor & {
  readonly kind: "pglite" | "postgres";
  /** Commits when `work` resolves, rolls back when it throws. Resolves only after the commit is on disk. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Several statements in one text, their own BEGIN and COMMIT among them; rows of all of them. For libraries that bring their tables. */
  script(sql: string): Promise<unknown[]>;
  close(): Promise<void>;
};
