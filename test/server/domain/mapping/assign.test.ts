import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import type { HolderMatch, KnownHolder } from "../../../../db/model/feature.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import {
  assign,
  type CompiledRule,
  compileMatch,
  compileRules,
  matchHolder,
  stretchAt,
} from "../../../../server/domain/mapping/assign.ts";
import { movesBetween } from "../../../../server/domain/mapping/moves.ts";
import { readPattern } from "../../../../server/domain/mapping/pattern.ts";
import { aHolder } from "./known-holder.ts";
import "../../../tools/seed.ts";

type RuleSketch = {
  readonly id: number;
  readonly match?: HolderMatch;
  readonly from?: number; // hours
  readonly to?: number | null;
  readonly feature?: number;
  readonly position?: number;
};

const ruleOf = ({ id, match = {}, from = 0, to = null, feature = id * 10, position = id }: RuleSketch) => ({
  id,
  name: `rule ${id}`,
  position,
  featureId: feature,
  match,
  from: unixMs(from * HOUR_MS),
  to: to === null ? null : unixMs(to * HOUR_MS),
});
const rules = (...sketches: RuleSketch[]): CompiledRule[] => compileRules(sketches.map(ruleOf));
const takes = (match: HolderMatch, over: Partial<KnownHolder> = {}) => compileMatch(match).takes(aHolder(over));

describe("a match", () => {
  test.each<[string, HolderMatch, boolean]>([
    ["that looks at nothing takes every holder", {}, true],
    ["takes the whole text, not a part of it", { namespace: "cha" }, false],
    ["takes a name as it is", { namespace: "chat" }, true],
    ["takes the beginning of a name", { pod: "chat-.*" }, true],
    ["reads a point as any character", { namespace: "ch.t" }, true],
    ["reads an escaped point as a point", { namespace: "ch\\.t" }, false],
    ["is as strict about letters as Kubernetes", { namespace: "Chat" }, false],
    ["can be told to be less strict", { namespace: "(?i)CHAT" }, true],
    ["needs every part it says", { namespace: "chat", pod: "other.*" }, false],
    ["sees kind and name of the owner", { owner: "Deployment/.*" }, true],
    ["sees the cluster", { cluster: "k[12]" }, true],
    ["needs each label it names", { labels: { app: ".*" } }, false],
  ])("%s", (_, match, expected) => {
    expect(takes(match)).toBe(expected);
  });

  test("looks at labels by their own names only", () => {
    const labels = new Map([
      ["app", "chat"],
      ["__proto__", "x"],
    ]);
    expect(takes({ labels: { app: "chat" } }, { labels })).toBe(true);
    expect(takes({ labels: { app: "chat", team: ".*" } }, { labels })).toBe(false);
    const hostile = JSON.parse('{"__proto__": "y"}') as Record<string, string>;
    expect(takes({ labels: hostile }, { labels })).toBe(false);
    expect(takes({ labels: { constructor: ".*" } }, { labels })).toBe(false);
  });

  test("is not escaped by a name with a line break in it", () => {
    expect(takes({ pod: "chat-.*" }, { pod: "chat-\nx" })).toBe(true);
    expect(takes({ pod: "chat-.*x" }, { pod: "chat-\n\nx" })).toBe(true);
  });
});

