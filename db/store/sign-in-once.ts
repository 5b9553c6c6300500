import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

/**
 * Uses up what a sign-in came back with, by its hash: of two at once one gets it. Until `expiresAt` it is known as used;
 * after that it is over by itself.
 */
export async function takeOnce(
  db: Pick<Executor, "query">,
  hash: string,
  expiresAt: UnixMs,
  now: UnixMs,
): Promise<boolean> {
  const at = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;
  await db.query(`DELETE FROM person_verification WHERE expires_at <= ${at("$1")}`, [now]);
  const taken = await db.query(
    `INSERT INTO person_verification (id, identifier, value, expires_at, created_at, updated_at)
     VALUES ($1, 'state', '', ${at("$2")}, ${at("$3")}, ${at("$3")}) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [hash, expiresAt, now],
  );
  return taken.length === 1;
}
