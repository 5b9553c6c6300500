import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding, Incident, Labels } from "../../../../db/model/incident.ts";
import type { AdvanceInput } from "../../../../server/domain/alerts/advance.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import type { SpeakInput } from "../../../../server/domain/alerts/speak.ts";
import type { RuleSaw } from "../../../../server/domain/health/round.ts";
import * as laws from "./alert-laws.ts";
import { type Alerts, REAL } from "./alerts.ts";
import { ROUND_MS } from "./hand.ts";

/** Wrong alerts that somebody could write, and the law that must catch them. */
type Mutant = readonly [string, (alerts: Alerts) => fc.IProperty<unknown>, () => Partial<Alerts>];

/** Told of another round than there was. */
const told =
  (change: (input: AdvanceInput) => AdvanceInput): Alerts["advance"] =>
  (input) =>
    REAL.advance(change(input));

/** Other saws than there were. */
const seeing = (change: (saw: RuleSaw, open: AdvanceInput["open"]) => RuleSaw) =>
  told((input) => ({ ...input, saws: input.saws.map((saw) => change(saw, input.open)) }));

/** Another sight of open incidents in some phase. */
const sighting = (phase: Incident["phase"], from: "absent" | "clear", to: "clear" | "absent" | "breach") =>
  seeing((saw, open) => {
    const about = (labels: Labels) => open.get(fingerprintOf(saw.ruleId, labels));
    const found = saw.findings.map((one) => fingerprintOf(one.ruleId, one.labels));
    const held = [...open.values()].filter(
      (one) =>
        one.ruleId === saw.ruleId &&
        one.phase === phase &&
        !found.includes(one.fingerprint) &&
        saw.seen(one.labels) === from,
    );
    return to === "breach"
      ? { ...saw, findings: [...saw.findings, ...held.map((one): Finding => ({ ...one }))] }
      : {
          ...saw,
          seen: (labels) => {
            const sight = saw.seen(labels);
            return sight === from && about(labels)?.phase === phase ? to : sight;
          },
        };
  });

/** Other incidents than came of it. */
const becoming =
  (change: (one: Incident, input: AdvanceInput) => Incident): Alerts["advance"] =>
  (input) => {
    const after = REAL.advance(input);
    return {
      ...after,
      open: new Map([...after.open].map(([key, one]) => [key, change(one, input)])),
      changes: after.changes.map((one) => ({ ...one, next: change(one.next, input) })),
    };
  };

/** Told of another moment than it was. */
const hearing =
  (change: (input: SpeakInput) => SpeakInput): Alerts["speak"] =>
  (input) =>
    REAL.speak(change(input));