describe("a pattern", () => {
  test.each([
    ["chat(", "bad_pattern", "missing closing )"],
    ["[z-a]", "bad_pattern", "invalid character class range"],
    ["*chat", "bad_pattern", 'a shell\'s "*" is ".*" here'],
    ["(?!chat).*", "bad_pattern", "put a rule for the exception before this one"],
    ["(?=chat).*", "bad_pattern", "before this one"],
    ["\\1", "bad_pattern", "invalid escape"],
    ["(.*){1000}", "bad_pattern", "it repeats too much"],
    ["a{1000}a{1000}a{1000}", "bad_pattern", "it repeats too much"],
    ["a".repeat(257), "too_long", "it has 257 characters"],
  ])("%s is refused with the way out", (pattern, code, hint) => {
    const reading = readPattern(pattern);
    expect(reading).toMatchObject({ ok: false, code });
    if (!reading.ok) expect(reading.hint).toContain(hint);
  });

  test("that makes other engines try for ever is as quick as any", () => {
    const text = `${"a".repeat(50_000)}!`;
    for (const pattern of ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){12}b"]) {
      const reading = readPattern(pattern);
      if (!reading.ok) throw new Error(reading.hint);
      const before = process.cpuUsage().user;
      expect(reading.takes(text)).toBe(false);
      expect((process.cpuUsage().user - before) / 1000).toBeLessThan(1_000);
    }
  });

  test("means what RE2 says, whatever shortcut is taken", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "-",
      ".",
      "\\.",
      ".*",
      "a*",
      "(a|b)",
      "[ab]",
      "\\-",
      "_",
      "/",
      "a?",
      "",
      "|",
    );
    const text = fc.string({ unit: fc.constantFrom("a", "b", "-", ".", "_", "/", "\n", "*"), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(atom, { maxLength: 6 }), text, (atoms, value) => {
        const pattern = atoms.join("");
        const reading = readPattern(pattern);
        let truth: boolean | null = null;
        try {
          truth = RE2JS.compile(pattern, RE2JS.DOTALL).matcher(value).matches();
        } catch {
          truth = null;
        }
        expect(reading.ok ? reading.takes(value) : null).toBe(truth);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("of several rules", () => {
  test("the first by position wins, hour by hour", () => {
    const all = rules(
      { id: 1, position: 2_000, from: 0 },
      { id: 2, position: 1_000, from: 10, to: 20 },
      { id: 3, position: 500, from: 15, to: 25, match: { namespace: "other" } },
    );
    expect(assign(all, aHolder())).toEqual([
      { fromHour: 0, toHour: 10, featureId: 10, ruleId: 1 },
      { fromHour: 10, toHour: 20, featureId: 20, ruleId: 2 },
      { fromHour: 20, toHour: null, featureId: 10, ruleId: 1 },
    ]);
    expect(assign(all, aHolder({ namespace: "other" })).map(({ ruleId }) => ruleId)).toEqual([1, 2, 3, 1]);
  });

  test("none takes an hour in which none is in force", () => {
    const all = rules({ id: 1, from: 5, to: 6 });
    expect(assign(all, aHolder())).toEqual([{ fromHour: 5, toHour: 6, featureId: 10, ruleId: 1 }]);
    expect(matchHolder(all, aHolder(), 6)).toBeNull();
    expect(matchHolder(all, aHolder(), 5)?.ruleId).toBe(1);
  });

  const sketch = fc.record({
    match: fc.constantFrom<HolderMatch>(
      {},
      { namespace: "chat" },
      { namespace: "no" },
      { pod: "chat-.*" },
      { labels: { a: "1" } },
    ),
    from: fc.nat(12),
    length: fc.option(fc.integer({ min: 1, max: 8 })),
    feature: fc.integer({ min: 1, max: 3 }),
  });

  const made = fc.array(sketch, { maxLength: 8 }).map((sketches) =>
    rules(
      ...sketches.map(({ match, from, length, feature }, i) => ({
        id: i + 1,
        match,
        from,
        feature,
        to: length === null ? null : from + length,
      })),
    ),
  );

  test("an assignment says of every hour what matching says of it, without overlap", () => {
    fc.assert(
      fc.property(made, fc.boolean(), (all, isLabelled) => {
        const who = aHolder({ labels: new Map(isLabelled ? [["a", "1"]] : []) });
        const stretches = assign(all, who);
        for (let hour = 0; hour < 24; hour++)
          expect(stretchAt(stretches, hour)?.ruleId ?? null).toBe(matchHolder(all, who, hour)?.ruleId ?? null);
        for (const [i, stretch] of stretches.entries()) {
          expect(stretch.toHour ?? Infinity).toBeGreaterThan(stretch.fromHour);
          expect(stretch.fromHour).toBeGreaterThanOrEqual(i === 0 ? 0 : (stretches[i - 1]?.toHour ?? Infinity));
        }
      }),
    );
  });

  test("moves say of every hour from whom to whom, and nothing where it stays", () => {
    fc.assert(
      fc.property(made, made, (before, after) => {
        const [a, b] = [assign(before, aHolder()), assign(after, aHolder())];
        const moves = movesBetween(a, b);
        for (let hour = 0; hour < 24; hour++) {
          const move = moves.find(({ fromHour, toHour }) => fromHour <= hour && hour < (toHour ?? Infinity));
          const [from, to] = [stretchAt(a, hour)?.featureId ?? -1, stretchAt(b, hour)?.featureId ?? -1];
          expect(move === undefined ? null : [move.from, move.to]).toEqual(from === to ? null : [from, to]);
        }
      }),
    );
  });
});

test("200 rules over 5,000 holders take less than a second", () => {
  const all = rules(
    ...Array.from({ length: 200 }, (_, i): RuleSketch => {
      const matches: HolderMatch[] = [
        { namespace: `team-${i}` },
        { namespace: `team-${i}`, pod: `svc-${i}-[a-z0-9]+-[a-z0-9]{5}` },
        { pod: `.*-job-${i}(-[0-9]+)?` },
        { labels: { app: `app-${i}.*`, tier: "(gold|silver)" } },
      ];
      return { id: i + 1, match: matches[i % 4] as HolderMatch };
    }),
  );
  const holders = Array.from({ length: 5_000 }, (_, i) =>
    aHolder({
      id: i,
      namespace: `team-${i % 300}`,
      pod: `svc-${i % 300}-7d9f8c-${(i * 7919).toString(36).padStart(5, "0")}`,
      labels: new Map([
        ["app", `app-${i % 400}`],
        ["tier", "gold"],
      ]),
    }),
  );
  const before = process.cpuUsage().user;
  const taken = holders.filter((one) => assign(all, one).length > 0).length;
  const spentMs = (process.cpuUsage().user - before) / 1000;
  console.info(`200 rules × 5,000 holders: ${Math.round(spentMs)} ms of CPU, ${taken} taken`);
  expect(taken).toBeGreaterThan(1_000);
  expect(spentMs).toBeLessThan(1_000);
});
