import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

type Query = Executor["query"];
type PersonStanding = {
  readonly roles: readonly string[];
  readonly teams: readonly string[] | null;
  readonly isDisabled: boolean;
};
type TokenStanding = {
  readonly permissions: readonly string[];
  readonly teams: readonly string[] | null;
  readonly personId: string;
  readonly isOver: boolean;
};

/** What a person may, held so until the transaction ends; null = no such person. */
export async function holdPerson(query: Query, id: string): Promise<PersonStanding | null> {
  const sql = `SELECT roles, teams, is_disabled AS "isDisabled" FROM person WHERE id = $1 FOR SHARE`;
  return (await query<PersonStanding>(sql, [id]))[0] ?? null;
}

/** What a token may as of now, held so until the transaction ends; null = no such token. */
export async function holdToken(query: Query, id: number, now: UnixMs): Promise<TokenStanding | null> {
  const sql = `SELECT permissions, teams, person_id AS "personId", 
      revoked_at_ms IS NOT NULL OR expires_at_ms <= $2 AS "isOver"
    FROM api_token WHERE id = $1 FOR SHARE`;
  return (await query<TokenStanding>(sql, [id, now]))[0] ?? null;
}
