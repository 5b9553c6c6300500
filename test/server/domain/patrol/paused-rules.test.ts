import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rule } from "../../../../db/model/rule.ts";
import { SLOT_MS } from "../../../../db/model/time.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { pausedAt, type RuleVersion, rulePauses } from "../../../../server/domain/patrol/paused-rules.ts";
import { PausedSums } from "../../../../server/domain/patrol/paused-time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import "../../../tools/seed.ts";

const ID = "card-drop";
const built = BUILT_IN_RULES.find(({ id }) => id === ID)!;
const rule = (over: Partial<Rule>): Rule => ({ ...built, ...over });
const place = { vendor: "v", region: "east", zone: "z", cluster: "c", model: "T4", billing: "monthly" };
const version = (over: Partial<RuleVersion>): RuleVersion => ({
  rule: built,
  version: 1,
  enabled: false,
  origin: "tuned",
  from: 10,
  to: null,
  ...over,
});
const known = new Set([ID]);
const own = rule({ id: "u-mine" });

test.each<[what: string, versions: RuleVersion[], pauses: [from: number, to: number][]]>([
  ["a built-in rule is switched off", [version({})], [[10, Infinity]]],
  ["and on again", [version({ to: 20 }), version({ version: 2, enabled: true, from: 20 })], [[10, 20]]],
  ["it is only tuned", [version({ enabled: true })], []],
  ["the mark of a rule that was put back as built in", [version({ from: 30, to: 30 })], []],
  ["a rule of one's own never was on", [version({ rule: own, origin: "user" })], []],
  [
    "a rule of one's own was on before",
    [
      version({ rule: own, origin: "user", enabled: true, to: 20 }),
      version({ rule: own, origin: "user", version: 2, from: 20 }),
    ],
    [[20, Infinity]],
  ],
  ["a rule that is built in no more", [version({ rule: rule({ id: "gone" }) })], []],
  ["a rule about sources", [version({ rule: rule({ scope: "source" }) })], []],
  ["a rule about money", [version({ rule: rule({ family: "money" }) })], []],
])("pauses: %s", (_, versions, pauses) => {
  expect(rulePauses(versions, known).map(({ from, to }) => [from, to])).toEqual(pauses);
});

test("a rule is paused for the places and the cards it is for", () => {
  const off = (over: Partial<Rule>) => pausedAt([{ rule: rule(over), from: 0, to: Infinity }], place).length > 0;
  expect(off({})).toBe(true);
  expect(off({ where: { region: ["west"] } })).toBe(false);
  expect(off({ where: { region: ["west", "east"], feature: ["chat"] } })).toBe(true);
  expect(off({ family: "npu" })).toBe(false);
  expect(off({ family: "xid" })).toBe(true);
});

const pause = fc
  .tuple(fc.constantFrom("a", "b", "c"), fc.nat(3_000_000), fc.integer({ min: 1, max: 2_000_000 }))
  .map(([id, from, long]) => ({ rule: rule({ id }), from, to: from + long }));

test("paused slots never overlap, and name every rule that was off in them and no other", () => {
  fc.assert(
    fc.property(fc.array(pause, { maxLength: 5 }), (pauses) => {
      const slots = pausedAt(pauses, place);
      for (let at = 0; at < 6_000_000; at += SLOT_MS) {
        const off = pauses.filter(({ from, to }) => from < at + SLOT_MS && to > at).map(({ rule: { id } }) => id);
        const said = slots.filter(({ from, to }) => from <= at && at < to);
        expect(said.length).toBeLessThanOrEqual(1);
        expect(said[0]?.rules ?? []).toEqual([...new Set(off)].toSorted());
      }
    }),
    { numRuns: 100 },
  );
});

test("observed time is counted once however many rules are off, and cutting it in two changes nothing", () => {
  const whole = { from: unixMs(0), to: unixMs(6_000_000) };
  const stretch = fc.tuple(fc.nat(5), fc.nat(6_000_000), fc.nat(6_000_000)).map(([card, a, b]) => ({
    card,
    from: unixMs(Math.min(a, b)),
    to: unixMs(Math.max(a, b)),
  }));
  fc.assert(
    fc.property(fc.array(pause, { maxLength: 5 }), fc.array(stretch, { maxLength: 6 }), (pauses, stretches) => {
      const slots = pausedAt(pauses, place);
      const sums = new PausedSums(() => slots, whole);
      const halves = new PausedSums(() => slots, whole);
      let expected = 0;
      for (const { card, from, to } of stretches) {
        sums.add(card, 1, { from, to }, to - from);
        const cut = unixMs(Math.floor((from + to) / 2));
        halves.add(card, 1, { from, to: cut }, cut - from);
        halves.add(card, 1, { from: cut, to }, to - cut);
        for (const one of slots) expected += Math.max(0, Math.min(one.to, to) - Math.max(one.from, from));
      }
      expect(sums.finish().reduce((all, { ms }) => all + ms, 0)).toBe(expected);
      expect(halves.finish()).toEqual(sums.finish());
    }),
    { numRuns: 100 },
  );
});
