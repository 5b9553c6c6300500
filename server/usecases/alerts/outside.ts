import type { OutsideAlert } from "../../../collectors/alerts/outside-alert.ts";
import type { Finding, Incident, Labels } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce, Severity } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { RuleSaw } from "../../domain/health/round.ts";

/** The rule under which alerts of other systems live here. It is in force always: their sender judged them. */
export const OUTSIDE_RULE: Rule = {
  id: "outside-alert",
  family: "custom",
  scope: "alert",
  condition: { kind: "any", of: [] },
  forMs: 0,
  keepFiringMs: 0,
  severity: "P3",
  summary: { zh: "{alertname}：{summary}", en: "{alertname}: {summary}" },
  action: "investigate",
  runbook: "",
  source: "the system that sent it",
  where: {},
};
export const OUTSIDE_IN_FORCE: RuleInForce = { rule: OUTSIDE_RULE, version: 0, origin: "built_in", enabled: true };

/** Words of the label `severity` as people write it. Anything else is P3: nobody is paged for a word we do not know. */
const SEVERITY_WORDS: ReadonlyMap<string, Severity> = new Map([
  ["critical", "P1"],
  ["page", "P1"],
  ["p1", "P1"],
  ["error", "P2"],
  ["warning", "P2"],
  ["ticket", "P2"],
  ["p2", "P2"],
]);

/** What a batch of outside alerts says: findings for those that fire, health for those that were resolved. */
export function outsideSaw(
  alerts: readonly OutsideAlert[],
  open: Iterable<Incident>,
  keyOf: (labels: Labels) => string,
  now: UnixMs,
): RuleSaw {
  const firing = alerts.filter(({ status }) => status === "firing");
  const firingKeys = new Set(firing.map((one) => keyOf(labelsOf(one))));
  const over = new Set(
    alerts
      .flatMap((one) => (one.status === "resolved" ? [keyOf(labelsOf(one))] : []))
      .filter((key) => !firingKeys.has(key)),
  );
  for (const one of open) if (isRunOut(one, now) && !firingKeys.has(one.fingerprint)) over.add(one.fingerprint);
  return {
    ruleId: OUTSIDE_RULE.id,
    findings: firing.map(findingOf),
    seen: (labels) => (over.has(keyOf(labels)) ? "clear" : "absent"),
    fault: "",
  };
}

/** Its sender said until when it lasts unless it is said again, and it was not. */
const isRunOut = ({ ruleId, values }: Incident, now: UnixMs): boolean =>
  ruleId === OUTSIDE_RULE.id && typeof values["endsAt"] === "number" && values["endsAt"] <= now;

export const labelsOf = ({ labels }: OutsideAlert): Labels => Object.fromEntries(labels);

function findingOf(one: OutsideAlert): Finding {
  const said = (name: string) => one.labels.get(name) ?? "";
  const summary = one.annotations.get("summary") ?? one.annotations.get("description") ?? "";
  return {
    ruleId: OUTSIDE_RULE.id,
    scope: "alert",
    labels: labelsOf(one),
    severity: SEVERITY_WORDS.get(said("severity").toLowerCase()) ?? "P3",
    since: one.startsAt,
    cardIds: [],
    nodeKey: "",
    cluster: said("cluster"),
    region: said("region"),
    poolId: 0,
    values: {
      alertname: said("alertname"),
      summary,
      url: one.generatorUrl,
      ...(one.endsAt === null ? {} : { endsAt: one.endsAt }),
    },
    evidence: [{ signal: "outside", value: null, threshold: null, at: one.startsAt, text: summary }],
    verdict: null,
  };
}
