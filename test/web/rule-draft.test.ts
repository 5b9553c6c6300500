import { describe, expect, test } from "vitest";
import type { Condition, Rule } from "../../db/model/rule.ts";
import { BUILT_IN_RULES } from "../../server/domain/health/built-in.ts";
import { ruleFault } from "../../server/domain/health/rule-fault.ts";
import { SCOPES_OF, subjectOf } from "../../server/domain/health/subject.ts";
import {
  cloneOf,
  CONDITION_KINDS,
  firstCondition,
  newRule,
  scopesOf,
  withCondition,
} from "../../web/lib/rule-draft.ts";
import { refusalOf, saidOf } from "../../web/lib/rule-refusal.ts";
import { inUnit, outOfUnit, unitOf } from "../../web/lib/signal-unit.ts";
import { refusalWord } from "../../web/lib/use-refusal-words.ts";

const own = (part: Partial<Rule>): Rule => ({ ...newRule(), id: "u-test", summary: { zh: "热", en: "hot" }, ...part });
const level = (part: object) => ({ ...firstCondition("level"), ...part }) as Condition;

describe("what the rule form begins with", () => {
  test("is taken by the server, whatever the kind of condition", () => {
    expect(ruleFault({ ...newRule(), id: "u-x" })).toBeNull();
    for (const kind of CONDITION_KINDS)
      expect([kind, ruleFault(withCondition(own({}), firstCondition(kind)))]).toEqual([kind, null]);
  });

  test("can be about what the server lets it be about, for every condition there is", () => {
    const conditions = [...CONDITION_KINDS.map(firstCondition), ...BUILT_IN_RULES.map(({ condition }) => condition)];
    for (const condition of conditions)
      expect(new Set(scopesOf(condition))).toEqual(new Set(SCOPES_OF[subjectOf(condition)]));
  });

  test("a clone has an id of its own that the server takes", () => {
    const taken = new Set<string>(["u-ecc-dbe-vol"]);
    const long = own({ id: `u-${"x".repeat(61)}` });
    for (const rule of [...BUILT_IN_RULES, long]) {
      const { id } = cloneOf(rule, taken);
      expect([taken.has(id), ruleFault({ ...rule, id })]).toEqual([false, null]);
      taken.add(id);
    }
    expect(taken).toContain("u-ecc-dbe-vol-2");
  });
});

/** Rules with one fault each, and the part of the form that must say so. */
const WRONG: readonly (readonly [place: string, rule: Rule])[] = [
  ["id", own({ id: "U x" })],
  ["condition.threshold", own({ condition: level({ threshold: null }) })],
  ["condition.signal", own({ condition: { ...firstCondition("increase"), signal: "powerWatts" } as Condition })],
  ["condition.windowMs", own({ condition: { ...firstCondition("increase"), windowMs: 0 } as Condition })],
  ["condition.anyOf", own({ condition: { kind: "bits", signal: "clockReasons", anyOf: 0 } })],
  ["condition.xids", own({ condition: { ...firstCondition("event"), xids: [] } as Condition })],
  ["condition.count", own({ condition: { ...firstCondition("event"), count: 0 } as Condition })],
  ["condition.levels", own({ condition: { kind: "npu_fault", levels: [], quietMs: 60_000 } })],
  ["condition.ratio", own({ condition: { ...firstCondition("below_peers"), ratio: 2 } as Condition })],
  ["condition.of[1].threshold", own({ condition: { kind: "all", of: [level({}), level({ threshold: null })] } })],
  ["condition.of[0]", own({ condition: { kind: "all", of: [firstCondition("money")] } })],
  ["condition.expr", own({ scope: "node", condition: { kind: "promql", source: "", expr: " " } })],
  ["forMs", own({ forMs: -1 })],
  ["summary.zh", own({ summary: { zh: " ", en: "x" } })],
  ["summary.en", own({ summary: { zh: "热", en: "at {heat}" } })],
  ["where.region", own({ where: { region: Array.from({ length: 201 }, (_, i) => `r${i}`) } })],
];

describe("a refusal of the server", () => {
  test.each(WRONG)("stands at its field, in the reader's words: %s", (place, rule) => {
    const fault = ruleFault(rule);
    const refusal = refusalOf(`rule "${rule.id}": ${fault}`);
    expect(refusal.place).toBe(place);
    expect(refusalWord(refusal.why)).not.toBeNull();
  });

  test("of the input itself stands there as well, with and without the draft around it", () => {
    const why = "Invalid input: expected int, received null";
    for (const before of ["", "draft."])
      expect(refusalOf(`${before}rule.forMs: ${why}`)).toEqual({ place: "forMs", why });
    expect(saidOf(refusalOf("rule.where.region.3: Too big"), "where.region")).toBe("Too big");
    expect(saidOf(refusalOf("rule.condition.of: x"), "condition")).toBeNull();
  });

  test("that names no part is kept whole", () => {
    expect(refusalOf("Something went wrong on the server.")).toEqual({
      place: "",
      why: "Something went wrong on the server.",
    });
  });
});

test("a threshold typed in its unit is stored in the other, and comes back as it was typed", () => {
  for (const [signal, typed, stored] of [
    ["fanRatio", 7, 0.07],
    ["heldQuietMs", 30, 1_800_000],
    ["memoryUsedBytes", 1.5, 1.5 * 2 ** 30],
    ["temperatureCelsius", 83, 83],
    ["eccCorrectedTotal", 100, 100],
  ] as const) {
    const { scale } = unitOf(signal);
    expect(outOfUnit(typed, scale)).toBe(stored);
    expect(inUnit(stored, scale)).toBe(typed);
  }
});
