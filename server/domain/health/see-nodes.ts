import type { Evidence, Finding } from "../../../db/model/incident.ts";
import type { PresenceVerdict, Rule, Severity } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { cardFinding, isAbout, nodeByLabels, nodeFinding, saw } from "./finding.ts";
import { eventfulRows, figure, readMask, remembered, rowsByUuid } from "./observed.ts";
import { isEvidentlyNot, judgeNode, type NodePresence, type NodeVerdict } from "./presence.ts";
import type { Round, RoundNode, RuleSaw } from "./round.ts";

/** Cards named in the evidence of a node; the rest is a number. */
const MOST_TOLD = 8;
/** How long it stays on record that a card moved. "ours" */
const MOVED_MS = DAY_MS;

/** A rule about what is there at all. */
export function seePresence(rule: Rule, verdict: PresenceVerdict, round: Round): RuleSaw {
  return verdict === "card_moved" ? seeMoved(rule, round) : seeNodes(rule, verdict, round);
}

function seeNodes(rule: Rule, verdict: NodePresence, round: Round): RuleSaw {
  const verdicts = judgeNodes(round);
  const findings: Finding[] = [];
  for (const [node, judged] of verdicts)
    if (judged.verdict === verdict && isAbout(rule, round, judged.rows.length > 0 ? judged.rows : node.rows))
      findings.push({ ...finding(rule, round, node, judged), severity: severityOf(rule, round, node, judged) });
  return saw(rule, findings, (labels) => {
    const node = nodeByLabels(round, labels);
    if (node === undefined) return "left";
    return isEvidentlyNot(verdict, node, verdicts.get(node)!, round) ? "clear" : "absent";
  });
}

const judgeNodes = remembered(
  (round): ReadonlyMap<RoundNode, NodeVerdict> => new Map(round.nodes.map((node) => [node, judgeNode(node, round)])),
);

/** A node without work pages nobody, nor does one that was taken out on purpose. */
function severityOf(rule: Rule, { cards }: Round, node: RoundNode, { verdict, rows }: NodeVerdict): Severity {
  if (verdict !== "node_down" || rule.severity !== "P1") return rule.severity;
  return node.isCordoned === true || rows.every((row) => cards.holder[row] === "") ? "P2" : "P1";
}

function finding(rule: Rule, round: Round, node: RoundNode, judged: NodeVerdict): Finding {
  const { cards, at } = round;
  const { rows, missing, expected, live } = judged;
  const silent = rows.map((row) => cards.silentSince[row]!).filter((since) => !Number.isNaN(since));
  return nodeFinding(rule, round, node, rows, {
    evidence: evidenceOf(round, node, judged),
    values: { n: missing, expected: expected ?? node.rows.length, left: live, because: node.expectedBecause ?? "seen" },
    since: silent.length === 0 ? at : Math.min(...silent),
  });
}

/** Who says what about the node: expected against live, exporter, Kubernetes, and each card's last sign. */
function evidenceOf(round: Round, node: RoundNode, { rows, expected, live, verdict }: NodeVerdict): Evidence[] {
  const { cards, at, events } = round;
  const say = (signal: string, value: boolean | number | null, threshold: number | null, text = ""): Evidence[] =>
    value === null ? [] : [{ signal, value: Number(value), threshold, at, text }];
  const lastXids = rows.flatMap(
    (row) => events.of(cards.id[row]!).findLast(({ kind, code }) => kind === "xid" && code === 79) ?? [],
  );
  return [
    ...say("cardsLive", live, expected, node.expectedBecause ?? ""),
    ...say("exporterUp", node.isExporterUp, null),
    ...say("nodeReady", node.isReady, null),
    ...say("inKubernetes", node.isInKube, null),
    ...say("kubeCapacity", node.kubeCapacity, expected),
    ...(verdict === "card_drop" || verdict === "all_cards_lost"
      ? lastXids.slice(0, MOST_TOLD).map((one) => figure("xid", one.code, Number.NaN, one.at, one.detail))
      : []),
    ...rows
      .slice(0, MOST_TOLD)
      .map((row) =>
        figure("unreadMs", at - cards.silentSince[row]!, Number.NaN, at, `${cards.uuid[row]} ${cards.gap[row]}`),
      ),
  ];
}

/** A card that stands somewhere else than it did: for the inventory, for a day. */
function seeMoved(rule: Rule, round: Round): RuleSaw {
  const { cards, events, at } = round;
  const moveOf = (row: number) =>
    events.of(cards.id[row]!).findLast((one) => one.kind === "moved" && at - one.at < MOVED_MS);
  const findings = eventfulRows(round).flatMap((row) => {
    const move = moveOf(row);
    if (move === undefined || !isAbout(rule, round, [row])) return [];
    const evidence = [figure("moved", move.count, Number.NaN, move.at, move.detail)];
    return [cardFinding(rule, round, row, { evidence, values: { move: move.detail }, since: move.at })];
  });
  return saw(rule, findings, ({ card = "" }) => {
    const row = rowsByUuid(round).get(card);
    if (row === undefined) return "left";
    return moveOf(row) === undefined && readMask(round)[row] === 1 ? "clear" : "absent";
  });
}
