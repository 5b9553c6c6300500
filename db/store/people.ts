import { randomUUID } from "node:crypto";
import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

type Query = Pick<Executor, "query">;

export type PersonRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[] | null;
  readonly isDisabled: boolean;
};
/** A session with whose it is, as of now. Instants are unix ms. */
export type SessionRow = PersonRow & { readonly sessionId: string; readonly seenAt: number };

const PERSON = `p.id, p.name, p.email, p.roles, p.teams, p.is_disabled AS "isDisabled"`;
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const at = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

export async function readPerson(db: Query, id: string): Promise<PersonRow | null> {
  return (await db.query<PersonRow>(`SELECT ${PERSON} FROM person p WHERE p.id = $1`, [id]))[0] ?? null;
}

export async function readPersonByEmail(db: Query, email: string): Promise<PersonRow | null> {
  return (await db.query<PersonRow>(`SELECT ${PERSON} FROM person p WHERE p.email = $1`, [email]))[0] ?? null;
}

/** How somebody signs in: "credential" (a password), "proxy", or an issuer. */
export async function readWays(db: Query, id: string): Promise<readonly string[]> {
  const sql = `SELECT provider_id AS way FROM person_account WHERE user_id = $1 ORDER BY 1`;
  return (await db.query<{ readonly way: string }>(sql, [id])).map(({ way }) => way);
}

/** By name, with the ways they sign in and when they were last seen. */
export async function readPeople(db: Query) {
  return await db.query<
    PersonRow & { readonly ways: readonly string[]; readonly createdAt: number; readonly lastSeenAt: number | null }
  >(
    `SELECT ${PERSON}, ${ms("p.created_at")} AS "createdAt",
      ARRAY(SELECT a.provider_id FROM person_account a WHERE a.user_id = p.id ORDER BY 1) AS ways,
      (SELECT ${ms("max(s.updated_at)")} FROM person_session s WHERE s.user_id = p.id) AS "lastSeenAt"
     FROM person p ORDER BY p.name, p.id`,
  );
}

export async function addPerson(
  db: Query,
  { id, name, email, roles, teams }: Omit<PersonRow, "isDisabled">,
  now: UnixMs,
): Promise<void> {
  await db.query(
    `INSERT INTO person (id, name, email, roles, teams, created_at, updated_at)
     VALUES ($1, $2, $3, $4::text[], $5::text[], ${at("$6")}, ${at("$6")})`,
    [id, name, email, roles, teams, now],
  );
}

export async function setPerson(
  db: Query,
  { id, roles, teams, isDisabled }: Pick<PersonRow, "id" | "roles" | "teams" | "isDisabled">,
  now: UnixMs,
): Promise<void> {
  await db.query(
    `UPDATE person SET roles = $2::text[], teams = $3::text[], is_disabled = $4, updated_at = ${at("$5")} WHERE id = $1`,
    [id, roles, teams, isDisabled, now],
  );
}

const IS_ADMIN = `'admin' = ANY(roles) AND teams IS NULL AND NOT is_disabled
  AND EXISTS (SELECT 1 FROM person_account a WHERE a.user_id = p.id)`;

/** Administrators of the whole fleet who are not disabled and can come in; the rows are held until the transaction ends. */
export async function holdAdmins(db: Query): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>(
    `SELECT id FROM person p WHERE ${IS_ADMIN} ORDER BY id FOR UPDATE`,
  );
  return rows.map(({ id }) => id);
}

/** Whether anybody can come in who may let in others. */
export async function hasAdmin(db: Query): Promise<boolean> {
  const rows = await db.query(`SELECT 1 FROM person p WHERE ${IS_ADMIN} LIMIT 1`);
  return rows.length > 0;
}

const PASSWORD = "credential";

export async function readPasswordHash(db: Query, personId: string): Promise<string | null> {
  const [row] = await db.query<{ readonly password: string | null }>(
    `SELECT password FROM person_account WHERE user_id = $1 AND provider_id = '${PASSWORD}'`,
    [personId],
  );
  return row?.password ?? null;
}

