import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recurrence, Silence } from "../../../../db/model/channel.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { holdsAt, isAbout, liesIn, nextHold, placeOf } from "../../../../server/domain/alerts/silence-times.ts";
import { at, Course, finding, incident, inForce, saw, silence, T0, told } from "./hand.ts";

const HOT = [saw("temp-core", [finding({ card: "GPU-1" })])];
const WELL = [saw("temp-core", [])];
const utc = (text: string) => unixMs(Date.parse(text));

describe("a silence", () => {
  test.each<readonly [string, Partial<Silence>, number, boolean]>([
    ["holds from its first instant", {}, 0, true],
    ["not before", {}, -1, false],
    ["until its last", {}, HOUR_MS - 1, true],
    ["and not at its end", {}, HOUR_MS, false],
    ["holds without an end until someone ends it", { to: null }, 999 * DAY_MS, true],
    ["is over the moment someone ends it", { endedAt: at(MINUTE_MS) }, MINUTE_MS, false],
    ["and held until then", { endedAt: at(MINUTE_MS) }, MINUTE_MS - 1, true],
  ])("%s", (_, part, ms, expected) => {
    expect(holdsAt(silence(part), at(ms))).toBe(expected);
  });

  test.each<readonly [string, Partial<Silence>, boolean]>([
    ["that names nothing is about everything", {}, true],
    ["is about its rules", { ruleIds: ["ecc-dbe-vol"] }, false],
    ["is about its nodes by name", { nodes: ["gpu-01"] }, true],
    ["and no others", { nodes: ["gpu-02"] }, false],
    ["is about its cards", { cards: ["GPU-1"] }, true],
    ["and no others", { cards: ["GPU-2"] }, false],
    ["is about its places", { where: { cluster: ["train"], region: ["north", "south"] } }, true],
    ["all of them", { where: { cluster: ["train"], region: ["south"] } }, false],
    ["and not about a place nobody knows", { where: { feature: ["search"] } }, false],
    ["a part without values names nothing", { where: { vendor: [] } }, true],
    ["of one incident is about it", { fingerprint: "f00d" }, true],
    ["and about no other", { fingerprint: "beef" }, false],
  ])("%s", (_, part, expected) => {
    const one = { ...incident({ labels: { card: "GPU-1" } }), fingerprint: "f00d" };
    expect(isAbout(silence(part), { incident: one, place: placeOf(one) })).toBe(expected);
  });

  test("whose zone this machine does not know silences nothing, and breaks nothing", () => {
    const recurs: Recurrence = { weekdays: [], fromMinute: 0, toMinute: 1_440, zone: "Mars/Olympus" };
    expect(holdsAt(silence({ recurs }), at(MINUTE_MS))).toBe(false);
  });
});

