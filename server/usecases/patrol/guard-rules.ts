import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import { readGuards, type StoredGuard } from "../../../db/store/guard.ts";
import { stricterRules } from "../../domain/patrol/guard.ts";

/** What windows do to the rules while they are on. */
export type GuardRules = {
  /** The rules as the windows want them now. */
  stricter(rules: readonly RuleInForce[]): readonly RuleInForce[];
  /** Windows were changed: takes them up. */
  reread(): Promise<void>;
};

/** Newest windows that are looked at: those on or ahead are among them. */
const MOST_WINDOWS = 200;

/** Windows are kept in memory: rules are judged every 15 s, and must not wait for the tables. */
export async function openGuardRules(db: Database, clock: Clock): Promise<GuardRules> {
  let windows: readonly StoredGuard[] = await readGuards(db, MOST_WINDOWS);
  return {
    stricter: (rules) => stricterRules(rules, windows, clock.now()),
    async reread() {
      windows = await readGuards(db, MOST_WINDOWS);
    },
  };
}
