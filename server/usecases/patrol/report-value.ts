import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import { makeValue } from "../../../reports/make-value.ts";
import type { ReportValue } from "../../../reports/report-value.ts";
import type { PatrolFacts } from "../../domain/patrol/patrol-facts.ts";
import { periodBefore } from "../../domain/patrol/periods.ts";
import { runItems } from "../../domain/patrol/run-checks.ts";
import { certify } from "./coverage.ts";
import { patrolFacts } from "./patrol-facts.ts";
import { type ReportAsks, reportFacts, type ReportQuestion } from "./report-facts.ts";
import type { ReportParts } from "./report-sources.ts";

/**
 * The report of a period and scope, from the tables alone: what a run keeps and documentOf writes. The same stored facts
 * give the same value. A scope without cards is a report that says so.
 * @throws ServiceError invalid for a period the ledger cannot be asked for
 */
export async function reportValue(parts: ReportParts, question: ReportQuestion): Promise<ReportValue> {
  return makeValue(await reportFacts(parts, reportAsks(parts, question.period), question));
}

/** Each period is looked at once, though the checks and the certificate both want to know what was seen of it. */
function reportAsks(parts: ReportParts, period: ReportPeriod): ReportAsks {
  const { db } = parts;
  const certificates = new Map<string, Promise<CoverageCertificate>>();
  const certifyOnce: ReportAsks["certify"] = ({ name, from, to, zone }, scope) =>
    once(certificates, name, () => certify(db, { from, to, scope, zone }));
  const looks = new Map<string, Promise<PatrolFacts>>();
  const look = (of: ReportPeriod, scope: ReportScope): Promise<PatrolFacts> =>
    once(looks, of.name, () => patrolFacts({ ...parts, certify: certifyOnce }, of, scope));
  return {
    certify: certifyOnce,
    async checks(of, scope) {
      const before = of.name === period.name ? await look(periodBefore(of), scope) : null;
      const facts = await look(of, scope);
      return facts.cards.length === 0 ? [] : runItems(facts, before);
    },
  };
}

function once<T>(known: Map<string, Promise<T>>, name: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(name) ?? ask();
  known.set(name, answer);
  return answer;
}
