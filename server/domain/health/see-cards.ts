import type { Finding } from "../../../db/model/incident.ts";
import type { Condition, Rule } from "../../../db/model/rule.ts";
import { cardFinding, cannot, isAbout, nodeByLabels, nodeFinding, saw, type Sight } from "./finding.ts";
import { byCode, type EventCondition, type Happened, happeningsOf, judgeHappenings } from "./happened.ts";
import { observe } from "./observe.ts";
import { explainHappenings } from "./observe-events.ts";
import { ABSENT, BREACH, CLEAR, eventfulRows, readMask, rowsByUuid } from "./observed.ts";
import type { Round, RoundNode, RuleSaw } from "./round.ts";

/** Evidence of so many cards is told of a node; the rest is a number. */
const MOST_TOLD = 8;

/** A rule about single cards. */
export function seeCards(rule: Rule, round: Round): RuleSaw {
  const observed = observe(rule.condition, round);
  if (observed === null)
    return cannot(rule, `condition: of kind "${rule.condition.kind}", which is not about cards; set its scope`);
  const { says, explain } = observed;
  const findings: Finding[] = [];
  for (let row = 0; row < says.length; row += 1)
    if (says[row] === BREACH && isAbout(rule, round, [row])) findings.push(cardFinding(rule, round, row, explain(row)));
  return saw(rule, findings, ({ card = "" }) => {
    const row = rowsByUuid(round).get(card);
    if (row === undefined) return "left";
    // In breach, but not where the rule looks (another feature's now): that is no health.
    return says[row] === CLEAR ? "clear" : "absent";
  });
}

/** XIDs of a card, each code by itself: a card that fell off the bus after a double-bit error has two stories. */
export function seeXids(rule: Rule, condition: EventCondition, round: Round): RuleSaw {
  const { cards, events, at } = round;
  const findings: Finding[] = [];
  for (const row of eventfulRows(round)) {
    const codes = byCode(happeningsOf(events.of(cards.id[row]!), condition));
    for (const [code, some] of codes) {
      const happened = judgeHappenings(some, condition, at);
      if (happened === "quiet" || happened === "recent" || !isAbout(rule, round, [row])) continue;
      const explained = explainHappenings(happened, condition, round, row);
      findings.push(cardFinding(rule, round, row, explained, { xid: String(code) }));
    }
  }
  return saw(rule, findings, ({ card = "", xid }) => {
    const row = rowsByUuid(round).get(card);
    if (row === undefined) return "left";
    const some = byCode(happeningsOf(events.of(cards.id[row]!), condition)).get(Number(xid)) ?? [];
    const happened: Happened = judgeHappenings(some, condition, at);
    return happened === "quiet" && readMask(round)[row] === 1 ? "clear" : "absent";
  });
}

/** So many cards of one node at once. */
export function seeCardsOfNodes(rule: Rule, condition: Condition & { kind: "cards_of_node" }, round: Round): RuleSaw {
  const observed = observe(condition.of, round);
  if (observed === null) return cannot(rule, `condition.of: of kind "${condition.of.kind}", which is not about cards`);
  const { says, explain } = observed;
  const { uuid } = round.cards;
  const ill = (node: RoundNode) =>
    [...node.rows].filter((row) => says[row] === BREACH).sort((a, b) => (uuid[a]! < uuid[b]! ? -1 : 1));
  const findings = round.nodes.flatMap((node) => {
    const rows = ill(node);
    if (rows.length < condition.atLeast || !isAbout(rule, round, rows)) return [];
    const told = rows.slice(0, MOST_TOLD).map(explain);
    const evidence = told.flatMap((one) => one.evidence);
    return [
      nodeFinding(rule, round, node, rows, {
        evidence,
        values: { ...told[0]!.values, n: rows.length },
        since: Number.NaN,
      }),
    ];
  });
  return saw(rule, findings, (labels): Sight => {
    const node = nodeByLabels(round, labels);
    if (node === undefined) return "left";
    const unsaid = node.rows.filter((row) => says[row] === ABSENT).length;
    return ill(node).length + unsaid < condition.atLeast ? "clear" : "absent"; // what was not said may be ill
  });
}
