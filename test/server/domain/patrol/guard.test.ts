import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GuardEdit, GuardPoint } from "../../../../db/model/patrol-views.ts";
import type { CheckVerdict } from "../../../../db/model/patrol.ts";
import { WHOLE_FLEET } from "../../../../db/model/report.ts";
import type { RuleInForce } from "../../../../db/model/rule.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { CALENDAR_TO, PUBLISHED_DAYS } from "../../../../server/domain/patrol/calendar-cn.ts";
import {
  dutyHoles,
  guardFault,
  phaseOf,
  reportOf,
  stricterRules,
  thresholdFault,
} from "../../../../server/domain/patrol/guard.ts";
import { thresholdOf, tightened } from "../../../../server/domain/patrol/guard-thresholds.ts";
import { closingPoints, type ReadinessFacts, readinessPoints } from "../../../../server/domain/patrol/guard-points.ts";
import { anIncident, MONEY, TO, WATCH, WELL, withCard } from "./patrol-stage.ts";

const WINDOW: GuardEdit = {
  id: null,
  name: "spring",
  owner: "li",
  from: TO + DAY_MS,
  to: TO + 9 * DAY_MS,
  scope: WHOLE_FLEET,
  duty: [{ who: "wang", reach: "1", from: TO, to: TO + 10 * DAY_MS }],
  stricter: { waitScale: 0.5, families: [] },
};

describe("a window", () => {
  test("is refused with the part at fault", () => {
    expect(guardFault(WINDOW)).toBeNull();
    for (const [more, says] of [
      [{ name: " " }, "name"],
      [{ owner: "" }, "owner"],
      [{ to: WINDOW.from }, "to: the window must end"],
      [{ to: WINDOW.from + 93 * DAY_MS }, "at most 92 days"],
      [{ duty: [{ who: "", reach: "", from: 1, to: 2 }] }, "duty 1"],
      [{ duty: [...WINDOW.duty, { who: "a", reach: "", from: 2, to: 2 }] }, "duty 2"],
      [{ stricter: { waitScale: 0.09, families: [] } }, "waitScale"],
      [{ stricter: { waitScale: 1.1, families: [] } }, "waitScale"],
      [{ stricter: { waitScale: Number.NaN, families: [] } }, "waitScale"],
      [{ stricter: { waitScale: 1, families: ["weather"] } }, '"weather"'],
    ] as const)
      expect(guardFault({ ...WINDOW, ...more })).toContain(says);
  });

  test("is ahead, on from its first instant, over from its last", () => {
    const { from, to } = WINDOW;
    expect([from - 1, from, to - 1, to].map((now) => phaseOf(WINDOW, now))).toEqual(["ahead", "on", "on", "over"]);
  });

  test("duty and its holes tile the window: no instant is in both, none in neither", () => {
    const hour = fc.integer({ min: -3, max: 15 });
    const shifts = fc.array(
      fc.tuple(hour, hour).filter(([a, b]) => a < b),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(shifts, (duty) => {
        const window = { from: 0, to: 12, duty: duty.map(([from, to]) => ({ who: "a", reach: "", from, to })) };
        const holes = dutyHoles(window);
        for (let at = 0; at < 12; at++) {
          const isCovered = window.duty.some(({ from, to }) => from <= at && at < to);
          expect([at, holes.filter(({ from, to }) => from <= at && at < to).length]).toEqual([at, isCovered ? 0 : 1]);
        }
        expect(holes.every(({ from, to }) => from >= 0 && to <= 12 && from < to)).toBe(true);
      }),
    );
  });
});

