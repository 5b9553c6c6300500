import type { Rule } from "../../../db/model/rule.ts";
import type { Round, RuleSaw } from "./round.ts";
import { seeCards, seeCardsOfNodes, seeXids } from "./see-cards.ts";
import { seeMassLoss } from "./see-clusters.ts";
import { gangVerdicts, seeGangs } from "./see-gangs.ts";
import { seePresence } from "./see-nodes.ts";
import { seeSeries } from "./see-series.ts";
import { seeMoney, seeSources } from "./see-sources.ts";

/**
 * What a rule sees in a round: a finding for each subject in breach, and an answer for any other it is asked about. What
 * was not said is absent: it begins nothing and ends nothing. Pure; the live engine and the rule lab ask the same function.
 */
export function evaluate(rule: Rule, round: Round): RuleSaw {
  const { condition } = rule;
  switch (condition.kind) {
    case "cards_of_node":
      return seeCardsOfNodes(rule, condition, round);
    case "presence":
      return seePresence(rule, condition.verdict, round);
    case "mass_loss":
      return seeMassLoss(rule, condition, round);
    case "gang":
    case "any": {
      const verdicts = gangVerdicts(condition);
      return verdicts === null ? seeCards(rule, round) : seeGangs(rule, verdicts, round);
    }
    case "source":
      return seeSources(rule, condition, round);
    case "money":
      return seeMoney(rule, condition, round);
    case "promql":
      return seeSeries(rule, condition.expr, round);
    case "event":
      return condition.event === "xid" ? seeXids(rule, condition, round) : seeCards(rule, round);
    default:
      return seeCards(rule, round);
  }
}
