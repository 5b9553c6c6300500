import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { drizzle } from "drizzle-orm/node-postgres";
import pg, { type PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type Act, actOf, presentAct } from "./acting.ts";
import type { Database, Tx } from "./database.ts";
import { DatabaseSilent, isQuestion, QUESTION_MS, QuestionTooLong } from "./question.ts";

const OLDEST_VERSION = 150_000; // MERGE and the partition features we use came with 15

/** int8 as PGlite gives it: a number, or a bigint when a number would lose digits. */
const parseInt8 = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Opens PostgreSQL 15 or newer.
 * @param onFault told of faults of connections nobody is using; the pool replaces them by itself
 * @throws Error that names host and database when it cannot be reached or is too old; never the password
 */
export async function openPostgres(url: string, onFault: (error: Error) => void): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 8,
    connectionTimeoutMillis: 10_000,
    application_name: "dapan",
    options: "-c synchronous_commit=on -c TimeZone=UTC -c jit=off", // jit costs more than it saves on statements of ms
  });
  pool.on("error", onFault);
  const questions = new pg.Pool({
    ...pool.options,
    max: 4, // so that no number of questions takes a writer's connection
    statement_timeout: QUESTION_MS,
    query_timeout: QUESTION_MS + 1_000, // of a server that stopped answering altogether
    connectionTimeoutMillis: 5_000,
  });
  questions.on("error", onFault);
  const close = async (): Promise<void> => void (await Promise.all([pool.end(), questions.end()]));
  try {
    const [row] = (
      await pool.query<{ version: number }>("SELECT current_setting('server_version_num')::int AS version")
    ).rows;
    if ((row?.version ?? 0) < OLDEST_VERSION) throw new Error(`its version is ${row?.version}, 15 or newer is needed`);
  } catch (error) {
    await close();
    throw cannotUse(url, error);
  }
  return {
    kind: "postgres",
    query: async <T>(sql: string, params?: readonly unknown[]) =>
      (await (isQuestion() ? ask(questions, sql, params) : statement(pool, sql, sql, params))).rows as T[],
    orm: drizzle(statementsOf(pool)),
    transaction: (work) => inTransaction(pool, presentAct(), (client) => work(toTx(client))),
    script: (sql) => runScript(pool, sql),
    close,
  };
}

const QUERY_CANCELED = "57014";
/** Classes and states of a server that is going, coming or gone (PostgreSQL, appendix A). */
const GONE = /^(?:08...|57P0[1-5]|53300)$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** @throws QuestionTooLong when the server stopped it, DatabaseSilent when there was no server to ask */
async function ask(questions: pg.Pool, sql: string, params?: readonly unknown[]): Promise<pg.QueryResult> {
  try {
    return await questions.query(sql, params as unknown[]);
  } catch (cause) {
    const { code } = cause as { readonly code?: unknown };
    if (code === QUERY_CANCELED) throw new QuestionTooLong({ cause });
    const isOfServer = typeof code === "string" && SQLSTATE.test(code) && code !== "EPIPE";
    throw isOfServer && !GONE.test(code) ? cause : new DatabaseSilent({ cause });
  }
}

/** A statement by itself; one of somebody's act that may write gets a transaction that says whose it is. */
function statement(
  pool: pg.Pool,
  sql: string,
  query: string | pg.QueryConfig,
  params?: readonly unknown[],
): Promise<pg.QueryResult> {
  const act = actOf(sql);
  if (act === null) return pool.query(query as string, params as unknown[]);
  return inTransaction(pool, act, (client) => client.query(query as string, params as unknown[]));
}

/** What drizzle asks of a pool. */
function statementsOf(pool: pg.Pool): pg.Pool {
  const query = (query: string | pg.QueryConfig, params?: readonly unknown[]): Promise<pg.QueryResult> =>
    statement(pool, typeof query === "string" ? query : query.text, query, params);
  return { query } as unknown as pg.Pool;
}

function inTransaction<T>(pool: pg.Pool, act: Act | null, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if (act === null) return onClient(pool, work);
  return act.follow(
    onClient(pool, async (client) => {
      await act.enter(async (sql, params) => (await client.query(sql, [...params])).rows);
      return await work(client);
    }),
  );
}

async function onClient<T>(pool: pg.Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const noteLoss = (error: Error) => void (broken = error);
  client.on("error", noteLoss); // without a listener a server that goes away mid-transaction would end the process
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    if (!broken) await client.query("ROLLBACK").catch(noteLoss);
    throw error;
  } finally {
    client.off("error", noteLoss);
    client.release(broken);
  }
}

async function runScript(pool: pg.Pool, sql: string): Promise<unknown[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const noteLoss = (error: Error) => void (broken = error);
  client.on("error", noteLoss);
  try {
    const results = [await client.query(sql)].flat(); // an array of results where there are several statements
    return results.flatMap(({ rows }) => rows as unknown[]);
  } catch (error) {
    if (!broken) await client.query("ROLLBACK").catch(noteLoss); // its own BEGIN may stand open
    throw error;
  } finally {
    client.off("error", noteLoss);
    client.release(broken);
  }
}

function toTx(client: PoolClient): Tx {
  return {
    query: async <T>(sql: string, params?: readonly unknown[]) =>
      (await client.query(sql, params as unknown[])).rows as T[],
    orm: drizzle(client),
    async copyBinary(target, bytes) {
      await pipeline(Readable.from([bytes]), client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary)`)));
    },
  };
}

/** Says which PostgreSQL, and why not; never the password. */
export const cannotUse = (url: string, cause: unknown): Error =>
  new Error(`PostgreSQL at ${place(url)} cannot be used: ${(cause as Error).message}`, { cause });

function place(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname || "local socket"}${port ? `:${port}` : ""}${pathname}`;
  } catch {
    return "an address that is no URL"; // not printed: a mistyped URL may hold the password anywhere
  }
}
