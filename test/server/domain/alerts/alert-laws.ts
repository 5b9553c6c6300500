/** What must hold for every course of rounds: of the list of correctness, as far as pure code can keep them. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Finding, Incident, IncidentChange } from "../../../../db/model/incident.ts";
import type { Severity } from "../../../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { RuleSaw } from "../../../../server/domain/health/round.ts";
import { groupsOf } from "../../../../server/domain/alerts/grouping.ts";
import { isTellable, routesOf } from "../../../../server/domain/alerts/routing.ts";
import { isSaidFiring } from "../../../../server/domain/alerts/said.ts";
import { type Life, livesOf, type SeenThen } from "../../../oracle/alerts.ts";
import type { Alerts } from "./alerts.ts";
import { at, bookOf, channel, Course, finding, inForce, ROUND_MS, route, saw, silence, T0 } from "./hand.ts";

/** Three rules and nine subjects: enough to meet each other, few enough to come back. */
const RULES = [
  { id: "at-once", forMs: 0, keepFiringMs: 0 },
  { id: "slow", forMs: 2 * ROUND_MS, keepFiringMs: 3 * ROUND_MS },
  { id: "node-down", forMs: ROUND_MS, keepFiringMs: ROUND_MS, family: "presence", scope: "node" },
] as const;
const SUBJECTS = 3;
const IDS = RULES.flatMap(({ id }) => Array.from({ length: SUBJECTS }, (_, i) => `${id}/${i}`));
const NODE = "cloud/north/a/train/gpu-01";

/** What is seen of each of the nine in a round. */
type Row = readonly SeenThen[];
const seen = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SeenThen>("breach") },
  { weight: 4, arbitrary: fc.constant<SeenThen>("clear") },
  { weight: 2, arbitrary: fc.constant<SeenThen>("absent") },
  { weight: 1, arbitrary: fc.constant<SeenThen>("left") },
);
const row = fc.array(seen, { minLength: IDS.length, maxLength: IDS.length });
const stretch = fc.record({ row, rounds: fc.integer({ min: 1, max: 9 }) });
const rows = fc
  .array(stretch, { minLength: 1, maxLength: 8 })
  .map((all): readonly Row[] => all.flatMap((one) => Array.from({ length: one.rounds }, () => one.row)));

const severityOf = (i: number): Severity => (i === 0 ? "P1" : "P2");
const findingOf = (id: string): Finding => {
  const [ruleId = "", subject = ""] = id.split("/");
  const i = Number(subject);
  const isNode = ruleId === "node-down";
  return finding(
    { card: subject, rule: ruleId },
    {
      ruleId,
      scope: isNode ? "node" : "card",
      severity: severityOf(i),
      cardIds: isNode ? [0, 1, 2] : [i],
      nodeKey: isNode && i > 0 ? `${NODE}${i}` : NODE,
      values: { subject },
    },
  );
};

function sawsOf(some: Row): readonly RuleSaw[] {
  return RULES.map(({ id }) => {
    const ours = IDS.flatMap((one, i) => (one.startsWith(`${id}/`) ? [{ one, sight: some[i]! }] : []));
    const findings = ours.flatMap(({ one, sight }) => (sight === "breach" ? [findingOf(one)] : []));
    const sights = new Map(ours.map(({ one, sight }) => [one.split("/")[1], sight]));
    return saw(id, findings, ({ card }) => {
      const sight = sights.get(card ?? "") ?? "absent";
      return sight === "breach" ? "absent" : sight;
    });
  });
}

function courseOf(alerts: Alerts): Course {
  const course = new Course(...RULES.map((one) => inForce(one)));
  course.alerts = alerts;
  return course;
}

type Round = { readonly row: Row; readonly elapsedMs: number; readonly jumpMs?: number };
const evenly = (all: readonly Row[]): readonly Round[] => all.map((one) => ({ row: one, elapsedMs: ROUND_MS }));

function run(course: Course, rounds: readonly Round[], each: (changes: readonly IncidentChange[]) => void = () => {}) {
  for (const { row: some, elapsedMs, jumpMs = 0 } of rounds) {
    course.now = unixMs(course.now + elapsedMs + jumpMs);
    each(course.judge(sawsOf(some), elapsedMs));
  }
  return course;
}

/** Transitions in order, without the times of the wall. */
const transitions = (course: Course): readonly string[] =>
  course.changes.flatMap(({ next, events }) =>
    events
      .filter(({ kind }) => kind !== "suppressed" && kind !== "revealed")
      .map(({ kind, because }) => `${next.ruleId} ${next.labels["card"]} ${kind} ${because}`),
  );

