import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import { periodBefore } from "../../domain/patrol/periods.ts";
import { runItems } from "../../domain/patrol/run-checks.ts";
import { certify } from "./coverage.ts";
import { readChecklist } from "./own-items.ts";
import { patrolFacts } from "./patrol-facts.ts";
import type { ReportAsks } from "./report-facts.ts";
import type { ReportParts } from "./report-sources.ts";

/**
 * What a report asks of coverage and checks, of any period and scope. A period is asked for by itself and as the one before
 * another, and looked at once: ask for new ones for each report.
 */
export function reportAsks(parts: ReportParts): ReportAsks {
  const certificates = remembered((period, scope) =>
    certify(parts.db, { from: period.from, to: period.to, scope, zone: period.zone }),
  );
  const factsOf = remembered((period, scope) => patrolFacts({ ...parts, certify: certificates }, period, scope));
  return {
    certify: certificates,
    async checks(period, scope) {
      const facts = await factsOf(period, scope);
      if (facts.cards.length === 0) return []; // nothing was ours: there is nothing to find, and nothing to praise
      const before = await factsOf(periodBefore(period), scope);
      const checks = (await readChecklist(parts.db)).map(({ check }) => check);
      return runItems(facts, before.cards.length === 0 ? null : before, checks);
    },
  };
}

type Ask<T> = (period: ReportPeriod, scope: ReportScope) => Promise<T>;

function remembered<T>(ask: Ask<T>): Ask<T> {
  const known = new Map<string, Promise<T>>();
  return (period, scope) => {
    const key = JSON.stringify([period.kind, period.name, period.zone, scope]);
    const answer = known.get(key) ?? ask(period, scope);
    known.set(key, answer);
    return answer;
  };
}