describe("stricter rules", () => {
  const rules: readonly RuleInForce[] = BUILT_IN_RULES.map((rule) => ({
    rule,
    version: 0,
    origin: "built_in",
    enabled: true,
  }));
  const now = WINDOW.from;

  test("wait a part of their time while a window is on, and nothing else of them changes", () => {
    const stricter = stricterRules(rules, [WINDOW], now);
    for (const [i, { rule }] of rules.entries())
      expect(stricter[i]).toEqual({ ...rules[i], rule: { ...rule, forMs: Math.round(rule.forMs / 2) } });
    for (const at of [now - 1, WINDOW.to]) expect(stricterRules(rules, [WINDOW], at)).toBe(rules);
  });

  const east = { ...WHOLE_FLEET, regions: ["east"], teams: ["media"] };
  const aLevel = rules.find(({ rule }) => rule.forMs > 0 && thresholdOf(rule.condition)?.stricter === "lower")!;
  const inWindow = (more: Partial<typeof WINDOW>, of: readonly RuleInForce[] = [aLevel]) =>
    stricterRules(of, [{ ...WINDOW, ...more }], now)[0]!;
  const toBe = (value: number) => ({ waitScale: 1, families: [], thresholds: [{ ruleId: aLevel.rule.id, value }] });
  const usual = thresholdOf(aLevel.rule.condition)!.value;

  test("of a window of a part of the fleet they are so there, and as ever elsewhere", () => {
    const one = inWindow({ scope: east });
    expect({ ...one, guarded: undefined }).toEqual({ ...aLevel, guarded: undefined });
    const { forMs } = aLevel.rule;
    const where = { region: ["east"], team: ["media"] };
    expect(one.guarded).toEqual([{ ...aLevel.rule, forMs: Math.round(forMs / 2), where }]);
  });

  test("a rule for some places is stricter where both are, and nowhere where they never meet", () => {
    const ofPlaces = (region: string[]) => [{ ...aLevel, rule: { ...aLevel.rule, where: { region, vendor: ["v"] } } }];
    expect(inWindow({ scope: east }, ofPlaces(["west", "east"])).guarded?.map(({ where }) => where)).toEqual([
      { vendor: ["v"], region: ["east"], team: ["media"] },
    ]);
    const apart = ofPlaces(["west"]);
    expect(inWindow({ scope: east }, apart)).toBe(apart[0]);
  });

  test("compare with the figure of a window where it is stricter, and never with a milder one", () => {
    expect(thresholdOf(inWindow({ stricter: toBe(usual - 1) }).rule.condition)?.value).toBe(usual - 1);
    for (const mild of [usual, usual + 1, Number.NaN]) expect(inWindow({ stricter: toBe(mild) })).toBe(aLevel);
    const there = inWindow({ scope: east, stricter: toBe(usual - 1) });
    expect(there.rule).toBe(aLevel.rule);
    expect(there.guarded?.map(({ condition }) => thresholdOf(condition)?.value)).toEqual([usual - 1]);
    const both = stricterRules(
      [aLevel],
      [usual - 1, usual - 3, usual - 2].map((v) => ({ ...WINDOW, stricter: toBe(v) })),
      now,
    );
    expect(thresholdOf(both[0]!.rule.condition)?.value).toBe(usual - 3);
  });

  test("a figure is refused that is milder, of no rule, of a rule without one, or said twice", () => {
    const fault = (...thresholds: { ruleId: string; value: number }[]) =>
      thresholdFault({ waitScale: 1, families: [], thresholds }, rules);
    const event = rules.find(({ rule }) => rule.condition.kind === "event")!.rule.id;
    const good = { ruleId: aLevel.rule.id, value: usual - 1 };
    expect(fault(good)).toBeNull();
    expect(fault({ ...good, value: usual })).toMatch(/no stricter than/);
    expect(fault({ ...good, ruleId: "none" })).toMatch(/no such rule/);
    expect(fault({ ...good, ruleId: event })).toMatch(/no single figure/);
    expect(fault(good, good)).toMatch(/named twice/);
  });

  test("whatever the condition, a tightened one is stricter or the same, and only its figure is another", () => {
    const conditions = BUILT_IN_RULES.map(({ condition }) => condition);
    fc.assert(
      fc.property(fc.constantFrom(...conditions), fc.double({ noNaN: true, noDefaultInfinity: true }), (one, to) => {
        const [before, after] = [thresholdOf(one), thresholdOf(tightened(one, to))];
        if (before === null || after === null) {
          expect(tightened(one, to)).toBe(one);
          return;
        }
        expect(before.stricter === "lower" ? after.value <= before.value : after.value >= before.value).toBe(true);
        expect(tightened(one, to).kind).toBe(one.kind);
      }),
    );
  });

  test("of several windows the strictest counts, each for its families only", () => {
    const one = (waitScale: number, families: readonly string[]) => ({ ...WINDOW, stricter: { waitScale, families } });
    const stricter = stricterRules(rules, [one(0.5, []), one(0.2, ["thermal"]), one(1, ["work"])], now);
    for (const [i, { rule }] of rules.entries())
      expect(stricter[i]?.rule.forMs).toBe(Math.round(rule.forMs * (rule.family === "thermal" ? 0.2 : 0.5)));
  });
});

