import type { Database } from "../../../db/database.ts";
import type { RulesPage } from "../../../db/model/alert-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Signal } from "../../../db/model/health.ts";
import type { Rule } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { readRuleCounts } from "../../../db/store/incidents.ts";
import type { AlertsPort } from "./alerts-port.ts";
import type { Engine } from "./engine-port.ts";
import type { RuleBook } from "./rule-book.ts";

export type RulesDesk = Pick<AlertsPort, "rules" | "saveRule" | "dropRule">;

export type RulesDeskParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly engine: Pick<Engine, "open" | "faultOf" | "wasSaid" | "changed">;
  readonly book: RuleBook;
  /** What a rule reads of cards; [] = nothing of cards. */
  readonly signalsOf: (rule: Rule) => readonly Signal[];
};

const WEEK_MS = 7 * DAY_MS;

/** The rules as they stand, with what each has been doing. */
export function openRulesDesk({ db, clock, engine, book, signalsOf }: RulesDeskParts): RulesDesk {
  return {
    async rules(): Promise<RulesPage> {
      const now = clock.now();
      const counts = new Map((await readRuleCounts(db, now - WEEK_MS)).map((row) => [row.ruleId, row]));
      const open = new Map<string, number>();
      for (const { ruleId, phase } of engine.open())
        if (phase === "firing") open.set(ruleId, (open.get(ruleId) ?? 0) + 1);
      const rows = book.inForce().map((one) => {
        const { id } = one.rule;
        const reads = signalsOf(one.rule);
        const needs = reads.filter((signal) => !engine.wasSaid(signal));
        return {
          ...one,
          open: open.get(id) ?? 0,
          fired7d: counts.get(id)?.fired ?? 0,
          lastFiredAt: counts.get(id)?.lastFiredAt ?? null,
          fault: engine.faultOf(id),
          needs,
          isSaid: reads.length === 0 || needs.length < reads.length,
        };
      });
      return { asOf: now, rows };
    },
    async saveRule(draft, who) {
      await book.save(draft, who);
      engine.changed();
    },
    async dropRule(ruleId, who, why) {
      await book.drop(ruleId, who, why);
      engine.changed();
    },
  };
}
