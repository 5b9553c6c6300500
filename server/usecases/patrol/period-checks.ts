import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import type { PatrolFacts } from "../../domain/patrol/patrol-facts.ts";
import { periodBefore } from "../../domain/patrol/periods.ts";
import { runItems } from "../../domain/patrol/run-checks.ts";
import { readChecklist } from "./own-items.ts";
import { certify } from "./coverage.ts";
import { patrolFacts } from "./patrol-facts.ts";
import type { CheckFact, ReportAsks } from "./report-facts.ts";
import type { ReportParts } from "./report-sources.ts";

/**
 * What a report asks of coverage and checks, of any period and scope. Facts and certificates are remembered while one
 * report is made: a period is asked for by itself and as the one before another. Ask for new ones for each report.
 */
export function reportAsks(parts: ReportParts): ReportAsks {
  const certificates = remembered((period: ReportPeriod, scope: ReportScope) =>
    certify(parts.db, { from: period.from, to: period.to, scope, zone: period.zone }),
  );
  const factsOf = remembered((period: ReportPeriod, scope: ReportScope): Promise<PatrolFacts> =>
    patrolFacts({ ...parts, certify: certificates }, period, scope),
  );
  return {
    certify: certificates,
    async checks(period, scope): Promise<readonly CheckFact[]> {
      const [facts, before] = [await factsOf(period, scope), await factsOf(periodBefore(period), scope)];
      const checks = (await readChecklist(parts.db)).map(({ check }) => check);
      return runItems(facts, before.cards.length === 0 ? null : before, checks);
    },
  };
}

function remembered<T>(
  ask: (period: ReportPeriod, scope: ReportScope) => Promise<T>,
): (period: ReportPeriod, scope: ReportScope) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (period, scope) => {
    const key = JSON.stringify([period.kind, period.name, period.zone, scope]);
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = ask(period, scope)));
    return answer;
  };
}