/** Lives as the changes tell them, in the order of their beginnings. */
function livesIn(course: Course, id: string): readonly Life[] {
  const [ruleId, subject] = id.split("/");
  const lives: Life[] = [];
  for (const { next, events } of course.changes) {
    if (next.ruleId !== ruleId || next.labels["card"] !== subject) continue;
    if (next.id === 0) lives.push(lifeOf(next));
    else if (events.length > 0) lives[lives.length - 1] = lifeOf(next);
  }
  const open = [...course.open.values()].find((one) => one.ruleId === ruleId && one.labels["card"] === subject);
  if (open !== undefined) lives[lives.length - 1] = lifeOf(open);
  return lives;
}
const lifeOf = ({ pendingAt, firedAt, resolvedAt, because, isFlapping }: Incident): Life => ({
  pendingAt,
  firedAt,
  resolvedAt,
  because,
  isFlapping,
});

/** at most one open incident of a finding, and it stands under its own name. */
export const oneOfEach = (alerts: Alerts) =>
  fc.property(rows, (all) => {
    const course = courseOf(alerts);
    let before: ReadonlyMap<string, Incident> = new Map();
    run(course, evenly(all), (changes) => {
      const names = changes.map(({ next }) => next.fingerprint);
      expect(new Set(names).size).toBe(names.length);
      for (const { next } of changes) expect(next.id === 0).toBe(!before.has(next.fingerprint));
      for (const [name, one] of course.open) {
        expect(one.fingerprint).toBe(name);
        expect(one.phase).not.toBe("resolved");
      }
      const spelled = [...course.open.values()].map(({ ruleId, labels }) => `${ruleId} ${labels["card"]}`);
      expect(new Set(spelled).size).toBe(spelled.length);
      before = course.open;
    });
  });

const LEGAL = new Set(["none→pending", "none→firing", "pending→firing", "pending→resolved", "firing→resolved"]);

/** legal steps only, each with its cause and its time; began ≤ seen ≤ fired ≤ acknowledged ≤ resolved. */
export const stepsAreLegal = (alerts: Alerts) =>
  fc.property(rows, fc.array(fc.integer({ min: -2, max: 2 })), (all, jumps) => {
    const course = courseOf(alerts);
    let before: ReadonlyMap<string, Incident> = new Map();
    const rounds = all.map((one, i) => ({ row: one, elapsedMs: ROUND_MS, jumpMs: (jumps[i] ?? 0) * HOUR_MS }));
    run(course, rounds, (changes) => {
      for (const { next, events } of changes) {
        const was = before.get(next.fingerprint)?.phase ?? "none";
        if (was !== next.phase) expect(LEGAL).toContain(`${was}→${next.phase}`);
        const tells = { pending: "pending", firing: "fired", resolved: "resolved" }[next.phase];
        if (was !== next.phase)
          expect(events).toContainEqual(expect.objectContaining({ kind: tells, because: next.because }));
        expect(next.since).toBeLessThanOrEqual(next.pendingAt);
        expect(next.firedAt ?? next.pendingAt).toBeGreaterThanOrEqual(next.pendingAt);
        if (next.phase === "resolved")
          expect(next.resolvedAt!).toBeGreaterThanOrEqual(next.ackedAt ?? next.firedAt ?? next.pendingAt);
        expect(next.firedAt !== null || next.phase !== "firing").toBe(true);
      }
      for (const [name, one] of course.open)
        if (one.phase === "firing" && one.ackedBy === "")
          course.act(name, { ackedBy: "lin", ackedAt: unixMs(Math.max(course.now, one.firedAt!)) });
      before = course.open;
    });
  });

/** every life is as its whole history tells it: silence neither counts, nor resets, nor ends anything. */
export const livesAreAsTheOracleTells = (alerts: Alerts) =>
  fc.property(rows, fc.array(fc.constantFrom(0, 1, 1, 1, 2)), (all, speeds) => {
    const rounds = all.map((one, i) => ({ row: one, elapsedMs: (speeds[i] ?? 1) * ROUND_MS }));
    const course = run(courseOf(alerts), rounds);
    let now: number = T0;
    const instants = rounds.map(({ elapsedMs }) => (now += elapsedMs));
    for (const [i, id] of IDS.entries()) {
      const history = rounds.map((one, r) => ({ now: instants[r]!, elapsedMs: one.elapsedMs, seen: one.row[i]! }));
      const timing = RULES.find((one) => id.startsWith(`${one.id}/`))!;
      expect(livesIn(course, id)).toEqual(livesOf(history, timing));
    }
  });

