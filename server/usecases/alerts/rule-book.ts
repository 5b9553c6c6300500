import type { Database } from "../../../db/database.ts";
import type { RuleDraft } from "../../../db/model/alert-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Rule, RuleInForce } from "../../../db/model/rule.ts";
import { dropRuleEdit, putRuleEdit, type RuleEdit, readRuleEdits } from "../../../db/store/rules.ts";
import { ServiceError } from "../../errors.ts";

/** What users' own rules are called by, so that a later built-in rule never takes a name of theirs. */
const USER_PREFIX = "u-";

export type RuleBook = {
  /** Built-in rules in their order, as they stand, then users' by id. */
  inForce(): readonly RuleInForce[];
  get(ruleId: string): RuleInForce | null;
  /** Saves a version. @throws ServiceError naming the part at fault */
  save(draft: RuleDraft, who: string): Promise<void>;
  /** A tuned rule is as built in again, a user's rule is gone. @throws ServiceError when there is nothing to drop */
  drop(ruleId: string, who: string, why: string): Promise<void>;
  /** Calls back after each change. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

export type RuleBookParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly builtIn: readonly Rule[];
  /** Why a rule cannot be evaluated, with the way out; null = it can. */
  readonly faultOf: (rule: Rule) => string | null;
};

/** The rules in force: those built in, and what people made of them. */
export async function openRuleBook({ db, clock, builtIn, faultOf }: RuleBookParts): Promise<RuleBook> {
  const listeners = new Set<() => void>();
  const builtInIds = new Set(builtIn.map(({ id }) => id));
  let current = rulesInForce(builtIn, await readRuleEdits(db));
  const reread = async () => {
    current = rulesInForce(builtIn, await readRuleEdits(db));
    for (const tell of listeners) tell();
  };
  return {
    inForce: () => current,
    get: (ruleId) => current.find(({ rule }) => rule.id === ruleId) ?? null,
    async save({ rule, enabled, why }, who) {
      const isBuiltIn = builtInIds.has(rule.id);
      if (!isBuiltIn && !rule.id.startsWith(USER_PREFIX))
        throw new ServiceError(
          "invalid",
          `rule "${rule.id}": id: a rule of your own has one that begins with "${USER_PREFIX}"`,
        );
      const fault = faultOf(rule);
      if (fault !== null) throw new ServiceError("invalid", `rule "${rule.id}": ${fault}`);
      const edit = { rule, enabled, why, who, origin: isBuiltIn ? "tuned" : "user", at: clock.now() } as const;
      await db.transaction((tx) => putRuleEdit(tx, edit));
      await reread();
    },
    async drop(ruleId, who, why) {
      const by = { who, why, at: clock.now() };
      const was = await db.transaction((tx) => dropRuleEdit(tx, ruleId, by));
      if (!was) throw new ServiceError("not_found", `rule "${ruleId}" is as built in, or there is none of that name`);
      await reread();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}

/** An edit of a rule that is built in no more stays in the tables and is not in force. */
export function rulesInForce(builtIn: readonly Rule[], edits: readonly RuleEdit[]): readonly RuleInForce[] {
  const edited = new Map(edits.map((edit) => [edit.rule.id, edit]));
  const standing = builtIn.map((rule): RuleInForce => {
    const edit = edited.get(rule.id);
    return edit
      ? { rule: edit.rule, version: edit.version, origin: "tuned", enabled: edit.enabled }
      : { rule, version: 0, origin: "built_in", enabled: true };
  });
  const own = edits
    .filter(({ origin }) => origin === "user")
    .map(({ rule, version, enabled }): RuleInForce => ({ rule, version, origin: "user", enabled }));
  return [...standing, ...own];
}
