import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import { at, bookOf, Course, finding, inForce, ROUND_MS, saw, T0, told } from "./hand.ts";

const HOT = [saw("temp-core", [finding({ card: "GPU-1" })])];
const WELL = [saw("temp-core", [])];
const SILENT = [saw("temp-core", [], "absent")];
const LEFT = [saw("temp-core", [], "left")];
const BROKEN = [saw("temp-core", [], "clear", "no such signal")];
const AT_ONCE = inForce({ forMs: 0, keepFiringMs: 0 });

/** A course in which the card has been hot for as long as the rule asks. */
function firing(): Course {
  const course = new Course(inForce());
  course.over(75 * SECOND_MS, HOT);
  expect(course.one().phase).toBe("firing");
  return course;
}

describe("an incident", () => {
  test("is pending from the first breach and fires when it has held for as long as the rule asks", () => {
    const course = new Course(inForce());
    expect(told(course.round(HOT))).toEqual(["pending condition_began"]);
    expect(told(course.over(45 * SECOND_MS, HOT))).toEqual([]);
    expect(told(course.round(HOT))).toEqual(["fired held_for"]);
    expect(course.one()).toMatchObject({
      phase: "firing",
      because: "held_for",
      pendingAt: at(15_000),
      firedAt: at(75_000),
    });
  });

  test("fires at once where the rule asks for no time", () => {
    const course = new Course(AT_ONCE);
    expect(told(course.round(HOT))).toEqual(["fired at_once"]);
  });

  test("that ended while pending never fired", () => {
    const course = new Course(inForce());
    course.over(45 * SECOND_MS, HOT);
    expect(told(course.round(WELL))).toEqual(["resolved never_fired"]);
    expect(course.open.size).toBe(0);
  });

  test("counts only what was observed: silence while pending neither counts nor resets", () => {
    const course = new Course(inForce());
    course.over(45 * SECOND_MS, HOT); // 30 s observed
    expect(told(course.over(20 * MINUTE_MS, SILENT))).toEqual([]);
    expect(told(course.round(HOT))).toEqual([]);
    expect(told(course.round(HOT))).toEqual(["fired held_for"]);
  });

  test("resolves on evident health for as long as the rule asks, and says so", () => {
    const course = firing();
    expect(told(course.over(2 * MINUTE_MS, WELL))).toEqual([]);
    expect(course.one().clearSince).toBe(at(90_000));
    expect(told(course.round(WELL))).toEqual(["resolved condition_ended"]);
  });

  test("never resolves by silence of data, be it a week", () => {
    const course = firing();
    expect(told(course.over(DAY_MS, SILENT))).toEqual([]);
    expect(course.one().phase).toBe("firing");
  });

  test("takes health as far as it was seen: silence in between neither counts nor resets", () => {
    const course = firing();
    course.over(MINUTE_MS, WELL); // 45 s of health seen
    expect(told(course.over(HOUR_MS, SILENT))).toEqual([]);
    expect(told(course.over(MINUTE_MS, WELL))).toEqual([]);
    expect(told(course.round(WELL))).toEqual(["resolved condition_ended"]);
  });

  test("that breaks again before its health is believed goes on as the same one", () => {
    const course = firing();
    course.over(MINUTE_MS, WELL);
    expect(told(course.round(HOT))).toEqual([]);
    expect(course.one()).toMatchObject({ clearSince: null, firedAt: at(75_000) });
    course.over(MINUTE_MS + 45 * SECOND_MS, WELL);
    expect(course.one()).toMatchObject({ phase: "firing", clearSince: at(165_000) });
  });

  test("ends when its card left: there is nothing left to be healthy", () => {
    expect(told(firing().round(LEFT))).toEqual(["resolved card_left"]);
  });

  test("stands as it is while its rule cannot be evaluated", () => {
    const course = firing();
    const before = course.one();
    course.over(HOUR_MS, BROKEN);
    expect(course.open.get(before.fingerprint)).toEqual(before);
  });

  test("stands as it is while its rule was not asked", () => {
    const course = firing();
    expect(told(course.over(HOUR_MS, []))).toEqual([]);
    expect(course.one().phase).toBe("firing");
  });

  test("ends with its rule, be it disabled or gone", () => {
    const disabled = firing();
    disabled.rules = bookOf(inForce({}, 0, false));
    expect(told(disabled.round(HOT))).toEqual(["resolved rule_disabled"]);
    const gone = firing();
    gone.rules = new Map();
    expect(told(gone.round([]))).toEqual(["resolved rule_disabled"]);
  });

  test("is carried over to a new version of its rule that finds it too, with its times", () => {
    const course = firing();
    course.rules = bookOf(inForce({ forMs: HOUR_MS }, 4));
    expect(told(course.round(HOT))).toEqual([]);
    expect(course.one()).toMatchObject({ phase: "firing", ruleVersion: 4, firedAt: at(75_000) });
  });

  test("that a new version of its rule does not find is closed for that reason", () => {
    const course = firing();
    course.rules = bookOf(inForce({}, 4));
    expect(told(course.round(WELL))).toEqual(["resolved rule_changed"]);
  });

  test("tells when it gets worse, and when it takes out other cards", () => {
    const course = firing();
    const worse = finding({ card: "GPU-1" }, { severity: "P1", cardIds: [1, 2] });
    expect(course.round([saw("temp-core", [worse])])[0]?.events).toMatchObject([
      { kind: "severity", detail: "P2 → P1" },
      { kind: "cards", detail: "1 → 2" },
    ]);
  });

  test("keeps when it began, and never says that it began after it was seen", () => {
    const course = new Course(AT_ONCE);
    course.round([
      saw("temp-core", [
        finding({ card: "GPU-1" }, { since: at(-HOUR_MS) }),
        finding({ card: "GPU-2" }, { since: at(HOUR_MS) }),
      ]),
    ]);
    expect([...course.open.values()].map(({ since }) => since).sort((a, b) => a - b)).toEqual([
      at(-HOUR_MS),
      at(ROUND_MS),
    ]);
  });

  test("of two findings of one thing is the worse one, whoever came first", () => {
    const two = [finding({ card: "GPU-1" }), finding({ card: "GPU-1" }, { severity: "P1" })];
    for (const findings of [two, two.toReversed()]) {
      const course = new Course(AT_ONCE);
      course.round([saw("temp-core", findings)]);
      expect(course.open.size).toBe(1);
      expect(course.one().severity).toBe("P1");
    }
  });
});

