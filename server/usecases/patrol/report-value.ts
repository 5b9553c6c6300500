import { makeValue } from "../../../reports/make-value.ts";
import type { ReportValue } from "../../../reports/report-value.ts";
import { reportAsks } from "./report-asks.ts";
import { reportFacts, type ReportQuestion } from "./report-facts.ts";
import { reportCosts, type ReportParts } from "./report-sources.ts";

/**
 * The report of a period and scope, from the tables alone: what a run keeps and documentOf writes. The same stored facts
 * give the same value. A scope without cards is a report that says so.
 * @throws ServiceError invalid for a period the ledger cannot be asked for
 */
export async function reportValue(parts: ReportParts, question: ReportQuestion): Promise<ReportValue> {
  const shared = { ...parts, costs: await reportCosts(parts) };
  return makeValue(await reportFacts(shared, reportAsks(shared), question));
}
