import type { Database } from "../database.ts";
import { HOUR_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";

/** Tries of the last hour that led nowhere, or are under way: of an account, and how many of an address. */
export type Tries = { readonly ofAccount: readonly number[]; readonly ofAddress: readonly number[] };
type Who = { readonly account: string; readonly address: string };

/**
 * Counts a try before it is judged, so that many at once are counted too, unless `waitMs` says to wait. Where the address
 * has a session of `personId`, strangers elsewhere do not keep its person out: only its own tries count.
 * @returns what is to be waited for; 0 = the try was counted and may be judged
 */
export async function countTry(
  db: Pick<Database, "transaction">,
  { account, address }: Who,
  personId: string | null,
  now: UnixMs,
  waitMs: (tries: Tries) => number,
): Promise<number> {
  return await db.transaction(async (tx) => {
    await tx.query(`LOCK TABLE sign_in_try IN EXCLUSIVE MODE`);
    await tx.query(`DELETE FROM sign_in_try WHERE at_ms <= $1`, [now - HOUR_MS]);
    const known = await tx.query(`SELECT 1 FROM person_session WHERE user_id = $1 AND ip_address = $2 LIMIT 1`, [
      personId,
      address,
    ]);
    const rows = await tx.query<Who & { readonly atMs: number }>(
      `SELECT account, address, at_ms AS "atMs" FROM sign_in_try WHERE account = $1 OR address = $2 ORDER BY at_ms, id`,
      [account, address],
    );
    const times = (is: (row: Who) => boolean): number[] => rows.filter(is).map(({ atMs }) => atMs);
    const wait = waitMs({
      ofAccount: times((row) => row.account === account && (known.length === 0 || row.address === address)),
      ofAddress: times((row) => row.address === address),
    });
    if (wait === 0)
      await tx.query(`INSERT INTO sign_in_try (account, address, at_ms) VALUES ($1, $2, $3)`, [account, address, now]);
    return wait;
  });
}

/** After a right password: this account's tries from this address are forgotten, those of strangers are not. */
export async function forgetTries(db: Pick<Database, "query">, { account, address }: Who): Promise<void> {
  await db.query(`DELETE FROM sign_in_try WHERE account = $1 AND address = $2`, [account, address]);
}
