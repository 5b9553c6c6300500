import { describe, expect, test } from "vitest";
import type { Incident } from "../../../../db/model/incident.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { Group } from "../../../../server/domain/alerts/grouping.ts";
import { turnOf } from "../../../../server/domain/alerts/turn.ts";
import { at, byFingerprint, channel, Course, finding, incident, inForce, route, saw, silence, T0 } from "./hand.ts";

const A = incident({ labels: { card: "GPU-1" } });
const B = incident({ labels: { card: "GPU-2" } });
const over = (one: Incident): Incident => ({ ...one, phase: "resolved", resolvedAt: at(MINUTE_MS) });
const NEVER = 253_402_300_799_000;
const group = (part: Partial<Group> = {}): Group => ({
  channelId: 1,
  routeId: 1,
  key: "k",
  seq: 1,
  bornAt: T0,
  nextAt: NEVER,
  lastAt: T0,
  said: { [A.fingerprint]: `firing P2 ${T0}` },
  ...part,
});

describe("a group speaks, or says why not", () => {
  const fresh = { seq: 0, lastAt: null, nextAt: at(30_000), said: {} };
  test.each<readonly [string, Partial<Group>, readonly Incident[], readonly Incident[], number, string]>([
    ["for the first time, after group_wait", fresh, [A], [], 30_000, "first"],
    ["not before: its fellows may follow", fresh, [A], [], 29_999, "group_wait"],
    ["not at all when it was over by then", fresh, [], [over(A)], 30_000, "over"],
    ["of what is new, after group_interval", { nextAt: at(300_000) }, [A, B], [], 300_000, "new_firing"],
    ["not before: it spoke a moment ago", {}, [A, B], [], 299_999, "group_interval"],
    ["of new things in a group long quiet after group_wait", {}, [A, B], [], HOUR_MS, "group_wait"],
    [
      "of what is over, while others fire",
      { nextAt: at(300_000), said: { ...group().said, [B.fingerprint]: "firing P2 1" } },
      [A],
      [over(B)],
      300_000,
      "resolved",
    ],
    ["when all is over", { nextAt: at(300_000) }, [], [over(A)], 300_000, "all_resolved"],
    ["again after repeat_interval", {}, [A], [], 4 * HOUR_MS, "repeat"],
    ["not before", {}, [A], [], 4 * HOUR_MS - 1, "nothing_new"],
    ["not again while somebody looks after it", {}, [{ ...A, ackedBy: "lin" }], [], 5 * HOUR_MS, "nothing_new"],
    ["when it gets worse", { nextAt: at(300_000) }, [{ ...A, severity: "P1" }], [], 300_000, "new_firing"],
    ["not when it gets better", {}, [{ ...A, severity: "P3" }], [], 300_000, "nothing_new"],
    [
      "for the first time on a channel that is called for help",
      { ...fresh, key: "escalated k", nextAt: T0 },
      [A],
      [],
      0,
      "escalated",
    ],
    [
      "no fourth time in an hour of what comes and goes",
      { said: { [A.fingerprint]: `resolved P2 ${at(1)} ${at(2)} ${at(3)}` } },
      [A],
      [],
      HOUR_MS,
      "told_enough",
    ],
    [
      "and again when the hour is over",
      { nextAt: T0, said: { [A.fingerprint]: `resolved P2 ${at(1)} ${at(2)} ${at(3)}` } },
      [A],
      [],
      HOUR_MS + 1,
      "new_firing",
    ],
  ])("%s", (_, part, firing, resolved, ms, reason) => {
    const known = byFingerprint([...firing, ...resolved]);
    const turn = turnOf(group(part), firing, known, { route: route(), sendsResolved: true }, at(ms));
    expect(turn.saying?.reason ?? (turn.saying === null ? turn.why : "")).toBe(reason);
  });

  test("nothing of what is over where the channel does not want to hear it, and anew when it fires again", () => {
    const quiet = { route: route(), sendsResolved: false };
    const turn = turnOf(group(), [], byFingerprint([over(A)]), quiet, at(HOUR_MS));
    expect(turn).toMatchObject({ saying: null, why: "over" });
    const young = turnOf(group(), [], byFingerprint([over(A)]), quiet, at(MINUTE_MS));
    expect(young).toMatchObject({ saying: null, group: { said: { [A.fingerprint]: `resolved P2 ${T0}` } } });
    const again = turnOf({ ...young.group, nextAt: T0 }, [A], byFingerprint([A]), quiet, at(6 * MINUTE_MS));
    expect(again.saying?.reason).toBe("new_firing");
  });

  test("of everything it knows when it speaks, the new and the old", () => {
    const turn = turnOf(
      group({ nextAt: at(300_000) }),
      [A, B],
      byFingerprint([A, B]),
      { route: route(), sendsResolved: true },
      at(300_000),
    );
    expect(turn.saying).toMatchObject({ firing: [A, B], group: { seq: 2, lastAt: at(300_000) } });
  });

  test("no later for a clock that was set back an hour (ALR-09)", () => {
    const known = byFingerprint([A, B]);
    const listener = { route: route(), sendsResolved: true };
    const first = turnOf(
      group({ seq: 0, lastAt: null, nextAt: at(30_000), said: {} }),
      [A],
      known,
      listener,
      at(-HOUR_MS),
    );
    expect(first.nextAt).toBe(at(-HOUR_MS + 30_000));
    const next = turnOf(group(), [A, B], known, listener, at(-HOUR_MS));
    expect(next.nextAt).toBeLessThanOrEqual(at(-HOUR_MS + 300_000));
  });
});