const ready = (more: Partial<ReadinessFacts>): readonly GuardPoint[] =>
  readinessPoints({ window: WINDOW, facts: WELL, loads: [{ name: "chat", utilisation: 0.5 }], changes: [], ...more });
const verdictOf = (points: readonly GuardPoint[], topic: GuardPoint["topic"]) =>
  points.find((point) => point.topic === topic)?.verdict;

test("readiness says of each topic what is well, what is not, and what nobody knows", () => {
  expect(ready({}).map(({ verdict }) => verdict)).toEqual(["ok", "ok", "ok", "ok", "ok", "ok", "ok"]);
  const open = (severity: "P1" | "P2") => ({ incidents: [anIncident("fs-full", { severity, resolvedAt: null })] });
  const rows: readonly (readonly [GuardPoint["topic"], CheckVerdict, Partial<ReadinessFacts>])[] = [
    ["headroom", "warn", { loads: [{ name: "chat", utilisation: 0.85 }] }],
    [
      "headroom",
      "bad",
      {
        loads: [
          { name: "chat", utilisation: 0.2 },
          { name: "image", utilisation: 0.95 },
        ],
      },
    ],
    ["headroom", "unknown", { loads: null }],
    ["headroom", "unknown", { loads: [{ name: "chat", utilisation: null }] }],
    ["incidents", "warn", { facts: { ...WELL, ...open("P2") } }],
    ["incidents", "bad", { facts: { ...WELL, ...open("P1") } }],
    ["incidents", "unknown", { facts: { ...WELL, watch: null } }],
    ["contracts", "bad", { facts: { ...WELL, terms: [{ name: "a", endsAt: unixMs(WINDOW.to - 1), cards: 1 }] } }],
    ["contracts", "ok", { facts: { ...WELL, terms: [{ name: "a", endsAt: unixMs(WINDOW.to), cards: 1 }] } }],
    ["contracts", "unknown", { facts: { ...WELL, terms: [] } }],
    ["coverage", "warn", { facts: { ...WELL, ...withCard({ observedMs: 0.9 * DAY_MS }) } }],
    ["coverage", "bad", { facts: { ...WELL, ...withCard({ observedMs: 0.5 * DAY_MS }) } }],
    ["coverage", "unknown", { facts: { ...WELL, cards: [] } }],
    ["changes", "warn", { changes: ["#1 reclaim"] }],
    ["duty", "bad", { window: { ...WINDOW, to: WINDOW.to + 2 * DAY_MS } }],
    ["duty", "bad", { window: { ...WINDOW, duty: [] } }],
    ["rules", "bad", { facts: { ...WELL, channels: { enabled: 0, routes: 1, failing: [] } } }],
    ["rules", "bad", { facts: { ...WELL, watch: { ...WATCH, isJudging: false } } }],
    [
      "rules",
      "warn",
      { facts: { ...WELL, watch: { ...WATCH, rules: WATCH.rules.map((one) => ({ ...one, hasFault: true })) } } },
    ],
    ["rules", "unknown", { facts: { ...WELL, watch: null } }],
  ];
  for (const [topic, verdict, more] of rows) expect([topic, verdictOf(ready(more), topic)]).toEqual([topic, verdict]);
});

