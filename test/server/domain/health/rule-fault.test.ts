import { describe, expect, test } from "vitest";
import type { Condition, Rule } from "../../../../db/model/rule.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import { ruleFault, signalsOf } from "../../../../server/domain/health/rule-fault.ts";
import { aRound, cards } from "./a-round.ts";
import { ruleOf } from "./rule-case.ts";

const HOT: Rule = {
  ...ruleOf("ecc-sbe-total"),
  id: "u-hot",
  family: "custom",
  condition: { kind: "level", signal: "temperatureCelsius", compare: ">", threshold: 80 },
  summary: { zh: "{node} 的卡 {value} °C", en: "A card of {node} is at {value} °C" },
};
const fault = (change: object): string | null => ruleFault({ ...HOT, ...change });
const condition = (some: object): string | null => fault({ condition: some as Condition });
const level = { kind: "level", signal: "temperatureCelsius", compare: ">", threshold: 80 };

test("every built-in rule stands, by its own id", () => {
  expect(BUILT_IN_RULES.flatMap((rule) => ruleFault(rule) ?? [])).toEqual([]);
  expect(new Set(BUILT_IN_RULES.map(({ id }) => id)).size).toBe(BUILT_IN_RULES.length);
  expect(
    BUILT_IN_RULES.filter(({ source, summary }) => source === "" || summary.zh.length > 60 || summary.en.length > 120),
  ).toEqual([]);
});
test("a rule of a user stands", () => {
  expect(ruleFault(HOT)).toBeNull();
});

/** What is refused, and what is said of it. */
const REFUSED: readonly (readonly [string, object, string])[] = [
  ["an id with blanks", { id: "my rule" }, 'id: "my rule": expected lower-case letters, digits and "-", 63 at most'],
  [
    "a scope that is not the condition's",
    { scope: "region" },
    'scope: a condition of kind "level" is about card, not region',
  ],
  ["ten days of patience", { forMs: 864_000_000 }, "forMs: expected 0 s to 7 d, in milliseconds, not 864000000"],
  ["no patience at all", { keepFiringMs: Number.NaN }, "keepFiringMs: expected 0 s to 7 d, in milliseconds, not NaN"],
  ["a severity nobody knows", { severity: "P0" }, 'severity: "P0" is none of P1, P2, P3'],
  [
    "an empty sentence",
    { summary: { zh: "热", en: " " } },
    "summary.en: expected a sentence; it is what the message says",
  ],
  [
    "a place that is none",
    { where: { rack: ["a1"] } },
    "where.rack: is none of vendor, region, zone, cluster, model, billing, feature, team",
  ],
  [
    "a pattern for a place: names are literal, and a list",
    { where: { cluster: "^(a+)+$" } },
    "where.cluster: expected a list of names; leave it out for everywhere",
  ],
  [
    "names without end",
    { where: { team: ["x".repeat(513)] } },
    "where.team: a name must be text of at most 512 characters",
  ],
];
test.each(REFUSED)("refuses %s", (_, change, said) => {
  expect(fault(change)).toBe(said);
});

test("refuses a name in the sentence that nothing fills, and says which there are", () => {
  const said = fault({ summary: { zh: "{node}", en: "{nodee} is hot" } });
  expect(said).toMatch(/^summary\.en: nothing fills \{nodee\}; there are \{card\} \{node\}.*\{temperatureCelsius\}$/);
  const asked = { condition: { kind: "promql", source: "", expr: "up == 0" }, scope: "node" };
  expect(fault({ ...asked, summary: { zh: "{instance}", en: "{whatever_label}" } })).toBeNull();
});

