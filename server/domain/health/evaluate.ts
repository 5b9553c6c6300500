import type { Evidence, Finding, Labels } from "../../../db/model/incident.ts";
import type { Condition, Rule, Severity } from "../../../db/model/rule.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { liesIn } from "../alerts/silence-times.ts";
import { judgeGang } from "./gangs.ts";
import { ABSENT, BREACH, CLEAR, observe, type Observed } from "./observe.ts";
import { judgeNode } from "./presence.ts";
import type { Round, RoundCards, RoundNode, RuleSaw } from "./round.ts";

type Values = Readonly<Record<string, string | number>>;
type Sight = "clear" | "absent" | "left";

/**
 * What a rule sees in a round: a finding for each subject in breach, and an answer for any other it is asked about. What
 * was not said is absent: it begins nothing and ends nothing.
 */
export function evaluate(rule: Rule, round: Round): RuleSaw {
  const { condition } = rule;
  switch (condition.kind) {
    case "cards_of_node":
      return ofNodes(rule, round, condition);
    case "presence":
      return presence(rule, round, condition);
    case "mass_loss":
      return massLoss(rule, round, condition);
    case "gang":
      return gangs(rule, round, condition);
    case "source":
      return sources(rule, round, condition);
    case "money":
      return money(rule, round, condition);
    case "promql":
      return promql(rule, round, condition);
    default: {
      const observed = observe(condition, round);
      return observed === null
        ? saw(rule, [], () => "absent", `a condition of kind "${condition.kind}" cannot stand here`)
        : ofCards(rule, round, observed);
    }
  }
}

function ofCards(rule: Rule, round: Round, observed: Observed): RuleSaw {
  const { cards } = round;
  const findings: Finding[] = [];
  for (let row = 0; row < cards.count; row += 1)
    if (observed.state[row] === BREACH && isWatched(rule, cards, row))
      findings.push(
        cardFinding(rule, round, row, {
          evidence: observed.evidence(row),
          values: observed.values(row),
          since: observed.since(row),
        }),
      );
  const rowOf = rowsByUuid(cards);
  return saw(rule, findings, (labels) => {
    const row = rowOf().get(labels["card"] ?? "");
    if (row === undefined || !isWatched(rule, cards, row)) return "left";
    return observed.state[row] === CLEAR ? "clear" : "absent";
  });
}

function ofNodes(rule: Rule, round: Round, condition: Condition & { kind: "cards_of_node" }): RuleSaw {
  const observed = observe(condition.of, round);
  if (observed === null)
    return saw(rule, [], () => "absent", `a condition of kind "${condition.of.kind}" is not about cards`);
  const ill = (node: RoundNode) =>
    [...node.rows].filter((row) => observed.state[row] === BREACH && isWatched(rule, round.cards, row));
  const findings = round.nodes.flatMap((node) => {
    const rows = ill(node);
    if (rows.length < condition.atLeast) return [];
    const values = { ...observed.values(rows[0]!), n: rows.length };
    return [
      nodeFinding(rule, round, node, rows, {
        values,
        evidence: rows.slice(0, 8).flatMap((row) => observed.evidence(row)),
        since: round.at,
      }),
    ];
  });
  return saw(rule, findings, (labels) => {
    const node = nodeOf(round, labels);
    if (node === undefined) return "left";
    return [...node.rows].some((row) => observed.state[row] === ABSENT) ? "absent" : "clear";
  });
}