test("the closing report says what fired, what was seen, who was on duty and what it cost", () => {
  const window = {
    ...WINDOW,
    from: WELL.from,
    to: WELL.to,
    duty: [{ who: "a", reach: "", from: WELL.from, to: WELL.to }],
  };
  const points = closingPoints(window, { ...WELL, incidents: [anIncident("fs-full", { severity: "P1" })] }, "CNY");
  expect(points.map(({ topic, verdict }) => [topic, verdict])).toEqual([
    ["incidents", "bad"],
    ["coverage", "ok"],
    ["duty", "ok"],
    ["rules", "ok"],
    ["cost", "ok"],
  ]);
  expect(points[0]?.text.en).toBe("1 P1 and 0 P2; 60 minutes to recover on average");
  expect(points[3]).toMatchObject({ text: { en: "Rules wait 50 % of their time; their figures are as always" } });
  expect(points[4]?.text.zh).toBe("成本 1000.00 CNY，其中闲置 100.00");
  expect(verdictOf(closingPoints(window, { ...WELL, money: null, watch: null }, "CNY"), "cost")).toBe("unknown");
  expect(verdictOf(closingPoints(window, { ...WELL, watch: null }, "CNY"), "incidents")).toBe("unknown");
  const before = [anIncident("fs-full", { firedAt: unixMs(WELL.from - HOUR_MS) })];
  expect(verdictOf(closingPoints(window, { ...WELL, incidents: before, money: MONEY }, "CNY"), "incidents")).toBe("ok");
});

test("a report is as bad as its worst point, and unknown where it has none", () => {
  const point = (verdict: CheckVerdict): GuardPoint => ({
    topic: "duty",
    verdict,
    text: { zh: "", en: "" },
    named: [],
  });
  const verdict = (...all: readonly CheckVerdict[]) => reportOf(1, all.map(point)).verdict;
  expect([
    verdict("ok", "warn"),
    verdict("warn", "unknown"),
    verdict("unknown", "bad"),
    verdict("ok"),
    verdict(),
  ]).toEqual(["warn", "unknown", "bad", "ok", "unknown"]);
});

describe("the published calendar", () => {
  const of = (day: string) => PUBLISHED_DAYS.find((one) => one.day === day)?.kind;

  test("has as many days off and days made up as the notices say, each once", () => {
    const count = (year: string, kind: string) =>
      PUBLISHED_DAYS.filter((one) => one.day.startsWith(year) && one.kind === kind).length;
    // Days of the holidays as announced: 3+9+3+5+3+3+7.
    expect([count("2026", "holiday"), count("2026", "workday")]).toEqual([33, 6]);
    expect(PUBLISHED_DAYS.every(({ day }) => day.startsWith("2026"))).toBe(true); // years that were not checked are not said
    expect(new Set(PUBLISHED_DAYS.map(({ day }) => day)).size).toBe(PUBLISHED_DAYS.length);
    expect(PUBLISHED_DAYS.at(-1)?.day.slice(0, 4)).toBe(CALENDAR_TO);
  });

  test("days made up are all on weekends, and no two years contradict the week", () => {
    const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();
    for (const { day, kind } of PUBLISHED_DAYS)
      if (kind === "workday") expect([day, weekday(day) % 6]).toEqual([day, 0]);
    expect([of("2026-02-15"), of("2026-02-23"), of("2026-02-24"), of("2026-02-28"), of("2026-10-08")]).toEqual([
      "holiday",
      "holiday",
      undefined,
      "workday",
      undefined,
    ]);
  });
});
