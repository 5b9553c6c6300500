import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Labels } from "../../../../db/model/incident.ts";
import type { Signal } from "../../../../db/model/health.ts";
import { shift } from "../../../../db/model/time.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import type { Round } from "../../../../server/domain/health/round.ts";
import * as laws from "./health-laws.ts";
import type { Evaluate } from "./health-laws.ts";

const LAWS: Readonly<Record<string, (evaluate: Evaluate) => fc.IProperty<unknown>>> = {
  "does not depend on the order of cards": laws.isOrderFree,
  "takes nothing for found and well at once": laws.isFoundOrWell,
  "finds nothing that nobody said": laws.isSilenceUnsaid,
  "resolves nothing, and drops no card, while no source can be read": laws.outageResolvesNothing,
  "speaks of the past": laws.isOfThePast,
  "remembers nothing": laws.isPure,
  "narrows with its places": laws.whereOnlyNarrows,
};

describe("evaluation", () => {
  test.each(Object.entries(LAWS))("%s", (_, law) => {
    fc.assert(law(evaluate), { numRuns: 60 });
  });
});

/** Another round, as a wrong evaluation would read this one. */
const reading =
  (change: (round: Round) => Round): Evaluate =>
  (rule, round) =>
    evaluate(rule, change(round));
const levels = (change: (value: number, signal: Signal) => number): Evaluate =>
  reading((round) => ({
    ...round,
    cards: { ...round.cards, level: (signal) => round.cards.level(signal).map((value) => change(value, signal)) },
  }));
const answering =
  (change: (seen: "clear" | "absent" | "left", labels: Labels) => "clear" | "absent" | "left"): Evaluate =>
  (rule, round) => {
    const saw = evaluate(rule, round);
    return { ...saw, seen: (labels) => change(saw.seen(labels), labels) };
  };

let before: Round | null = null;

const MUTANTS: readonly (readonly [string, (evaluate: Evaluate) => fc.IProperty<unknown>, Evaluate])[] = [
  ["what was not said is zero", laws.isSilenceUnsaid, levels((value) => (Number.isNaN(value) ? 0 : value))],
  [
    "what is not read any more is what it was",
    laws.outageResolvesNothing,
    answering((seen) => (seen === "absent" ? "clear" : seen)),
  ],
  [
    "a card that is not read has left",
    laws.outageResolvesNothing,
    answering((seen) => (seen === "absent" ? "left" : seen)),
  ],
  [
    "an exporter that is silent has lost its cards",
    laws.outageResolvesNothing,
    reading((round) => ({
      ...round,
      cards: { ...round.cards, gap: round.cards.gap.map((gap) => (gap === "source_down" ? "card_gone" : gap)) },
      nodes: round.nodes.map((node) => ({ ...node, isExporterUp: node.isExporterUp ?? true })),
    })),
  ],
  [
    "only the first cards are looked at",
    laws.isOrderFree,
    (rule, round) => {
      const saw = evaluate(rule, round);
      return { ...saw, findings: saw.findings.filter(({ cardIds }) => cardIds.every((id) => id < 4)) };
    },
  ],
  [
    "cards are told apart by their place in the round",
    laws.isOrderFree,
    (rule, round) => {
      const saw = evaluate(rule, round);
      return {
        ...saw,
        findings: saw.findings.map((one) => ({ ...one, labels: { card: String(one.cardIds[0] ?? 0) } })),
      };
    },
  ],
  ["what is found is well besides", laws.isFoundOrWell, answering(() => "clear")],
  [
    "a code of a card is found once for each time it came",
    laws.isFoundOrWell,
    (rule, round) => {
      const saw = evaluate(rule, round);
      return {
        ...saw,
        findings: saw.findings.flatMap((one) =>
          Array.from({ length: Math.max(1, Number(one.values["count"] ?? 1)) }, () => one),
        ),
      };
    },
  ],
  [
    "it began when the rule will have waited",
    laws.isOfThePast,
    (rule, round) => {
      const saw = evaluate(rule, round);
      return { ...saw, findings: saw.findings.map((one) => ({ ...one, since: shift(round.at, rule.forMs + 1) })) };
    },
  ],
  [
    "the round before is looked at too",
    laws.isPure,
    (rule, round) => {
      const saw = evaluate(rule, round);
      const seen = before === null ? [] : evaluate(rule, before).findings;
      before = round;
      return { ...saw, findings: [...saw.findings, ...seen] };
    },
  ],
  [
    "the whole fleet is looked at, whatever the rule says",
    laws.whereOnlyNarrows,
    (rule, round) => evaluate({ ...rule, where: {} }, round),
  ],
];

describe("the laws of evaluation catch", () => {
  test.each(MUTANTS)("%s", (_, law, wrong) => {
    expect(fc.check(law(wrong), { numRuns: 200, endOnFailure: true }).failed).toBe(true);
  });
});
