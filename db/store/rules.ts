import type { Executor, Tx } from "../database.ts";
import type { Rule } from "../model/rule.ts";
import type { UnixMs } from "../model/units.ts";

/** A version of a rule that a person changed or wrote. */
export type RuleEdit = {
  readonly rule: Rule;
  readonly version: number;
  readonly origin: "tuned" | "user";
  readonly enabled: boolean;
  readonly from: number;
  readonly who: string;
  readonly why: string;
};

const COLUMNS = `rule, version, origin, enabled, from_ms AS "from", who, why`;

/** Those in force. */
export async function readRuleEdits(db: Executor): Promise<RuleEdit[]> {
  return await db.query<RuleEdit>(`SELECT ${COLUMNS} FROM rule_edit WHERE to_ms IS NULL ORDER BY rule_id`);
}

/** Every version of one rule, newest first. */
export async function readRuleHistory(db: Executor, ruleId: string): Promise<(RuleEdit & { to: number | null })[]> {
  return await db.query(`SELECT ${COLUMNS}, to_ms AS "to" FROM rule_edit WHERE rule_id = $1 ORDER BY version DESC`, [
    ruleId,
  ]);
}

/** Every version of every rule, each rule's in order. */
export async function readRuleVersions(db: Executor): Promise<(RuleEdit & { to: number | null })[]> {
  return await db.query(`SELECT ${COLUMNS}, to_ms AS "to" FROM rule_edit ORDER BY rule_id, version`);
}

/** Puts a version in force, after the one before. @returns its number */
export async function putRuleEdit(
  tx: Tx,
  edit: Omit<RuleEdit, "version" | "from"> & { readonly at: UnixMs },
): Promise<number> {
  await endRuleEdit(tx, edit.rule.id, edit.at);
  const [row] = await tx.query<{ version: number }>(
    `INSERT INTO rule_edit (rule_id, version, origin, enabled, rule, from_ms, who, why)
     SELECT $1, 1 + coalesce(max(version), 0), $2, $3, $4::jsonb, $5, $6, $7 FROM rule_edit WHERE rule_id = $1
     RETURNING version`,
    [edit.rule.id, edit.origin, edit.enabled, JSON.stringify(edit.rule), edit.at, edit.who, edit.why],
  );
  return row!.version;
}

/**
 * Ends the version in force: a built-in rule is as built in again. Who and why are kept as a version that never was in
 * force. false = there was none.
 */
export async function dropRuleEdit(
  tx: Tx,
  ruleId: string,
  by: { readonly who: string; readonly why: string; readonly at: UnixMs },
): Promise<boolean> {
  if (!(await endRuleEdit(tx, ruleId, by.at))) return false;
  await tx.query(
    `INSERT INTO rule_edit (rule_id, version, origin, enabled, rule, from_ms, to_ms, who, why)
     SELECT rule_id, version + 1, origin, false, rule, $2, $2, $3, $4 FROM rule_edit
     WHERE rule_id = $1 ORDER BY version DESC LIMIT 1`,
    [ruleId, by.at, by.who, by.why],
  );
  return true;
}

async function endRuleEdit(tx: Tx, ruleId: string, at: UnixMs): Promise<boolean> {
  const ended = await tx.query(
    `UPDATE rule_edit SET to_ms = greatest($2, from_ms) WHERE rule_id = $1 AND to_ms IS NULL RETURNING id`,
    [ruleId, at],
  );
  return ended.length > 0;
}