function presence(rule: Rule, round: Round, { verdict }: Condition & { kind: "presence" }): RuleSaw {
  const verdicts = new Map(round.nodes.map((node) => [node, judgeNode(node, round)]));
  const findings: Finding[] = [];
  for (const [node, judged] of verdicts) {
    if (judged.verdict !== verdict || !isNodeWatched(rule, node, round.cards)) continue;
    const rows = [...judged.missing];
    const expected = node.expected ?? node.rows.length;
    const values = {
      n: rows.length,
      expected,
      left: node.rows.length - rows.length,
      because: node.expectedBecause ?? "",
    };
    const since = unixMs(Math.min(judged.since, round.at));
    const evidence: Evidence[] = rows.slice(0, 16).map((row) => ({
      signal: round.cards.gap[row]!,
      value: null,
      threshold: null,
      at: since,
      text: round.cards.uuid[row]!,
    }));
    const carriedWork = rows.some((row) => round.cards.holder[row] !== "");
    const severity = verdict === "node_down" && !carriedWork ? "P2" : rule.severity;
    findings.push(nodeFinding(rule, round, node, rows, { values, evidence, since }, severity));
  }
  return saw(rule, findings, (labels) => {
    const node = nodeOf(round, labels);
    if (node === undefined || node.rows.length === 0) return "left";
    const judged = verdicts.get(node)!.verdict;
    return judged === "absent"
      ? "absent"
      : judged === verdict
        ? "absent"
        : judged === "well" || judged === "more_than_expected"
          ? "clear"
          : "absent";
  });
}

/** More than half of a cluster gone at once is rather a fault of ours, or of the network, than of so many cards. */
function massLoss(rule: Rule, round: Round, condition: Condition & { kind: "mass_loss" }): RuleSaw {
  const { cards, at } = round;
  const clusters = new Map<
    string,
    { region: string; cluster: string; rows: number[]; gone: number[]; live: number; notReady: number }
  >();
  for (let row = 0; row < cards.count; row += 1) {
    const { region, cluster } = cards.pool[row]!;
    const key = `${region}/${cluster}`;
    const one = clusters.get(key) ?? { region, cluster, rows: [], gone: [], live: 0, notReady: 0 };
    clusters.set(key, one);
    if (cards.gap[row] === "none") one.live += 1;
    else if (cards.silentSince[row] === cards.silentSince[row]) one.gone.push(row);
    if (round.nodes[cards.node[row]!]?.isReady === false) one.notReady += 1;
    one.rows.push(row);
  }
  const isLost = ({ rows, gone }: { rows: number[]; gone: number[] }) => {
    if (gone.length < condition.atLeast || gone.length <= condition.ratio * rows.length) return false;
    return fellTogether(
      gone.map((row) => cards.silentSince[row]!),
      condition.ratio * rows.length,
      condition.windowMs,
    );
  };
  const findings = [...clusters.values()].filter(isLost).map((one): Finding => {
    const since = unixMs(Math.min(at, ...one.gone.map((row) => cards.silentSince[row]!)));
    const isConfirmed = one.notReady * 2 > one.rows.length;
    return {
      ruleId: rule.id,
      scope: "cluster",
      labels: { region: one.region, cluster: one.cluster },
      severity: rule.severity,
      since,
      cardIds: one.gone.map((row) => cards.id[row]!),
      nodeKey: "",
      cluster: one.cluster,
      region: one.region,
      poolId: 0,
      values: {
        n: one.gone.length,
        expected: one.rows.length,
        cluster: one.cluster,
        ...(isConfirmed && { confirmed: 1 }),
      },
      evidence: [
        { signal: "silent", value: one.gone.length, threshold: condition.ratio * one.rows.length, at: since, text: "" },
      ],
      verdict: null,
    };
  });
  return saw(rule, findings, ({ region, cluster }) => {
    const one = clusters.get(`${region}/${cluster}`);
    if (one === undefined) return "left";
    return one.gone.length <= condition.ratio * one.rows.length && one.live > 0 ? "clear" : "absent";
  });
}

/** Whether more than `least` of the instants lie within one window. */
function fellTogether(instants: readonly number[], least: number, windowMs: number): boolean {
  const sorted = [...instants].sort((a, b) => a - b);
  const need = Math.floor(least) + 1;
  return sorted.some((at, i) => i + need <= sorted.length && sorted[i + need - 1]! - at <= windowMs);
}