/** the order within a round changes nothing, and of two findings of one thing the same one stands. */
export const orderIsNothing = (alerts: Alerts) =>
  fc.property(rows, fc.infiniteStream(fc.nat()), (all, dice) => {
    const shuffled = <T>(some: readonly T[]): T[] =>
      some
        .map((one) => ({ one, place: dice.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one);
    const [plain, mixed] = [courseOf(alerts), courseOf(alerts)];
    for (const some of all) {
      const twice = sawsOf(some).map((one) => ({
        ...one,
        findings: one.findings.flatMap((found) => [
          found,
          { ...found, severity: "P3" as const, values: { subject: "other" } },
        ]),
      }));
      plain.round(twice);
      mixed.open = new Map(shuffled([...mixed.open]));
      mixed.round(shuffled(twice.map((one) => ({ ...one, findings: shuffled(one.findings) }))));
    }
    const sorted = (course: Course) => [...course.open.values()].map((one) => ({ ...one, id: 0 })).sort(byName);
    expect(sorted(mixed)).toEqual(sorted(plain));
    expect(mixed.changes.map(({ next, events }) => [next.fingerprint, events])).toEqual(
      plain.changes.map(({ next, events }) => [next.fingerprint, events]),
    );
  });
const byName = (a: Incident, b: Incident): number => (a.fingerprint < b.fingerprint ? -1 : 1);

/** Long stretches: nothing stands just at the border of a rule's time, so that a round more or less decides nothing. */
const calm = fc
  .array(fc.record({ row, rounds: fc.integer({ min: 24, max: 30 }) }), { minLength: 1, maxLength: 5 })
  .map((all): readonly Row[] => all.flatMap((one) => Array.from({ length: one.rounds }, () => one.row)));

/** a restart changes no outcome, and no time by more than a round. */
export const restartsAreTransparent = (alerts: Alerts) =>
  fc.property(calm, fc.nat(), (all, place) => {
    const [whole, cut] = [courseOf(alerts), courseOf(alerts)];
    const restartAt = place % all.length;
    run(whole, evenly(all));
    for (const [i, some] of all.entries()) {
      if (i === restartAt) cut.restart();
      cut.now = unixMs(cut.now + ROUND_MS);
      cut.judge(sawsOf(some), i === restartAt ? 0 : ROUND_MS);
    }
    sameButForARound(whole, cut);
  });

/** a round that was missed changes no outcome, one that was judged twice changes nothing at all. */
export const missedAndDoubledRoundsAreHarmless = (alerts: Alerts) =>
  fc.property(calm, fc.nat(), fc.array(fc.nat()), (all, missed, doubled) => {
    const [whole, holed, stuttering] = [courseOf(alerts), courseOf(alerts), courseOf(alerts)];
    run(whole, evenly(all));
    const gap = missed % all.length;
    for (const [i, some] of all.entries()) {
      holed.now = unixMs(holed.now + ROUND_MS);
      if (i !== gap) holed.judge(sawsOf(some), i === gap + 1 ? 2 * ROUND_MS : ROUND_MS);
    }
    if (gap < all.length - 1) sameButForARound(whole, holed);
    const twice = new Set(doubled.map((i) => i % all.length));
    run(
      stuttering,
      evenly(all).flatMap((one, i) => (twice.has(i) ? [one, { ...one, elapsedMs: 0 }] : [one])),
    );
    expect(transitions(stuttering)).toEqual(transitions(whole));
    for (const id of IDS) expect(livesIn(stuttering, id)).toEqual(livesIn(whole, id));
  });

function sameButForARound(one: Course, other: Course): void {
  for (const id of IDS) {
    const [lives, others] = [livesIn(one, id), livesIn(other, id)];
    expect(others.map(({ because }) => because)).toEqual(lives.map(({ because }) => because));
    for (const [i, life] of lives.entries())
      for (const time of ["pendingAt", "firedAt", "resolvedAt"] as const) {
        expect(others[i]![time] === null).toBe(life[time] === null);
        expect(Math.abs((others[i]![time] ?? 0) - (life[time] ?? 0))).toBeLessThanOrEqual(ROUND_MS);
      }
  }
}

/** ALR-09: whatever the clock on the wall does, what happens is the same. */
export const wallClockIsNothing = (alerts: Alerts) =>
  fc.property(rows, fc.array(fc.constantFrom(0, 0, -HOUR_MS, 2 * HOUR_MS, -1_000)), (all, jumps) => {
    const plain = run(courseOf(alerts), evenly(all));
    const jumping = run(
      courseOf(alerts),
      all.map((one, i) => ({ row: one, elapsedMs: ROUND_MS, jumpMs: jumps[i] ?? 0 })),
    );
    expect(transitions(jumping)).toEqual(transitions(plain));
  });

/** silences and inhibition are filters: without them the same incidents live the same lives. */
export const filtersAreFilters = (alerts: Alerts) =>
  fc.property(rows, fc.nat({ max: 20 }), fc.nat({ max: 40 }), (all, from, to) => {
    const [plain, silenced] = [courseOf(alerts), courseOf(alerts)];
    plain.rules = bookOf(...RULES.map((one) => inForce({ ...one, family: "thermal" }))); // nobody speaks for others
    silenced.silences = [silence({ from: at(from * ROUND_MS), to: at(to * ROUND_MS) })];
    for (const course of [plain, silenced]) run(course, evenly(all));
    for (const id of IDS) expect(livesIn(silenced, id)).toEqual(livesIn(plain, id));
  });

/** What is hot from one round to another; the same one may come back. */
type Crowd = readonly {
  readonly node: number;
  readonly region: string;
  readonly rule: string;
  readonly from: number;
  readonly rounds: number;
}[];
const crowdOf = (
  nodes: number,
  size: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<Crowd> =>
  fc.array(
    fc.record({
      node: fc.nat({ max: nodes }),
      region: fc.constantFrom("north", "south"),
      rule: fc.constantFrom("a", "b"),
      from: fc.nat({ max: 60 }),
      rounds: fc.integer({ min: 1, max: 40 }),
    }),
    size,
  );
const few = crowdOf(3, { minLength: 1, maxLength: 24 });
/** Or nearly all at once: more than a message lists. */
const many = fc.oneof(
  few,
  crowdOf(99, { minLength: 60, maxLength: 80 }).map((all) => all.map((one) => ({ ...one, from: one.from % 3 }))),
);

/** A course of what comes up and ends here and there, told on two channels. */
function tellingCourse(alerts: Alerts): Course {
  const course = new Course(
    inForce({ id: "a", forMs: 0, keepFiringMs: 0 }),
    inForce({ id: "b", forMs: 0, keepFiringMs: 0 }),
  );
  course.alerts = alerts;
  course.routes = [route({ goesOn: true }), route({ id: 2, channelIds: [1, 2] })];
  course.channels = [channel(1), channel(2)];
  return course;
}
const crowdSaws = (some: Crowd, i: number): readonly RuleSaw[] =>
  ["a", "b"].map((id) =>
    saw(
      id,
      some.flatMap((one) =>
        one.rule === id && i >= one.from && i < one.from + one.rounds
          ? [
              finding(
                { card: String(one.node), region: one.region },
                { ruleId: id, region: one.region, nodeKey: `c/${one.region}/z/t/${one.node}`, cardIds: [one.node] },
              ),
            ]
          : [],
      ),
    ),
  );

/** what may be told is in exactly one group of each route and channel, and what a message counts is what is in it. */
export const groupsConserve = (alerts: Alerts) =>
  fc.property(many, (some) => {
    const course = tellingCourse(alerts);
    for (let i = 0; i < 30; i += 1) {
      course.round(crowdSaws(some, i));
      const told = [...course.open.values()].filter(isTellable);
      for (const one of course.routes)
        for (const channelId of one.channelIds) {
          const ours = course.groups.filter((group) => group.channelId === channelId && group.routeId === one.id);
          const known = new Map(ours.map((group) => [group.key, group]));
          const members = groupsOf({ route: one, channelId, isEscalated: false }, told, known, course.now);
          const all = [...members.values()].flatMap(({ firing }) => firing.map(({ fingerprint }) => fingerprint));
          expect(all.toSorted()).toEqual(told.map(({ fingerprint }) => fingerprint).toSorted());
          const said = ours.flatMap((group) => Object.keys(group.said));
          expect(new Set(said).size).toBe(said.length);
        }
      for (const saying of course.last!.sayings) {
        const both = [...saying.firing, ...saying.resolved];
        expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(both.length);
        const notice = alerts.noticeOf(
          saying,
          both.map((one) => ({ ...one, holders: [] })),
          WORDS,
        );
        expect(notice.lines.length + notice.more).toBe(both.length);
      }
      for (const one of told) expect(routesOf(one, course.routes)).toHaveLength(2);
    }
  });
const WORDS = {
  language: "en",
  zone: "UTC",
  ruleOf: () => null,
  costOf: () => "",
  links: () => [],
  pageOf: () => "",
  now: T0,
} as const;

/** in T a group speaks at most 1 + ⌈T / interval⌉ times. */
export const groupsAreBounded = (alerts: Alerts) =>
  fc.property(few, (some) => {
    const course = tellingCourse(alerts);
    const spoke = new Map<string, number[]>();
    for (let i = 0; i < 100; i += 1) {
      course.round(crowdSaws(some, i));
      for (const { group } of course.last!.sayings) {
        const name = `${group.channelId}/${group.routeId}/${group.key}`;
        spoke.set(name, [...(spoke.get(name) ?? []), course.now]);
      }
    }
    for (const times of spoke.values())
      for (const [i, from] of times.entries())
        for (const [n, to] of times.slice(i).entries())
          expect(n + 1).toBeLessThanOrEqual(1 + Math.ceil((to - from) / (5 * MINUTE_MS)));
  });

/** one finding makes its channel speak at most three times in an hour, however it comes and goes. */
export const flappingIsBounded = (alerts: Alerts) =>
  fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 30 }), (stretches) => {
    const course = tellingCourse(alerts);
    course.routes = [route()];
    const states = stretches.flatMap((rounds, i) => Array.from({ length: rounds }, () => i % 2 === 0));
    for (const isHot of states)
      course.round(crowdSaws(isHot ? [{ node: 1, region: "north", rule: "a", from: 0, rounds: 1e9 }] : [], 0));
    for (const { at: from } of course.said)
      expect(course.said.filter((one) => one.at >= from && one.at < from + HOUR_MS).length).toBeLessThanOrEqual(3);
  });