const MUTANTS: readonly Mutant[] = [
  [
    "A-01: a breach opens another incident beside the open one",
    laws.oneOfEach,
    () => ({
      advance: (input) => {
        const after = REAL.advance(input);
        const again = [...input.open.values()].flatMap((one) =>
          after.open.has(one.fingerprint) ? [{ next: { ...one, id: 0 }, events: [] }] : [],
        );
        return { ...after, changes: [...after.changes, ...again] };
      },
    }),
  ],
  [
    "A-01: what is resolved stays among the open ones",
    laws.oneOfEach,
    () => ({
      advance: (input) => {
        const after = REAL.advance(input);
        const ended = after.changes.flatMap(({ next }) => (next.phase === "resolved" ? [next] : []));
        return { ...after, open: new Map([...after.open, ...ended.map((one) => [one.fingerprint, one] as const)]) };
      },
    }),
  ],
  [
    "A-02: it ends when the clock on the wall says, be that before it began",
    laws.stepsAreLegal,
    () => ({
      advance: becoming((one, { now }) => (one.phase === "resolved" ? { ...one, resolvedAt: now } : one)),
    }),
  ],
  [
    "A-02: it fires without saying why",
    laws.stepsAreLegal,
    () => ({
      advance: becoming((one) => (one.phase === "firing" ? { ...one, because: "condition_began" } : one)),
    }),
  ],
  [
    "A-03: silence counts towards `for`",
    laws.livesAreAsTheOracleTells,
    () => ({ advance: sighting("pending", "absent", "breach") }),
  ],
  [
    "A-03: silence resets `for`",
    laws.livesAreAsTheOracleTells,
    () => ({ advance: sighting("pending", "absent", "clear") }),
  ],
  [
    "A-03: `for` is measured from the first breach, silence and all",
    laws.livesAreAsTheOracleTells,
    () => ({
      advance: (input) => {
        const silent = [...input.open.values()].filter((one) => {
          const saw = input.saws.find(({ ruleId }) => ruleId === one.ruleId);
          return one.phase === "pending" && saw?.seen(one.labels) === "absent";
        });
        const open = new Map(input.open);
        for (const one of silent) open.set(one.fingerprint, { ...one, observedMs: one.observedMs + input.elapsedMs });
        return REAL.advance({ ...input, open });
      },
    }),
  ],
  [
    "A-03: every rule fires at once",
    laws.livesAreAsTheOracleTells,
    () => ({
      advance: told((input) => ({
        ...input,
        rules: new Map([...input.rules].map(([id, one]) => [id, { ...one, rule: { ...one.rule, forMs: 0 } }])),
      })),
    }),
  ],
  [
    "A-04: silence of data resolves",
    laws.livesAreAsTheOracleTells,
    () => ({ advance: sighting("firing", "absent", "clear") }),
  ],
  [
    "A-04: the first sign of health is believed",
    laws.livesAreAsTheOracleTells,
    () => ({
      advance: told((input) => ({
        ...input,
        rules: new Map([...input.rules].map(([id, one]) => [id, { ...one, rule: { ...one.rule, keepFiringMs: 0 } }])),
      })),
    }),
  ],
  [
    "A-04: health before a relapse counts on",
    laws.livesAreAsTheOracleTells,
    () => {
      const health = new Map<string, number>();
      return {
        advance: becoming((one) => {
          if (one.phase !== "firing") health.delete(one.fingerprint);
          else if (one.clearSince !== null)
            health.set(one.fingerprint, Math.max(one.observedMs, health.get(one.fingerprint) ?? 0));
          return one.phase === "firing" && one.clearSince !== null
            ? { ...one, observedMs: Math.max(one.observedMs, health.get(one.fingerprint) ?? 0) }
            : one;
        }),
      };
    },
  ],
  [
    "ALR-08: nothing ever flaps",
    laws.livesAreAsTheOracleTells,
    () => ({ advance: becoming((one) => ({ ...one, flaps: 0, isFlapping: false })) }),
  ],
  [
    "ALR-08: each life begins without a past",
    laws.livesAreAsTheOracleTells,
    () => ({ advance: told((input) => ({ ...input, recent: new Map() })) }),
  ],
  [
    "A-05: of two findings of one thing the first stands",
    laws.orderIsNothing,
    () => ({
      advance: seeing((saw) => {
        const first = new Map<string, Finding>();
        for (const one of saw.findings) {
          const name = fingerprintOf(one.ruleId, one.labels);
          if (!first.has(name)) first.set(name, one);
        }
        return { ...saw, findings: [...first.values()] };
      }),
    }),
  ],
  [
    "A-06: a start begins to count anew",
    laws.restartsAreTransparent,
    () => ({
      advance: told((input) => ({
        ...input,
        open:
          input.elapsedMs > 0
            ? input.open
            : new Map([...input.open].flatMap(([key, one]) => (one.phase === "pending" ? [] : [[key, one] as const]))),
      })),
    }),
  ],
  [
    "A-06: what fired before a start fires once more",
    laws.restartsAreTransparent,
    () => ({
      advance: told((input) => (input.elapsedMs > 0 ? input : { ...input, open: new Map() })),
    }),
  ],
  [
    "A-07: every call is a round, however little time passed",
    laws.missedAndDoubledRoundsAreHarmless,
    () => ({ advance: told((input) => ({ ...input, elapsedMs: ROUND_MS })) }),
  ],
  [
    "ALR-09: `for` is measured by the clock on the wall",
    laws.wallClockIsNothing,
    () => {
      let last: number | null = null;
      return {
        advance: told((input) => {
          const elapsedMs = last === null || input.open.size === 0 ? input.elapsedMs : Math.max(0, input.now - last);
          last = input.now;
          return { ...input, elapsedMs };
        }),
      };
    },
  ],
  [
    "A-08: what is silenced does not open",
    laws.filtersAreFilters,
    () => ({
      advance: told((input) =>
        input.silences.some(({ from, to }) => from <= input.now && (to === null || input.now < to))
          ? { ...input, saws: input.saws.map((one) => ({ ...one, findings: [] })) }
          : input,
      ),
    }),
  ],
  [
    "A-08: what something larger speaks for is over",
    laws.filtersAreFilters,
    () => ({
      advance: (input) => {
        const after = REAL.advance(input);
        return { ...after, open: new Map([...after.open].filter(([, one]) => one.suppressedBy !== "inhibition")) };
      },
    }),
  ],
  [
    "A-09: an incident goes with its crowd, wherever it was told",
    laws.groupsConserve,
    () => ({
      speak: (input) => {
        const speech = REAL.speak(input);
        const [first, ...others] = speech.sayings;
        if (first === undefined || others.length === 0) return speech;
        const said = Object.assign({}, first.group.said, ...others.map(({ group }) => group.said)) as Record<
          string,
          string
        >;
        return { ...speech, sayings: [{ ...first, group: { ...first.group, said } }, ...others] };
      },
    }),
  ],
  [
    "A-09: what does not fit is not counted",
    laws.groupsConserve,
    () => ({
      noticeOf: (saying, some, context) => ({
        ...REAL.noticeOf(saying, some, context),
        more: Math.max(0, some.length - 21),
      }),
    }),
  ],
  [
    "A-09: a message lists an incident twice that ended and began again",
    laws.groupsConserve,
    () => ({
      speak: (input) => {
        const speech = REAL.speak(input);
        return {
          ...speech,
          sayings: speech.sayings.map((one) => ({ ...one, firing: [...one.firing, ...one.firing.slice(0, 1)] })),
        };
      },
    }),
  ],
  [
    "A-10: labels count in the order they are told",
    laws.fingerprintsAreIdentity,
    () => ({
      fingerprintOf: (id, labels) => fingerprintOf(id, { all: JSON.stringify(Object.entries(labels)) }),
    }),
  ],
  [
    "A-10: a name runs into its value",
    laws.fingerprintsAreIdentity,
    () => ({
      fingerprintOf: (id, labels) => fingerprintOf(id, { all: Object.entries(labels).flat().toSorted().join("") }),
    }),
  ],
  [
    "A-10: the rule is no part of it",
    laws.fingerprintsAreIdentity,
    () => ({ fingerprintOf: (_, labels) => fingerprintOf("", labels) }),
  ],
  [
    "A-11: what is new is said at once",
    laws.groupsAreBounded,
    () => ({
      speak: hearing((input) => ({
        ...input,
        routes: input.routes.map((one) => ({ ...one, groupIntervalMs: 0, groupWaitMs: 0 })),
      })),
    }),
  ],
  [
    "A-11: how often a thing was told is forgotten when it ends",
    laws.flappingIsBounded,
    () => ({
      speak: hearing((input) => ({
        ...input,
        groups: input.groups.map((one) => ({
          ...one,
          said: Object.fromEntries(
            Object.entries(one.said).map(([key, text]) => [key, text.split(" ").slice(0, 2).join(" ")]),
          ),
        })),
      })),
    }),
  ],
  [
    "A-13: what a rule that is gone found stays for ever",
    laws.noRuleLeavesOrphans,
    () => ({
      advance: told((input) => ({
        ...input,
        rules: new Map([
          ...[...input.open.values()].flatMap((one) => {
            const [any] = input.rules.values();
            return any === undefined ? [] : [[one.ruleId, { ...any, version: one.ruleVersion }] as const];
          }),
          ...input.rules,
        ]),
      })),
    }),
  ],
  [
    "A-13: a new version takes over what it does not find",
    laws.noRuleLeavesOrphans,
    () => ({
      advance: told((input) => ({
        ...input,
        open: new Map(
          [...input.open].map(([key, one]) => [
            key,
            { ...one, ruleVersion: input.rules.get(one.ruleId)?.version ?? 0 },
          ]),
        ),
      })),
    }),
  ],
  [
    "D-01: a channel is told again and again what it was told",
    laws.channelsKnowTheEnd,
    () => ({ speak: hearing((input) => ({ ...input, groups: input.groups.map((one) => ({ ...one, said: {} })) })) }),
  ],
  [
    "D-01: that it is over is told to nobody",
    laws.channelsKnowTheEnd,
    () => ({
      speak: (input) => {
        const speech = REAL.speak(input);
        return { ...speech, sayings: speech.sayings.filter(({ reason }) => reason !== "all_resolved") };
      },
    }),
  ],
  [
    "D-01: what was told to be over is over for good",
    laws.channelsKnowTheEnd,
    () => {
      const over = new Set<string>();
      return {
        speak: (input) => {
          if (input.groups.length === 0) over.clear();
          const incidents = input.incidents.filter((one) => one.phase === "resolved" || !over.has(one.fingerprint));
          const speech = REAL.speak({ ...input, incidents });
          for (const { resolved } of speech.sayings) for (const { fingerprint } of resolved) over.add(fingerprint);
          return speech;
        },
      };
    },
  ],
];

describe("the laws of alerts catch", () => {
  test.each(MUTANTS)("%s", (_, law, wrong) => {
    const outcome = fc.check(law({ ...REAL, ...wrong() }), { numRuns: 2_000, endOnFailure: true });
    expect(outcome.failed).toBe(true);
  });
});