function gangs(rule: Rule, round: Round, { verdict }: Condition & { kind: "gang" }): RuleSaw {
  const judged = new Map(round.gangs.map((gang) => [gang.key, { gang, ...judgeGang(gang) }]));
  const keyOf = ({ cluster, namespace, job }: Labels) => `${cluster}/${namespace}/${job}`;
  const findings = [...judged.values()].flatMap(({ gang, verdict: found, reason }): Finding[] => {
    if (found !== verdict) return [];
    const first = gang.rows[0]!;
    const { region, cluster, id } = round.cards.pool[first]!;
    return [
      {
        ruleId: rule.id,
        scope: "gang",
        labels: { cluster: gang.cluster, namespace: gang.namespace, job: gang.job },
        severity: rule.severity,
        since: round.at,
        cardIds: [...gang.rows].map((row) => round.cards.id[row]!),
        nodeKey: "",
        cluster,
        region,
        poolId: id,
        values: {
          job: gang.job,
          namespace: gang.namespace,
          n: gang.rows.length,
          reason,
          feature: gang.feature?.name ?? "",
        },
        evidence: [
          { signal: "activityRatio", value: gang.activity.at(-1) ?? null, threshold: null, at: round.at, text: reason },
        ],
        verdict: found,
      },
    ];
  });
  return saw(rule, findings, (labels) => {
    const one = judged.get(keyOf(labels));
    if (one === undefined) return "left"; // nobody holds cards for it any more
    return one.verdict === "unknown" ? "absent" : "clear";
  });
}

function sources(rule: Rule, round: Round, condition: Condition & { kind: "source" }): RuleSaw {
  const ageOf = (source: Round["sources"][number]): number => {
    if (condition.fault === "slow") return source.durationMs ?? Number.NaN;
    if (condition.fault === "down")
      return source.isDown && source.downSince !== null ? round.at - source.downSince : source.isDown ? Number.NaN : 0;
    return source.lastSuccessAt === null ? Number.NaN : round.at - source.lastSuccessAt;
  };
  const findings = round.sources.flatMap((source): Finding[] => {
    const age = ageOf(source);
    if (!(age >= condition.afterMs)) return [];
    return [
      {
        ...bare(rule, round.at),
        scope: "source",
        labels: { source: source.name },
        since: condition.fault === "down" && source.downSince !== null ? source.downSince : round.at,
        values: {
          source: source.name,
          seconds: Math.round(age / 1_000),
          down: source.targetsDown,
          targets: source.targets,
          fault: source.fault,
        },
        evidence: [
          { signal: condition.fault, value: age, threshold: condition.afterMs, at: round.at, text: source.fault },
        ],
      },
    ];
  });
  return saw(rule, findings, ({ source: name }) => {
    const source = round.sources.find((one) => one.name === name);
    if (source === undefined) return "left";
    const age = ageOf(source);
    return age !== age ? "absent" : "clear";
  });
}

function money(rule: Rule, round: Round, condition: Condition & { kind: "money" }): RuleSaw {
  const of = (one: Round["money"][number]): number | null =>
    condition.measure === "waste_per_day"
      ? one.wastePerDay
      : condition.measure === "budget_pace"
        ? one.budgetPace
        : one.margin;
  const rows = round.money.filter(({ scope }) => scope === rule.scope);
  const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
  const findings = rows.flatMap((one): Finding[] => {
    const value = of(one);
    if (value === null || !(condition.compare === ">" ? value > condition.threshold : value < condition.threshold))
      return [];
    return [
      {
        ...bare(rule, round.at),
        scope: one.scope,
        labels: one.labels,
        poolId: one.poolId,
        values: { ...one.labels, value, threshold: condition.threshold },
        evidence: [{ signal: condition.measure, value, threshold: condition.threshold, at: one.asOf, text: "" }],
      },
    ];
  });
  const byKey = new Map(rows.map((one) => [keyOf(one.labels), one]));
  return saw(rule, findings, (labels) => {
    const one = byKey.get(keyOf(labels));
    return one === undefined ? "left" : of(one) === null ? "absent" : "clear";
  });
}