const CONDITIONS: readonly (readonly [string, object, string])[] = [
  ["a signal nobody says", { ...level, signal: "temprature" }, 'condition.signal: "temprature" is none we know'],
  ["a threshold that is no number", { ...level, threshold: "80" }, "condition.threshold: expected a number, not 80"],
  ["a comparison", { ...level, compare: "=~" }, 'condition.compare: "=~" is none of >, >=, <, <=, =='],
  [
    "the rise of a gauge",
    { kind: "increase", signal: "powerWatts", windowMs: 60_000, compare: ">", threshold: 1 },
    "condition.signal: powerWatts is no counter; compare its level instead",
  ],
  [
    "a window of two hours",
    { kind: "increase", signal: "eccCorrectedTotal", windowMs: 7_200_000, compare: ">", threshold: 1 },
    "condition.windowMs: expected 1 min to 1 h, in milliseconds, not 7200000",
  ],
  [
    "a slowdown of memory",
    { kind: "limit", signal: "memoryTemperatureCelsius", limit: "slowdown", aboveCelsius: 0 },
    "condition.limit: nobody says at which memory temperature clocks are cut; take max_operating",
  ],
  [
    "a mask of no bits",
    { kind: "bits", signal: "clockReasons", anyOf: 0 },
    "condition.anyOf: expected a mask of bits such as 72 (0x48)",
  ],
  [
    "codes of drops",
    { kind: "event", event: "dropped", xids: [79], count: 1, windowMs: 60_000, quietMs: 60_000 },
    "condition.xids: events of kind dropped have no codes; leave it null",
  ],
  [
    "a class of XIDs that is none",
    { kind: "event", event: "xid", xids: "fatal", count: 1, windowMs: 60_000, quietMs: 60_000 },
    "condition.xids: expected a list of codes, or one of critical, hardware_warning, application",
  ],
  [
    "half an event",
    { kind: "event", event: "xid", xids: null, count: 0.5, windowMs: 60_000, quietMs: 60_000 },
    "condition.count: expected a whole number from 1 to 100000, not 0.5",
  ],
  [
    "a level of faults",
    { kind: "npu_fault", levels: ["Fatal"], quietMs: 60_000 },
    'condition.levels: "Fatal" is none of NotHandle, SubHealth',
  ],
  [
    "cards of a node that are no cards",
    { kind: "cards_of_node", atLeast: 2, of: { kind: "presence", verdict: "card_drop" } },
    'condition.of: a condition of kind "presence" cannot be part of another; make it a rule of its own',
  ],
  ["nothing at all", { kind: "all", of: [] }, "condition.of: expected at least one condition"],
  [
    "money among readings",
    { kind: "any", of: [level, { kind: "money", measure: "margin", compare: "<", threshold: 0 }] },
    'condition.of[1]: a condition of kind "money" cannot be part of another; make it a rule of its own',
  ],
  [
    "thirteen parts",
    { kind: "all", of: Array.from({ length: 13 }, () => level) },
    "condition.of: 13 conditions; at most 12 are possible",
  ],
  [
    "a tower",
    [1, 2, 3, 4, 5].reduce((of: object) => ({ kind: "all", of: [of] }), level),
    "nested more than 4 deep; write it flatter",
  ],
  [
    "all of a cluster",
    { kind: "mass_loss", ratio: 1, atLeast: 3, windowMs: 300_000 },
    "condition.ratio: expected a share between 0 and 1, like 0.5",
  ],
  [
    "a book of PromQL",
    { kind: "promql", source: "", expr: "x".repeat(4_001) },
    "condition.expr: 4001 characters; at most 4000: record what is long as a rule of the Prometheus",
  ],
  ["no PromQL", { kind: "promql", source: "", expr: " " }, "condition.expr: expected an expression such as up == 0"],
  ["a kind of another version", { kind: "astrology" }, 'condition.kind: "astrology" is none we know'],
];
test.each(CONDITIONS)("refuses %s", (_, some, said) => {
  expect(condition(some)).toContain(said);
});

describe("a rule that stands all the same where it should not", () => {
  test("says that it cannot be evaluated, and nothing of anyone", () => {
    const odd = {
      ...HOT,
      condition: { kind: "all", of: [level, { kind: "promql", source: "", expr: "up" }] } as Condition,
    };
    const saw = evaluate(odd, aRound({ cards: cards(2, { says: { temperatureCelsius: 95 } }) }));
    expect([saw.findings, saw.fault, saw.seen({ card: "GPU-x-0" })]).toEqual([
      [],
      'condition: of kind "all", which is not about cards; set its scope',
      "absent",
    ]);
  });
  test("an answer that failed is the rule's fault, and resolves nothing", () => {
    const answers = { "fs-full": { kind: "fault", text: "the Prometheus does not answer" } } as const;
    const saw = evaluate(ruleOf("fs-full"), aRound({ answers }));
    expect([saw.findings, saw.fault, saw.seen({ instance: "gpu-1:9100" })]).toEqual([
      [],
      "the Prometheus does not answer",
      "absent",
    ]);
  });
});

test("what a rule reads of cards, for those who want to know whether anybody says it", () => {
  expect(signalsOf(ruleOf("pcie-width"))).toEqual(["pcieWidth", "pcieWidthMax"]);
  expect(signalsOf(ruleOf("temp-node"))).toEqual(["temperatureCelsius"]);
  expect(signalsOf(ruleOf("xid-critical"))).toEqual([]);
  expect(signalsOf(ruleOf("train-hung"))).toEqual(["utilRatio", "tensorRatio", "dramRatio"]);
});