describe("time", () => {
  test("is measured by the monotonic clock: the clock on the wall may jump (ALR-09)", () => {
    for (const jump of [-HOUR_MS, 2 * HOUR_MS]) {
      const course = new Course(inForce());
      course.over(45 * SECOND_MS, HOT);
      course.now = unixMs(course.now + jump);
      expect(told(course.round(HOT))).toEqual([]);
      expect(told(course.round(HOT))).toEqual(["fired held_for"]);
      course.now = unixMs(course.now - jump);
      expect(told(course.over(2 * MINUTE_MS, WELL))).toEqual([]);
      expect(told(course.round(WELL))).toEqual(["resolved condition_ended"]);
      const { next } = course.changes.at(-1)!;
      expect(next.resolvedAt).toBeGreaterThanOrEqual(next.firedAt!);
      expect(next.firedAt).toBeGreaterThanOrEqual(next.pendingAt);
    }
  });

  test("that was slept through counts as little as the engine says", () => {
    const course = new Course(inForce());
    course.round(HOT);
    course.now = unixMs(course.now + 10 * MINUTE_MS);
    course.judge(HOT, 0);
    expect(course.one()).toMatchObject({ phase: "pending", observedMs: 0 });
  });

  test("passes once, however often a round is judged (A-07)", () => {
    const course = new Course(inForce());
    course.round(HOT);
    for (let i = 0; i < 100; i += 1) expect(course.judge(HOT, 0)).toEqual([]);
    expect(course.one().observedMs).toBe(0);
  });
});

describe("a restart of ten minutes (ALR-02)", () => {
  test("during pending resumes the count: no false start, no second one", () => {
    const course = new Course(inForce());
    course.over(45 * SECOND_MS, HOT);
    course.restart();
    course.now = unixMs(course.now + 10 * MINUTE_MS);
    expect(told(course.judge(HOT, 0))).toEqual([]);
    expect(told(course.over(30 * SECOND_MS, HOT))).toEqual(["fired held_for"]);
  });

  test("during firing neither resolves nor tells anything twice", () => {
    const course = firing();
    course.over(2 * MINUTE_MS, HOT);
    expect(course.said).toHaveLength(1);
    course.restart();
    course.now = unixMs(course.now + 10 * MINUTE_MS);
    course.judge(SILENT, 0); // nobody has spoken yet
    course.over(MINUTE_MS, SILENT);
    course.over(HOUR_MS, HOT);
    expect(told(course.changes)).toEqual(["pending condition_began", "fired held_for"]);
    expect(course.said).toHaveLength(1);
  });
});

