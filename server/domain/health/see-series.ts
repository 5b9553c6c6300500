import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { Rule } from "../../../db/model/rule.ts";
import { aFinding, cannot, isWithin, placeValues, saw, spoken } from "./finding.ts";
import { figure, remembered, rowsByUuid, type Values } from "./observed.ts";
import type { Round, RoundNode, RuleSaw } from "./round.ts";
import { rounded } from "./shown.ts";

/** Labels by which exporters name the host they stand on, the surest first. */
const NODE_LABELS = ["node", "Hostname", "nodename", "hostname", "host", "kubernetes_node", "instance"] as const;

/**
 * A rule asked of a Prometheus: every series of the answer is something it found. A series that is not in the answer is
 * well only as far as its node is there at all: an exporter that died answers nothing, and that is no health.
 */
export function seeSeries(rule: Rule, expr: string, round: Round): RuleSaw {
  const answer = round.answers.get(rule.id);
  if (answer === undefined) return saw(rule, [], () => "absent"); // nobody was asked
  if (answer.kind === "fault") return cannot(rule, answer.text);
  const findings = answer.series.flatMap(({ labels, value }): Finding[] => {
    const one = finding(rule, expr, round, identityOf(labels), value);
    return isWithin(rule.where, one.values) ? [one] : [];
  });
  return saw(rule, findings, (labels) => {
    const subject = subjectOf(round, labels);
    if (subject.node === undefined) return "clear";
    return subject.node.rows.length === 0 || subject.node.rows.some((row) => round.cards.gap[row] === "none")
      ? "clear"
      : "absent";
  });
}

/** The name of a metric is no part of what a series is about. */
const identityOf = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => name !== "__name__"));

function finding(rule: Rule, expr: string, round: Round, labels: Labels, value: number): Finding {
  const { cards, at } = round;
  const { node, row } = subjectOf(round, labels);
  const rows = row !== undefined ? [row] : node === undefined ? [] : [...node.rows];
  const place: Values = {
    ...spoken(labels),
    ...(node === undefined ? {} : placeOf(node)),
    ...placeValues(round, rows),
  };
  return aFinding(rule, at, {
    labels,
    cardIds: rows.map((one) => cards.id[one]!),
    nodeKey: node?.key ?? "",
    cluster: node?.cluster ?? labels["cluster"] ?? "",
    region: node?.region ?? labels["region"] ?? "",
    poolId: rows[0] === undefined ? 0 : cards.pool[rows[0]]!.id,
    values: {
      ...place,
      node: node?.name ?? hostOf(labels),
      value: Number.isFinite(value) ? rounded(value) : String(value),
    },
    evidence: [figure("promql", value, Number.NaN, at, expr)],
  });
}

const placeOf = ({ vendor, region, zone, cluster }: RoundNode) => spoken({ vendor, region, zone, cluster });

type Subject = { readonly node: RoundNode | undefined; readonly row: number | undefined };

/** The card or the node a series speaks of, where its labels name one of ours and only one. */
function subjectOf(round: Round, labels: Labels): Subject {
  const row = rowsByUuid(round).get(labels["UUID"] ?? labels["uuid"] ?? "");
  if (row !== undefined) return { row, node: round.nodes[round.cards.node[row]!] };
  const named = nodesByName(round);
  for (const label of NODE_LABELS) {
    const said = labels[label];
    if (said === undefined || said === "") continue;
    const nodes = (named.get(said) ?? named.get(withoutPort(said)) ?? []).filter(
      ({ cluster }) => labels["cluster"] === undefined || cluster === "" || cluster === labels["cluster"],
    );
    if (nodes.length === 1) return { node: nodes[0], row: undefined };
  }
  return { node: undefined, row: undefined };
}

const nodesByName = remembered(({ nodes }): ReadonlyMap<string, readonly RoundNode[]> => {
  const byName = new Map<string, RoundNode[]>();
  for (const node of nodes) {
    const others = byName.get(node.name);
    if (others === undefined) byName.set(node.name, [node]);
    else others.push(node);
  }
  return byName;
});

const hostOf = (labels: Labels): string => {
  const label = NODE_LABELS.find((name) => (labels[name] ?? "") !== "");
  return label === undefined ? "" : withoutPort(labels[label]!);
};

/** "gpu-1:9100" → "gpu-1"; an address of IPv6 keeps its brackets. */
function withoutPort(text: string): string {
  const colon = text.lastIndexOf(":");
  return colon > 0 && /^\d{1,5}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : text;
}