describe("a silence that recurs", () => {
  const night = { weekdays: [5], fromMinute: 22 * 60, toMinute: 6 * 60, zone: "Asia/Shanghai" }; // Friday
  const berlin = (fromMinute: number, toMinute: number): Recurrence => ({
    weekdays: [],
    fromMinute,
    toMinute,
    zone: "Europe/Berlin",
  });
  test.each<readonly [string, Recurrence, string, boolean]>([
    ["holds on its day from its minute", night, "2026-11-20T14:00:00Z", true],
    ["not a moment before", night, "2026-11-20T13:59:59.999Z", false],
    ["over midnight into the day after", night, "2026-11-20T21:59:59Z", true],
    ["until its end", night, "2026-11-20T22:00:00Z", false],
    ["not in the small hours of its own day", night, "2026-11-19T20:00:00Z", false],
    ["nor on another evening", night, "2026-11-21T15:00:00Z", false],
    ["all day where both ends are the same minute", berlin(0, 0), "2026-11-20T11:11:00Z", true],
    ["till midnight as minute 1440", berlin(1_380, 1_440), "2026-11-20T22:59:59Z", true],
    ["not in an hour the clocks leave out", berlin(120, 180), "2026-03-29T01:00:00Z", false],
    ["once in an hour that comes twice", berlin(120, 180), "2026-10-25T00:30:00Z", true],
    ["and once more", berlin(120, 180), "2026-10-25T01:30:00Z", true],
    ["and no third time", berlin(120, 180), "2026-10-25T02:30:00Z", false],
  ])("%s", (_, recurs, instant, expected) => {
    expect(holdsAt(silence({ from: utc("2026-01-01T00:00:00Z"), to: null, recurs }), utc(instant))).toBe(expected);
  });

  test("says when it holds next", () => {
    const one = silence({ from: utc("2026-11-01T00:00:00Z"), to: null, recurs: night });
    expect(nextHold(one, utc("2026-11-18T00:00:00Z"))).toBe(utc("2026-11-20T14:00:00Z"));
    expect(nextHold(one, utc("2026-11-20T15:00:00Z"))).toBeNull();
    expect(nextHold(silence({ from: at(DAY_MS), to: null }), T0)).toBe(at(DAY_MS));
    expect(nextHold(silence(), at(DAY_MS))).toBeNull();
  });

  test("holds exactly where the wall clock of its zone shows its minutes", () => {
    const zones = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const wall = (zone: string, ms: number) =>
      new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(ms);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 1, max: 1_440 }),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        (zone, fromMinute, toMinute, ms) => {
          const [hour = 0, minute = 0] = wall(zone, ms).split(":").map(Number);
          const now = hour * 60 + minute;
          const isIn =
            fromMinute < toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute;
          const recurs = { weekdays: [], fromMinute, toMinute, zone };
          expect(holdsAt(silence({ from: unixMs(0), to: null, recurs }), unixMs(ms))).toBe(isIn);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what is silenced (ALR-13)", () => {
  const rules = inForce({ forMs: 0, keepFiringMs: 0 });

  test("is not told, and is told once when it still fires at the end", () => {
    const course = new Course(rules);
    course.silences = [silence()];
    course.over(2 * HOUR_MS, HOT);
    expect(course.said).toEqual([{ at: HOUR_MS + 30_000, reason: "first", firing: 1, resolved: 0 }]);
    expect(told(course.changes)).toEqual(["fired at_once", "suppressed silence", "revealed"]);
  });

  test("is told once more at the end, though it had been told before the silence began", () => {
    const course = new Course(rules);
    course.silences = [silence({ from: at(10 * MINUTE_MS) })];
    course.over(3 * HOUR_MS, HOT);
    expect(course.said.map(({ at }) => at)).toEqual([45_000, HOUR_MS + 30_000]);
  });

  test("ends without a word when it ends in the silence", () => {
    const course = new Course(rules);
    course.silences = [silence({ from: at(10 * MINUTE_MS) })];
    course.over(30 * MINUTE_MS, HOT);
    course.over(3 * HOUR_MS, WELL);
    expect(course.said).toHaveLength(1);
    expect(course.open.size).toBe(0);
    expect(course.groups).toEqual([]);
  });

  test("stays silent where one silence takes over from another", () => {
    const course = new Course(rules);
    course.silences = [silence(), silence({ id: 13, from: at(50 * MINUTE_MS), to: at(2 * HOUR_MS) })];
    course.over(2 * HOUR_MS - 60_000, HOT);
    expect(course.said).toEqual([]);
    expect(told(course.changes)).toEqual(["fired at_once", "suppressed silence"]);
    expect(course.one().suppressor).toBe("13");
  });

  test("is under maintenance where both hold", () => {
    const course = new Course(rules);
    course.silences = [silence({ id: 3 }), silence({ id: 9, kind: "maintenance" })];
    course.round(HOT);
    expect(course.one()).toMatchObject({ suppressedBy: "maintenance", suppressor: "9" });
  });

  test("lives and ends as it would without (A-08)", () => {
    const [loud, quiet] = [new Course(rules), new Course(rules)];
    quiet.silences = [silence()];
    for (const course of [loud, quiet]) course.over(HOUR_MS, (i) => (i % 100 < 50 ? HOT : WELL));
    const lives = (course: Course) => told(course.changes).filter((one) => !/suppressed|revealed/.test(one));
    expect(lives(quiet)).toEqual(lives(loud));
  });
});

test("a place nobody said matches no list, be it named how it will", () => {
  fc.assert(fc.property(fc.string(), (name) => !liesIn({ feature: [name] }, {})));
});
