import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { Rule, Where } from "../../../db/model/rule.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { type Explained, remembered, type Values } from "./observed.ts";
import type { Round, RoundNode, RuleSaw } from "./round.ts";

export type Sight = ReturnType<RuleSaw["seen"]>;

export const saw = (rule: Rule, findings: readonly Finding[], seen: RuleSaw["seen"], fault = ""): RuleSaw => ({
  ruleId: rule.id,
  findings,
  seen,
  fault,
});

/** A rule that could not be evaluated says nothing of anyone. */
export const cannot = (rule: Rule, fault: string): RuleSaw => saw(rule, [], () => "absent", fault);

/** What a finding has in common whatever it is about. */
export const aFinding = (
  rule: Rule,
  at: UnixMs,
  about: Partial<Finding> & Pick<Finding, "labels" | "values">,
): Finding => ({
  ruleId: rule.id,
  scope: rule.scope,
  severity: rule.severity,
  since: at,
  cardIds: [],
  nodeKey: "",
  cluster: "",
  region: "",
  poolId: 0,
  evidence: [],
  verdict: null,
  ...about,
});

/** Something about one card. @param more labels beside the card's, where it can have several at once */
export function cardFinding(rule: Rule, round: Round, row: number, explained: Explained, more: Labels = {}): Finding {
  const { cards, nodes, at } = round;
  const { cluster, region, id } = cards.pool[row]!;
  const { evidence, values, since } = explained;
  return aFinding(rule, at, {
    labels: { card: cards.uuid[row]!, ...more },
    since: sinceOf(since, at),
    cardIds: [cards.id[row]!],
    nodeKey: nodes[cards.node[row]!]?.key ?? "",
    cluster,
    region,
    poolId: id,
    values: {
      card: cards.uuid[row]!,
      node: nodes[cards.node[row]!]?.name ?? "",
      ...placeValues(round, [row]),
      ...values,
    },
    evidence,
  });
}

/** Something about a node. @param rows of the cards it takes out, or speaks of */
export function nodeFinding(
  rule: Rule,
  round: Round,
  node: RoundNode,
  rows: readonly number[],
  explained: Explained,
): Finding {
  const { cards, at } = round;
  const { evidence, values, since } = explained;
  const first = rows[0] ?? node.rows[0];
  return aFinding(rule, at, {
    labels: nodeLabels(node),
    since: sinceOf(since, at),
    cardIds: rows.map((row) => cards.id[row]!),
    nodeKey: node.key,
    cluster: node.cluster,
    region: node.region,
    poolId: first === undefined ? 0 : cards.pool[first]!.id,
    values: {
      node: node.name,
      ...placeValues(round, rows.length > 0 ? rows : [...node.rows]),
      ...spoken(placeOfNode(node)),
      n: rows.length,
      ...values,
    },
    evidence,
  });
}

/** Names of a node's identity; parts nobody said are left out. */
export const nodeLabels = (node: RoundNode): Labels => spoken({ ...placeOfNode(node), node: node.name });

/** A node by the labels of a finding about it. */
export const nodeByLabels = (round: Round, labels: Labels): RoundNode | undefined => {
  const { vendor = "", region = "", zone = "", cluster = "", node = "" } = labels;
  return nodesByKey(round).get([vendor, region, zone, cluster, node].join("/"));
};

const nodesByKey = remembered(({ nodes }) => new Map(nodes.map((node) => [node.key, node])));

const placeOfNode = ({ vendor, region, zone, cluster }: RoundNode) => ({ vendor, region, zone, cluster });

/** Where cards stand and what they work on, as far as they agree: routes and silences go by these names. */
export function placeValues({ cards }: Round, rows: readonly number[]): Values {
  const same = (of: (row: number) => string): string => {
    const first = rows[0] === undefined ? "" : of(rows[0]);
    return rows.every((row) => of(row) === first) ? first : "";
  };
  const ofPool = (part: "vendor" | "region" | "zone" | "cluster" | "model" | "billing") =>
    same((row) => cards.pool[row]![part]);
  return spoken({
    vendor: ofPool("vendor"),
    region: ofPool("region"),
    zone: ofPool("zone"),
    cluster: ofPool("cluster"),
    model: ofPool("model"),
    billing: ofPool("billing"),
    holder: same((row) => cards.holder[row]!),
    feature: same((row) => cards.feature[row]?.name ?? ""),
    team: same((row) => cards.feature[row]?.team ?? ""),
  });
}

/** Without what nobody said. */
export const spoken = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));

/** Whether a rule is about this place. {} = everywhere; a part nobody knows is among no names. */
export const isWithin = (where: Where, place: Values): boolean =>
  Object.entries(where).every(
    ([part, names]) => names === undefined || (names as readonly unknown[]).includes(place[part]),
  );

/** Whether a rule is about cards: about one of them, of several. */
export const isAbout = ({ where }: Rule, round: Round, rows: Iterable<number>): boolean => {
  if (Object.keys(where).length === 0) return true;
  for (const row of rows) if (isWithin(where, placeValues(round, [row]))) return true;
  return false;
};

const sinceOf = (since: number, at: UnixMs): UnixMs => (since < at ? unixMs(since) : at);
