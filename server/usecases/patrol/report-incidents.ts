import type { Database } from "../../../db/database.ts";
import { microText } from "../../../db/model/money.ts";
import type { Rule } from "../../../db/model/rule.ts";
import type { Window } from "../../../db/model/time.ts";
import { readIncidentsLived } from "../../../db/store/report-facts.ts";
import { readRuleEdits } from "../../../db/store/rules.ts";
import type { IncidentFact } from "../../../reports/report-facts.ts";
import { fill } from "../../domain/alerts/fill.ts";
import { SYSTEM_RULES } from "../../domain/alerts/system-rules.ts";
import { BUILT_IN_RULES } from "../../domain/health/built-in.ts";
import { rulesInForce } from "../alerts/rule-book.ts";

/** The rules incidents name, as they are in force. */
export async function reportRules(db: Database): Promise<ReadonlyMap<string, Rule>> {
  const inForce = [...SYSTEM_RULES, ...rulesInForce(BUILT_IN_RULES, await readRuleEdits(db))];
  return new Map(inForce.map(({ rule }) => [rule.id, rule]));
}

/**
 * Incidents that were open in a window.
 * @param isInScope by pool id; 0 = of no pool: a cluster's, a source's
 */
export async function periodIncidents(
  db: Database,
  window: Window,
  rules: ReadonlyMap<string, Rule>,
  isInScope: (poolId: number) => boolean,
): Promise<IncidentFact[]> {
  const lived = await readIncidentsLived(db, window);
  return lived
    .filter(({ poolId }) => isInScope(poolId))
    .map((one): IncidentFact => ({
      id: one.id,
      ruleId: one.ruleId,
      severity: one.severity,
      what: fill(rules.get(one.ruleId)?.summary ?? { zh: one.ruleId, en: one.ruleId }, one.values),
      node: one.nodeKey.slice(one.nodeKey.lastIndexOf("/") + 1),
      cards: one.cards,
      firedAt: one.firedAt,
      ackedAt: one.ackedAt,
      resolvedAt: one.resolvedAt,
      costPerHourMicro: one.costPerHourMicro === null ? null : microText(BigInt(one.costPerHourMicro)),
      isHistoric: one.isHistoric,
    }));
}