/** In place of the password there was, if there was one. */
export async function putPasswordHash(db: Query, personId: string, hash: string, now: UnixMs): Promise<void> {
  await db.query(
    `INSERT INTO person_account (id, user_id, provider_id, account_id, password, created_at, updated_at)
     VALUES ($1, $1, '${PASSWORD}', $1, $2, ${at("$3")}, ${at("$3")})
     ON CONFLICT (provider_id, account_id) DO UPDATE SET password = excluded.password, updated_at = excluded.updated_at`,
    [personId, hash, now],
  );
}

/** Whose this identity is; null = nobody's. `provider` and `subject` together are it: no e-mail counts. */
export async function readPersonByAccount(db: Query, provider: string, subject: string): Promise<PersonRow | null> {
  const sql = `SELECT ${PERSON} FROM person_account a JOIN person p ON p.id = a.user_id
    WHERE a.provider_id = $1 AND a.account_id = $2`;
  return (await db.query<PersonRow>(sql, [provider, subject]))[0] ?? null;
}

/** Until the transaction ends nobody else gets an identity: what was looked up stays so. */
export async function holdAccounts(db: Query): Promise<void> {
  await db.query(`LOCK TABLE person_account IN SHARE ROW EXCLUSIVE MODE`);
}

export async function addAccount(
  db: Query,
  { personId, provider, subject }: { readonly personId: string; readonly provider: string; readonly subject: string },
  now: UnixMs,
): Promise<void> {
  await db.query(
    `INSERT INTO person_account (id, user_id, provider_id, account_id, created_at, updated_at)
     VALUES ($1, $2, $3, $4, ${at("$5")}, ${at("$5")})`,
    [randomUUID(), personId, provider, subject, now],
  );
}

export type NewSession = {
  readonly id: string;
  readonly tokenHash: string;
  readonly personId: string;
  readonly address: string;
  readonly agent: string;
  readonly endsAt: number;
};

export async function addSession(db: Query, session: NewSession, now: UnixMs): Promise<void> {
  const { id, tokenHash, personId, address, agent, endsAt } = session;
  await db.query(`DELETE FROM person_session WHERE expires_at <= ${at("$1")}`, [now]);
  await db.query(
    `INSERT INTO person_session (id, token, user_id, ip_address, user_agent, expires_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, ${at("$6")}, ${at("$7")}, ${at("$7")})`,
    [id, tokenHash, personId, address, agent, endsAt, now],
  );
}

/** The session that stands under this hash, used since `idleSince` and not over; null = there is none. */
export async function readSession(
  db: Query,
  tokenHash: string,
  now: UnixMs,
  idleSince: number,
): Promise<SessionRow | null> {
  const [row] = await db.query<SessionRow>(
    `SELECT ${PERSON}, s.id AS "sessionId", ${ms("s.updated_at")} AS "seenAt"
     FROM person_session s JOIN person p ON p.id = s.user_id
     WHERE s.token = $1 AND s.expires_at > ${at("$2")} AND s.updated_at > ${at("$3")} AND NOT p.is_disabled`,
    [tokenHash, now, idleSince],
  );
  return row ?? null;
}

export async function touchSession(db: Query, id: string, now: UnixMs): Promise<void> {
  await db.query(`UPDATE person_session SET updated_at = ${at("$2")} WHERE id = $1`, [id, now]);
}

/** Somebody's, the newest first. */
export async function readSessions(db: Query, personId: string, now: UnixMs, idleSince: number) {
  return await db.query<{
    readonly id: string;
    readonly address: string;
    readonly agent: string;
    readonly startedAt: number;
    readonly seenAt: number;
    readonly endsAt: number;
  }>(
    `SELECT id, coalesce(ip_address, '') AS address, coalesce(user_agent, '') AS agent, ${ms("created_at")} AS "startedAt",
       ${ms("updated_at")} AS "seenAt", ${ms("expires_at")} AS "endsAt"
     FROM person_session WHERE user_id = $1 AND expires_at > ${at("$2")} AND updated_at > ${at("$3")}
     ORDER BY created_at DESC, id`,
    [personId, now, idleSince],
  );
}

export async function endSession(db: Query, personId: string, id: string): Promise<void> {
  await db.query(`DELETE FROM person_session WHERE user_id = $1 AND id = $2`, [personId, id]);
}

/** All of somebody's but one; null = all. */
export async function endSessions(db: Query, personId: string, but: string | null): Promise<void> {
  await db.query(`DELETE FROM person_session WHERE user_id = $1 AND id IS DISTINCT FROM $2`, [personId, but]);
}
