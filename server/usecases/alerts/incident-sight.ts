import type { IncidentPage } from "../../../db/model/alert-views.ts";
import type { Feature } from "../../../db/model/feature.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";
import type { Sight } from "../../domain/access/sight.ts";
import { featuresSeen } from "../../domain/access/team-scope.ts";

/** Labels and figures that speak of the fleet and of nobody's work. */
const OF_THE_FLEET: ReadonlySet<string> = new Set([
  "card",
  "node",
  "cluster",
  "region",
  "zone",
  "vendor",
  "model",
  "billing",
  "pool",
  "source",
  "xid",
  "code",
  "action",
  "value",
  "threshold",
  "percent",
  "count",
  "cards",
  "level",
]);

/**
 * An incident as somebody sees it; null = it is none of theirs. People with teams see those that touch their features.
 * Where others are hit too, what names the others is cut out: names of pods, sentences of people, and the money of all.
 */
export function incidentAsSeen(
  one: StoredIncident,
  features: readonly Feature[],
  sight: Pick<Sight, "teams">,
): StoredIncident | null {
  if (sight.teams === null) return one;
  const own = featuresSeen(features, sight);
  const featureIds = one.featureIds.filter((id) => own.has(id));
  if (featureIds.length === 0) return null;
  if (featureIds.length === one.featureIds.length) return { ...one, holders: [] }; // pods no rule takes may be anybody's
  return {
    ...one,
    featureIds,
    holders: [],
    labels: ofTheFleet(one.labels),
    values: ofTheFleet(one.values),
    evidence: one.evidence.map((part) => ({ ...part, text: "" })),
    costPerHourMicro: null,
    assignee: "",
  };
}

const ofTheFleet = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => OF_THE_FLEET.has(name)));

/** The page of an incident as somebody with teams sees it. @param isShared others are hit too */
export function pageAsSeen(page: IncidentPage, { teams }: Pick<Sight, "teams">, isShared: boolean): IncidentPage {
  if (teams === null) return page;
  const { rule, timeline, events } = page;
  return {
    ...page,
    rule: rule === null ? null : { ...rule, rule: { ...rule.rule, where: {} } }, // whom else it is for
    deliveries: [],
    suppressor: page.suppressor === null ? null : { ...page.suppressor, text: "" },
    ...(isShared && {
      timeline: timeline
        .filter(({ kind }) => kind !== "note")
        .map((one) => ({ ...one, who: "", detail: "", body: null })),
      events: events.map((one) => ({ ...one, detail: "" })),
      costSoFarMicro: null,
    }),
  };
}