describe("an event", () => {
  const XID = inForce({
    id: "xid-critical",
    condition: { kind: "event", event: "xid", xids: "critical", count: 1, windowMs: DAY_MS, quietMs: HOUR_MS },
    forMs: 0,
    keepFiringMs: 0,
  });
  const xid = (...instants: readonly number[]) =>
    saw("xid-critical", [
      finding(
        { card: "GPU-1" },
        {
          ruleId: "xid-critical",
          since: at(instants[0]!),
          evidence: instants.map((ms) => ({ signal: "xid", value: 79, threshold: null, at: at(ms), text: "" })),
        },
      ),
    ]);

  test("of more than ten minutes ago is on record and told to nobody (ALR-10)", () => {
    const course = new Course(XID);
    expect(told(course.round([xid(-40 * MINUTE_MS)]))).toEqual(["fired historic"]);
    expect(course.one()).toMatchObject({ isHistoric: true, phase: "firing" });
    course.over(HOUR_MS, [xid(-40 * MINUTE_MS)]);
    course.round([saw("xid-critical", [])]);
    expect(told(course.changes)).toEqual(["fired historic", "resolved condition_ended"]);
    expect(course.said).toEqual([]);
  });

  test("that happens again is news, though the first was history", () => {
    const course = new Course(XID);
    course.round([xid(-40 * MINUTE_MS)]);
    expect(told(course.round([xid(-40 * MINUTE_MS, 30_000)]))).toEqual(["fired at_once"]);
    expect(course.one()).toMatchObject({ isHistoric: false, because: "at_once" });
    course.over(MINUTE_MS, [xid(-40 * MINUTE_MS, 30_000)]);
    expect(course.said).toMatchObject([{ reason: "first" }]);
  });

  test("is news with its newest: five errors in a day are told with the fifth", () => {
    const course = new Course(XID);
    expect(told(course.round([xid(-20 * HOUR_MS, -9 * HOUR_MS, 0)]))).toEqual(["fired at_once"]);
  });

  test("is another matter than what is still so: that is news whenever it began", () => {
    const course = new Course(AT_ONCE);
    const old = { since: at(-9 * DAY_MS), evidence: [] };
    expect(told(course.round([saw("temp-core", [finding({ card: "GPU-1" }, old)])]))).toEqual(["fired at_once"]);
  });
});

describe("a rule about rules", () => {
  test("tells of a rule that could not be evaluated three times running, and resolves nothing of it (ALR-05)", () => {
    const course = firing();
    expect(told(course.round(BROKEN))).toEqual(["pending condition_began"]);
    expect(told(course.round(BROKEN))).toEqual([]);
    expect(told(course.round(BROKEN))).toEqual(["fired held_for"]);
    const fault = course.open.get(fingerprintOf("rule-fault", { rule: "temp-core" }));
    expect(fault).toMatchObject({ scope: "rule", values: { rule: "temp-core", fault: "no such signal" } });
    expect(course.open.get(fingerprintOf("temp-core", { card: "GPU-1" }))?.phase).toBe("firing");
    expect(told(course.round(HOT))).toEqual(["resolved condition_ended"]);
  });

  test("starts anew after a round that worked", () => {
    const course = new Course(inForce());
    course.over(30 * SECOND_MS, BROKEN);
    course.round(WELL);
    course.over(30 * SECOND_MS, BROKEN);
    expect(told(course.changes)).not.toContain("fired held_for");
  });

  test("has nothing to say of a rule that was disabled", () => {
    const course = new Course(inForce());
    course.over(MINUTE_MS, BROKEN);
    course.rules = bookOf(inForce({}, 0, false));
    expect(told(course.round([]))).toEqual(["resolved card_left"]);
  });

  const many = (count: number, from = 0) => [
    saw(
      "temp-core",
      Array.from({ length: count }, (_, i) => finding({ card: `GPU-${from + i}` }, { cardIds: [from + i] })),
    ),
  ];
  const wide = fingerprintOf("rule-too-wide", { rule: "temp-core" });

  test("says one thing of a rule with more than 5,000 open incidents, and leaves others alone (ALR-12)", () => {
    const course = new Course(AT_ONCE, inForce({ id: "other", forMs: 0 }));
    const other = saw("other", [finding({ card: "GPU-1" }, { ruleId: "other" })]);
    course.round([...many(5_000), other]);
    expect(course.open.size).toBe(5_001);
    course.round([...many(5_001), other]);
    expect(course.open.size).toBe(2);
    expect(course.open.get(wide)).toMatchObject({
      scope: "rule",
      values: { rule: "temp-core", count: 5_001 },
      region: "north",
      cluster: "train",
    });
    expect(course.changes.filter(({ next }) => next.because === "too_wide")).toHaveLength(5_000);
  });

  test("does not change its mind every round while a rule stands at the border", () => {
    const course = new Course(AT_ONCE);
    course.round(many(5_001));
    for (let i = 0; i < 8; i += 1) course.round(many(i % 2 === 0 ? 4_990 : 5_010));
    expect([...course.open.keys()]).toEqual([wide]);
  });

  test("lets a rule speak for itself again when it was narrow for five minutes", () => {
    const course = new Course(AT_ONCE);
    course.round(many(5_001));
    course.over(5 * MINUTE_MS, many(10));
    expect([...course.open.keys()]).toEqual([wide]);
    course.over(30 * SECOND_MS, many(10));
    expect(course.open.size).toBe(10);
  });

  test("counts what stays open although it is not found: a rule whose subjects change all the time", () => {
    const course = new Course(inForce({ forMs: 0, keepFiringMs: HOUR_MS }));
    for (let i = 0; i < 3; i += 1) course.round(many(2_000, 2_000 * i));
    expect([...course.open.keys()]).toEqual([wide]);
  });
});

test("an incident stays the only open one of its fingerprint (A-01)", () => {
  const course = firing();
  course.over(HOUR_MS, HOT);
  expect(course.open.size).toBe(1);
  expect(course.changes.filter(({ next }) => next.id === 0)).toHaveLength(1);
  expect(T0).toBeLessThan(course.now);
});