const card = (id: number, part: Partial<Parameters<typeof finding>[1]> = {}) =>
  finding({ card: `GPU-${id}` }, { cardIds: [id], ...part });
const onNodes = (count: number, perNode: number, region = "north") =>
  Array.from({ length: count * perNode }, (_, i) =>
    finding(
      { card: `${region}-${i}` },
      { cardIds: [i], region, nodeKey: `cloud/${region}/a/train/gpu-${Math.floor(i / perNode)}` },
    ),
  );
const now = () => new Course(inForce({ forMs: 0, keepFiringMs: 0 }));

describe("groups", () => {
  test("gather what is of one pool, node and rule", () => {
    const course = now();
    course.over(MINUTE_MS, [
      saw(
        "temp-core",
        [1, 2, 3, 4, 5, 6, 7, 8].map((id) => card(id)),
      ),
    ]);
    expect(course.said).toEqual([{ at: 45_000, reason: "first", firing: 8, resolved: 0 }]);
  });

  test("of two nodes are two", () => {
    const course = now();
    course.over(MINUTE_MS, [saw("temp-core", onNodes(2, 4))]);
    expect(course.said).toMatchObject([{ firing: 4 }, { firing: 4 }]);
  });

  test("of a whole region are one (ALR-04): 250 nodes and 2,000 cards, once in the first five minutes", () => {
    const course = now();
    course.over(5 * MINUTE_MS, [saw("temp-core", onNodes(250, 8))]);
    expect(course.said).toEqual([{ at: 45_000, reason: "first", firing: 2_000, resolved: 0 }]);
  });

  test("of a region whose nodes go one after the other speak at most 13 times in the first hour, and 4 in the first five minutes", () => {
    const course = now();
    course.over(HOUR_MS, (i) => [saw("temp-core", onNodes(Math.min(250, i + 1), 1))]);
    expect(course.said.length).toBeLessThanOrEqual(13);
    expect(course.said.filter(({ at }) => at <= 5 * MINUTE_MS).length).toBeLessThanOrEqual(4);
    expect(course.said.at(-1)!.firing).toBeGreaterThanOrEqual(240 - 4 * 5); // one a round, told every five minutes
  });

  test("of a region that comes up slowly within group_wait are one all the same", () => {
    const course = now();
    course.over(5 * MINUTE_MS, (i) => [saw("temp-core", onNodes(i === 0 ? 2 : 250, 1))]);
    expect(course.said).toEqual([{ at: 45_000, reason: "first", firing: 250, resolved: 0 }]);
  });

  test("of two regions are two", () => {
    const course = now();
    course.over(5 * MINUTE_MS, [saw("temp-core", [...onNodes(100, 1), ...onNodes(100, 1, "south")])]);
    expect(course.said).toMatchObject([{ firing: 100 }, { firing: 100 }]);
  });

  test("do not say again elsewhere what they have said: an incident stays where it was told", () => {
    const course = now();
    course.over(MINUTE_MS, [saw("temp-core", onNodes(2, 1))]);
    course.over(MINUTE_MS, [saw("temp-core", onNodes(50, 1))]);
    expect(course.said.map(({ firing }) => firing)).toEqual([1, 1, 48]);
    course.over(HOUR_MS, [saw("temp-core", [])]);
    expect(
      course.said
        .slice(3)
        .map(({ resolved }) => resolved)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 1, 48]);
  });

  test("say nothing of what was over before group_wait ended", () => {
    const course = now();
    course.round([saw("temp-core", [card(1)])]);
    course.over(HOUR_MS, [saw("temp-core", [])]);
    expect(course.said).toEqual([]);
    expect(course.groups).toEqual([]);
  });

  test("are forgotten with their channel and with their route", () => {
    const course = now();
    course.over(MINUTE_MS, [saw("temp-core", [card(1)])]);
    course.channels = [];
    course.speak();
    expect(course.groups).toEqual([]);
  });

  test("tell the end of what lost its route before it ended", () => {
    const course = now();
    course.routes = [route({ severities: ["P2"] })];
    course.over(MINUTE_MS, [saw("temp-core", [card(1)])]);
    course.over(10 * MINUTE_MS, [saw("temp-core", [card(1, { severity: "P3" })])]);
    course.over(MINUTE_MS, [saw("temp-core", [])]);
    expect(course.said.map(({ reason }) => reason)).toEqual(["first", "all_resolved"]);
  });

  test("after a restart go on where they were: nothing is said twice", () => {
    const course = now();
    course.over(5 * MINUTE_MS, [saw("temp-core", onNodes(4, 2))]);
    const before = course.said.length;
    for (let i = 0; i < 10; i += 1) {
      course.restart();
      course.over(MINUTE_MS, [saw("temp-core", onNodes(4, 2))]);
    }
    expect(course.said.length).toBe(before);
  });

  test("know when they speak next", () => {
    const course = now();
    course.round([saw("temp-core", [card(1)])]);
    expect(course.last?.nextAt).toBe(at(45_000));
    course.now = unixMs(at(45_000));
    expect(course.speak().sayings).toHaveLength(1);
  });
});