function promql(rule: Rule, round: Round, condition: Condition & { kind: "promql" }): RuleSaw {
  const answer = round.answers.get(rule.id);
  if (answer === undefined) return saw(rule, [], () => "absent"); // nobody was asked
  if (answer.kind === "fault") return saw(rule, [], () => "absent", answer.text);
  const findings = answer.series.map(({ labels, value }): Finding => {
    const { __name__: _name, ...identity } = labels;
    return {
      ...bare(rule, round.at),
      labels: identity,
      cluster: labels["cluster"] ?? "",
      region: labels["region"] ?? "",
      values: { ...identity, value },
      evidence: [{ signal: "promql", value, threshold: null, at: round.at, text: condition.expr }],
    };
  });
  return saw(rule, findings, () => "clear"); // a series that is not answered is what the expression calls well
}

type Facts = { readonly evidence: readonly Evidence[]; readonly values: Values; readonly since: number };

function cardFinding(rule: Rule, { cards, nodes, at }: Round, row: number, facts: Facts): Finding {
  const pool = cards.pool[row]!;
  const node = nodes[cards.node[row]!];
  return {
    ruleId: rule.id,
    scope: "card",
    labels: { card: cards.uuid[row]! },
    severity: rule.severity,
    since: facts.since === facts.since && Number.isFinite(facts.since) ? unixMs(facts.since) : at,
    cardIds: [cards.id[row]!],
    nodeKey: node?.key ?? "",
    cluster: pool.cluster,
    region: pool.region,
    poolId: pool.id,
    values: {
      card: cards.uuid[row]!,
      node: node?.name ?? "",
      model: pool.model,
      vendor: pool.vendor,
      zone: pool.zone,
      billing: pool.billing,
      holder: cards.holder[row]!,
      feature: cards.feature[row]?.name ?? "",
      team: cards.feature[row]?.team ?? "",
      ...facts.values,
    },
    evidence: facts.evidence,
    verdict: null,
  };
}

function nodeFinding(
  rule: Rule,
  { cards }: Round,
  node: RoundNode,
  rows: readonly number[],
  facts: Facts,
  severity: Severity = rule.severity,
): Finding {
  const { vendor, region, zone, cluster, name } = node;
  const first = rows[0] ?? node.rows[0];
  const pool = first === undefined ? undefined : cards.pool[first];
  return {
    ruleId: rule.id,
    scope: "node",
    labels: { vendor, region, zone, cluster, node: name },
    severity,
    since: unixMs(facts.since),
    cardIds: rows.map((row) => cards.id[row]!),
    nodeKey: node.key,
    cluster,
    region,
    poolId: pool?.id ?? 0,
    values: { node: name, cluster, model: pool?.model ?? "", ...facts.values },
    evidence: facts.evidence,
    verdict: null,
  };
}

const bare = (rule: Rule, at: UnixMs): Finding => ({
  ruleId: rule.id,
  scope: rule.scope,
  labels: {},
  severity: rule.severity,
  since: at,
  cardIds: [],
  nodeKey: "",
  cluster: "",
  region: "",
  poolId: 0,
  values: {},
  evidence: [],
  verdict: null,
});

const saw = (rule: Rule, findings: readonly Finding[], seen: (labels: Labels) => Sight, fault = ""): RuleSaw => ({
  ruleId: rule.id,
  findings,
  seen,
  fault,
});

/** Whether a rule is about a card, by where it stands and what it works on. */
function isWatched({ where }: Rule, cards: RoundCards, row: number): boolean {
  if (Object.keys(where).length === 0) return true;
  const { vendor, region, zone, cluster, model, billing } = cards.pool[row]!;
  const feature = cards.feature[row];
  return liesIn(where, {
    vendor,
    region,
    zone,
    cluster,
    model,
    billing,
    ...(feature && { feature: feature.name, team: feature.team }),
  });
}

const isNodeWatched = (rule: Rule, node: RoundNode, cards: RoundCards): boolean =>
  Object.keys(rule.where).length === 0 || [...node.rows].some((row) => isWatched(rule, cards, row));

function rowsByUuid({ uuid }: RoundCards): () => ReadonlyMap<string, number> {
  let rows: Map<string, number> | null = null;
  return () => (rows ??= new Map(uuid.map((one, row) => [one, row])));
}

const nodeOf = ({ nodes }: Round, { vendor, region, zone, cluster, node }: Labels): RoundNode | undefined =>
  nodes.find(({ key }) => key === [vendor, region, zone, cluster, node].join("/"));