/** D-01 as far as it is decided here: left alone for long enough, every channel believes what is so. */
export const channelsKnowTheEnd = (alerts: Alerts) =>
  fc.property(few, (some) => {
    const course = tellingCourse(alerts);
    for (let i = 0; i < 80; i += 1) course.round(crowdSaws(some, i));
    const end = crowdSaws(some, 79);
    course.over(75 * MINUTE_MS, end);
    const firing = [...course.open.keys()].toSorted();
    for (const one of course.routes)
      for (const channelId of one.channelIds) {
        const ours = course.groups.filter((group) => group.channelId === channelId && group.routeId === one.id);
        const believed = ours.flatMap(({ said }) =>
          Object.entries(said).flatMap(([key, text]) => (isSaidFiring(text) ? [key] : [])),
        );
        expect(believed.toSorted()).toEqual(firing);
      }
    const said = course.said.length;
    course.over(HOUR_MS, end);
    expect(course.said.length).toBe(said); // and is told nothing twice
  });

/** the same finding has the same fingerprint, whatever it is worth and whatever order its labels are told in. */
export const fingerprintsAreIdentity = (alerts: Alerts) =>
  fc.property(
    fc.string(),
    fc.dictionary(fc.string(), fc.string()),
    fc.string(),
    fc.string(),
    (id, labels, name, value) => {
      const turned = Object.fromEntries(Object.entries(labels).toReversed());
      expect(alerts.fingerprintOf(id, turned)).toBe(alerts.fingerprintOf(id, labels));
      const other = { ...labels, [name]: value };
      const isSame = Object.hasOwn(labels, name) && labels[name] === value;
      expect(alerts.fingerprintOf(id, other) === alerts.fingerprintOf(id, labels)).toBe(isSame);
      expect(alerts.fingerprintOf(`${id}x`, labels)).not.toBe(alerts.fingerprintOf(id, labels));
    },
  );

/** once a new version of a rule has judged, everything open is its own, or ended and says that the rule changed. */
export const noRuleLeavesOrphans = (alerts: Alerts) =>
  fc.property(rows, rows, fc.constantFrom("changed", "disabled", "gone"), (before, after, how) => {
    const course = run(courseOf(alerts), evenly(before));
    const open = [...course.open.values()].filter(({ ruleId }) => ruleId === "slow");
    const [first, , last] = RULES.map((one) => inForce(one));
    const slow = how === "gone" ? [] : [inForce(RULES[1], 7, how !== "disabled")];
    course.rules = bookOf(first!, ...slow, last!);
    let ended: readonly string[] = [];
    run(course, evenly(after.slice(0, 1)), (changes) => {
      ended = changes.flatMap(({ next }) => (next.phase === "resolved" ? [`${next.fingerprint} ${next.because}`] : []));
    });
    for (const one of course.open.values()) if (one.ruleId === "slow") expect(one.ruleVersion).toBe(7);
    const why = how === "changed" ? "rule_changed" : "rule_disabled";
    for (const { fingerprint } of open)
      if (!course.open.has(fingerprint)) expect(ended).toContain(`${fingerprint} ${why}`);
  });