describe("routes", () => {
  const said = (course: Course): readonly string[] =>
    course.groups.map(({ routeId, channelId }) => `${routeId}→${channelId}`);
  const tried = (...routes: readonly Parameters<typeof route>[0][]): readonly string[] => {
    const course = now();
    course.channels = [channel(1), channel(2), channel(3)];
    course.routes = routes.map((part, i) => route({ id: i + 1, position: i, channelIds: [i + 1], ...part }));
    course.round([saw("temp-core", [card(1)])]);
    return said(course).toSorted();
  };

  test.each<readonly [string, readonly Parameters<typeof route>[0][], readonly string[]]>([
    ["are tried in order, the first that matches takes it", [{}, {}], ["1→1"]],
    ["go on where they say so", [{ goesOn: true }, {}, {}], ["1→1", "2→2"]],
    ["match by severity", [{ severities: ["P1"] }, {}], ["2→2"]],
    ["match by rule", [{ ruleIds: ["card-drop"] }, {}], ["2→2"]],
    [
      "match by place",
      [{ where: { region: ["south"] } }, { where: { region: ["north"], vendor: ["cloud"] } }],
      ["2→2"],
    ],
    ["tell each channel once", [{ channelIds: [2, 2, 3] }], ["1→2", "1→3"]],
    ["tell nobody where none matches", [{ where: { region: ["south"] } }], []],
  ])("%s", (_, routes, expected) => {
    expect(tried(...routes)).toEqual(expected);
  });
});

describe("what nobody acknowledges", () => {
  const HOT = [saw("temp-core", [card(1)])];
  const rising = (): Course => {
    const course = now();
    course.channels = [channel(1), channel(2), channel(3)];
    course.routes = [
      route({
        escalations: [
          { afterMs: 15 * MINUTE_MS, channelIds: [2] },
          { afterMs: 30 * MINUTE_MS, channelIds: [3, 1] },
        ],
      }),
    ];
    return course;
  };

  test("goes up step by step, counted from when it was told, and at once", () => {
    const course = rising();
    course.over(HOUR_MS, HOT);
    expect(course.said).toEqual([
      { at: 45_000, reason: "first", firing: 1, resolved: 0 },
      { at: 15 * MINUTE_MS + 45_000, reason: "escalated", firing: 1, resolved: 0 },
      { at: 30 * MINUTE_MS + 45_000, reason: "escalated", firing: 1, resolved: 0 },
    ]);
    expect(course.one().escalation).toBe(2);
  });

  test("goes no further once somebody acknowledged, and whoever was called hears the end", () => {
    const course = rising();
    course.over(20 * MINUTE_MS, HOT);
    course.act(course.one().fingerprint, { ackedBy: "lin", ackedAt: course.now });
    course.over(HOUR_MS, HOT);
    expect(course.said).toHaveLength(2);
    course.over(MINUTE_MS, [saw("temp-core", [])]);
    expect(course.said.slice(2).map(({ reason }) => reason)).toEqual(["all_resolved", "all_resolved"]);
  });

  test("does not go up while it is silenced, nor at once when the silence ends", () => {
    const course = rising();
    course.silences = [silence({ to: at(2 * HOUR_MS) })];
    course.over(2 * HOUR_MS + MINUTE_MS, HOT);
    expect(course.said.map(({ reason }) => reason)).toEqual(["first"]);
    course.over(15 * MINUTE_MS, HOT);
    expect(course.said.map(({ reason }) => reason)).toEqual(["first", "escalated"]);
  });

  test("goes up on a route that tells nobody else first", () => {
    const course = rising();
    course.routes = [route({ channelIds: [], escalations: [{ afterMs: 10 * MINUTE_MS, channelIds: [2] }] })];
    course.over(20 * MINUTE_MS, HOT);
    expect(course.said).toMatchObject([{ at: 10 * MINUTE_MS + 15 * SECOND_MS, reason: "escalated" }]);
  });
});
