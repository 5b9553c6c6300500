import { hostname } from "node:os";
import pg from "pg";
import type { Clock } from "./model/clock.ts";
import { cannotUse } from "./postgres.ts";

/** Thrown when another process collects into the database: two would count cards under the same ledger rows. */
export class AlreadyCollecting extends Error {
  override readonly name = "AlreadyCollecting";
}

export type CollectingLock = { release(): Promise<void> };

type Options = {
  readonly url: string;
  readonly clock: Clock;
  /** How long the process before may take to end: a restart is no conflict. */
  readonly waitMs: number;
  /** Told once when another process took the lock while this one could not reach the database. Stop collecting. */
  readonly onLost: (error: AlreadyCollecting) => void;
};

const LOCK = 7_346_205; // "one collects at a time", any constant of ours (db/store has the others)
const TRY_EVERY_MS = 500;
const LOOK_EVERY_MS = 5_000;

/** The server notices within 25 s that a holder's machine has died, and lets the next one in. */
const KEEPALIVES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

/**
 * Makes this process the one that collects into a PostgreSQL database, until released.
 *
 * A lock of a session of its own: PostgreSQL frees it when the process or its connection dies, however it dies. Every
 * 5 s we look whether it is still ours. A connection that broke (the server restarted) is opened anew and the lock taken
 * again; what is committed meanwhile is safe, since a slot is committed as absolute totals.
 * Needs a real session: a pooler in transaction mode (PgBouncer) has none, and the look then finds the lock gone.
 * @throws AlreadyCollecting with the holder and the way out; Error that names the place when it cannot be reached
 */
export async function lockCollecting(options: Options): Promise<CollectingLock> {
  const { clock, onLost } = options;
  const ending = new AbortController();
  let session = await takeWithin(options);
  const watching = watch();
  return {
    async release() {
      ending.abort();
      await watching;
      await session.end().catch(() => undefined);
    },
  };

  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, ending.signal).catch(() => undefined);
      if (ending.signal.aborted || (await isHeld(session))) continue;
      try {
        await session.end().catch(() => undefined);
        session = await take(options.url);
      } catch (error) {
        if (error instanceof AlreadyCollecting) return onLost(error);
      } // the database is away: nobody can commit, ask again
    }
  }
}

async function takeWithin(options: Options): Promise<pg.Client> {
  const until = options.clock.monotonicMs() + options.waitMs;
  for (;;) {
    try {
      return await take(options.url);
    } catch (error) {
      if (!(error instanceof AlreadyCollecting) || options.clock.monotonicMs() >= until) throw error;
      await options.clock.sleep(TRY_EVERY_MS);
    }
  }
}

async function take(url: string): Promise<pg.Client> {
  const session = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    keepAlive: true,
    application_name: `dapan collecting, ${hostname().slice(0, 32)} ${process.pid}`,
    options: KEEPALIVES,
  });
  session.on("error", () => undefined); // a broken session is found by the look; unheard, it would end the process
  try {
    await session.connect();
    const { rows } = await session.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [LOCK]);
    if (rows[0]?.mine !== true) throw await inUse(session);
    return session;
  } catch (error) {
    await session.end().catch(() => undefined);
    throw error instanceof AlreadyCollecting ? error : cannotUse(url, error);
  }
}

const HOLDERS = `FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = ${LOCK} AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function isHeld(session: pg.Client): Promise<boolean> {
  try {
    return (await session.query(`SELECT ${HOLDERS} AND pid = pg_backend_pid()`)).rows.length === 1;
  } catch {
    return false;
  }
}

async function inUse(session: pg.Client): Promise<AlreadyCollecting> {
  const { rows } = await session.query<{ who: string | null; at: string | null; since: string }>(
    `SELECT nullif(application_name, '') AS who, host(client_addr) AS at, to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since
     FROM pg_stat_activity WHERE pid IN (SELECT pid ${HOLDERS})`,
  );
  const [holder] = rows;
  const who = holder
    ? `${holder.who ?? "a session"} at ${holder.at ?? "a local socket"}, since ${holder.since} UTC`
    : "another session";
  return new AlreadyCollecting(
    `another process collects into this database (${who}). One process collects into a database at a time: stop that one first, or give this one a database of its own.`,
  );
}
