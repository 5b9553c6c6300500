import {
  INCIDENT_GROUPINGS,
  INCIDENT_SETS,
  type IncidentFilter,
  type IncidentGrouping,
} from "../../db/model/alert-views.ts";
import { RULE_FAMILIES, SEVERITIES } from "../../db/model/rule.ts";

/** What of the incident list stands in its address. */
export type AlertsUrl = IncidentFilter & { readonly group: IncidentGrouping };

const MOST_SEARCH = 200;
const MOST_NAME = 512;
const MOST_ID = 2_147_483_647;
const MOST_AT = 253_402_300_799_999;

/** Total, like every codec of an address. */
export function decodeAlerts(params: URLSearchParams): AlertsUrl {
  const text = (name: string, most = MOST_NAME): string => (params.get(name) ?? "").slice(0, most);
  const list = (name: string): ReadonlySet<string> => new Set(text(name).split(","));
  const whole = (name: string, least: number, most: number): number | null => {
    const said = text(name);
    return /^\d{1,15}$/.test(said) && Number(said) >= least && Number(said) <= most ? Number(said) : null;
  };
  return {
    set: INCIDENT_SETS.find((known) => known === params.get("set")) ?? "open",
    severities: SEVERITIES.filter((one) => list("severity").has(one)),
    families: RULE_FAMILIES.filter((one) => list("family").has(one)),
    ruleId: text("rule", MOST_SEARCH),
    region: text("region"),
    cluster: text("cluster"),
    poolId: whole("pool", 1, MOST_ID) ?? 0,
    featureId: whole("feature", 1, MOST_ID),
    card: text("card"),
    q: text("q", MOST_SEARCH),
    from: whole("from", 0, MOST_AT),
    to: whole("to", 0, MOST_AT),
    group: INCIDENT_GROUPINGS.find((known) => known === params.get("group")) ?? "none",
  };
}

/** The names are those of `GET /api/incidents.csv`, which does not know `group` and lets it fall. */
export function encodeAlerts(view: AlertsUrl): URLSearchParams {
  const params = new URLSearchParams();
  const say = (name: string, value: string): void => {
    if (value !== "") params.set(name, value);
  };
  say("set", view.set === "open" ? "" : view.set);
  say("severity", view.severities.length === SEVERITIES.length ? "" : view.severities.join(","));
  say("family", view.families.length === RULE_FAMILIES.length ? "" : view.families.join(","));
  say("rule", view.ruleId);
  say("region", view.region);
  say("cluster", view.cluster);
  say("pool", view.poolId === 0 ? "" : String(view.poolId));
  say("feature", String(view.featureId ?? ""));
  say("card", view.card);
  say("q", view.q);
  say("from", String(view.from ?? ""));
  say("to", String(view.to ?? ""));
  say("group", view.group === "none" ? "" : view.group);
  return params;
}

/** What the server is asked for. */
export function filterOf({ group: _group, ...filter }: AlertsUrl): IncidentFilter {
  return filter;
}

export const DEFAULT_ALERTS: AlertsUrl = decodeAlerts(new URLSearchParams());
