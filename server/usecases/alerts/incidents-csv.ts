import type { IncidentFilter } from "../../../db/model/alert-views.ts";
import { decimalMoney, microOf } from "../../../db/model/money.ts";
import { BOM, csvLine } from "../../../db/model/csv.ts";
import type { Sight } from "../../domain/access/sight.ts";
import type { AlertsPort } from "./alerts-port.ts";

const HEAD = [
  "incident",
  "severity",
  "phase",
  "rule",
  "summary_en",
  "summary_zh",
  "scope",
  "labels",
  "region",
  "cluster",
  "node",
  "pool_id",
  "cards",
  "cost_per_hour",
  "unpriced_cards",
  "features",
  "holders",
  "since",
  "fired_at",
  "resolved_at",
  "because",
  "suppressed_by",
  "acknowledged_by",
  "assignee",
];

/** The incidents behind a filter, one line each; instants in UTC, money in the configured currency. Unknown is empty. */
export async function* incidentsCsv(
  alerts: Pick<AlertsPort, "export">,
  filter: IncidentFilter,
  sight: Sight,
): AsyncGenerator<string> {
  yield BOM + csvLine(HEAD);
  for await (const rows of alerts.export(filter, sight)) {
    yield rows
      .map((row) =>
        csvLine([
          row.id,
          row.severity,
          row.phase,
          row.ruleId,
          row.summary.en,
          row.summary.zh,
          row.scope,
          Object.entries(row.labels)
            .map(([name, value]) => `${name}=${value}`)
            .join(" "),
          row.region,
          row.cluster,
          row.node,
          row.poolId === 0 ? null : row.poolId,
          row.cards,
          row.costPerHourMicro === null ? null : decimalMoney(microOf(row.costPerHourMicro)),
          row.unpricedCards,
          row.features.map(({ name }) => name).join(" "),
          row.holders.join(" "),
          isoOf(row.since),
          isoOf(row.firedAt),
          isoOf(row.resolvedAt),
          row.because,
          row.suppressedBy,
          row.ackedBy,
          row.assignee,
        ]),
      )
      .join("");
  }
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
