import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import { foundIn, MOST_TOGETHER, shed } from "../../../../server/domain/alerts/shed.ts";
import type { Round, RuleSaw } from "../../../../server/domain/health/round.ts";
import { aRound, cards, type NodeWish, type RoundWish } from "../health/a-round.ts";
import { Course, finding, inForce, ROUND_MS, saw, T0 } from "./hand.ts";

/** All built-in rules over rounds of a small fleet, as the engine would run them. */
class Watch extends Course {
  constructor() {
    super(...BUILT_IN_RULES.map((rule) => ({ rule, version: 0, origin: "built_in" as const, enabled: true })));
  }

  see(wish: RoundWish, elapsedMs = ROUND_MS): void {
    this.now = unixMs(this.now + elapsedMs);
    const round: Round = aRound({ ...wish, at: this.now });
    this.judge(
      [...this.rules.values()].map(({ rule }) => evaluate(rule, round)),
      Math.min(elapsedMs, 2 * ROUND_MS),
    );
  }

  firing(): readonly string[] {
    return [...this.open.values()].flatMap(({ phase, ruleId }) => (phase === "firing" ? [ruleId] : []));
  }

  count(ruleId: string): number {
    return this.firing().filter((id) => id === ruleId).length;
  }
}

type ClusterOf = (node: number) => string;

const fleet = (
  nodes: number,
  wish: (silentMs: number) => NodeWish,
  silentMs: number,
  clusterOf: ClusterOf = () => "train-1",
): RoundWish => ({
  nodes: Array.from({ length: nodes }, (_, n) => ({
    name: `gpu-${n}`,
    cluster: clusterOf(n),
    expected: 8,
    expectedBecause: "declared",
    ...wish(silentMs),
    cards: cards(
      8,
      silentMs > 0 ? { gap: "source_down" as const, silent: silentMs, holder: "train/llm" } : { holder: "train/llm" },
      `n${n}`,
    ),
  })),
});

/** Five minutes round by round, then the rest of the hour in longer steps. */
function loseFor(watch: Watch, nodes: number, wish: (silentMs: number) => NodeWish, clusterOf?: ClusterOf): void {
  for (let ms = 0; ms < 45 * SECOND_MS; ms += ROUND_MS) watch.see(fleet(nodes, wish, 0, clusterOf));
  const from = watch.now;
  while (watch.now < from + 5 * MINUTE_MS) watch.see(fleet(nodes, wish, watch.now + ROUND_MS - from, clusterOf));
  while (watch.now < from + HOUR_MS)
    watch.see(fleet(nodes, wish, watch.now + 3 * MINUTE_MS - from, clusterOf), 3 * MINUTE_MS);
}

describe("a region of 250 nodes and 2,000 cards is lost (ALR-04)", () => {
  test("and Kubernetes says so too: one message in the first five minutes, of the loss and its nodes", () => {
    const watch = new Watch();
    loseFor(watch, 250, (silentMs) => ({ isReady: silentMs === 0, isExporterUp: silentMs === 0 }));
    expect(watch.said.filter(({ at }) => at <= 5 * MINUTE_MS)).toHaveLength(1);
    expect(watch.said.length).toBeLessThanOrEqual(13);
    expect(watch.count("node-down")).toBe(250);
    expect(watch.said.at(-1)!.firing).toBeGreaterThanOrEqual(251);
  }, 60_000);

  test("and nobody else says so: one message of a loss nobody confirmed, and the nodes stand by (ALR-07)", () => {
    const watch = new Watch();
    loseFor(watch, 250, (silentMs) => ({ isReady: null, isExporterUp: silentMs === 0 }));
    expect(watch.said).toMatchObject([{ reason: "first", firing: 1 }]);
    const held = [...watch.open.values()].filter(({ suppressedBy }) => suppressedBy === "breaker");
    expect(held).toHaveLength(250);
  }, 60_000);

  test("over five clusters, and nobody else says so: one message of the region, not one for each cluster", () => {
    const watch = new Watch();
    loseFor(
      watch,
      50,
      (silentMs) => ({ isReady: null, isExporterUp: silentMs === 0 }),
      (n) => `train-${n % 5}`,
    );
    expect(watch.said).toMatchObject([{ reason: "first", firing: 5 }]);
  }, 60_000);

  test.each([
    ["Kubernetes says so too", (silentMs: number) => ({ isReady: silentMs === 0, isExporterUp: silentMs === 0 })],
    ["nobody else says so", (silentMs: number) => ({ isReady: null, isExporterUp: silentMs === 0 })],
  ])("with clusters of a single node, which are no mass loss, and %s: they are told with it", (_, wish) => {
    const watch = new Watch();
    loseFor(watch, 42, wish, (n) => (n < 40 ? "train-0" : `lone-${n}`));
    expect(watch.said.filter(({ at }) => at <= 6 * MINUTE_MS)).toHaveLength(1);
    expect(watch.groups).toHaveLength(1);
    expect(watch.said.length).toBeLessThanOrEqual(3);
  });
});

test("a source that is out for an hour drops no card (ALR-06)", () => {
  const watch = new Watch();
  const outage = (silentMs: number): RoundWish => ({
    nodes: Array.from({ length: 4 }, (_, n) => ({
      name: `gpu-${n}`,
      expected: 8,
      expectedBecause: "declared",
      isReady: true,
      isExporterUp: null, // read through Prometheus: nobody asks it
      cards: cards(8, silentMs > 0 ? { gap: "source_down", silent: silentMs } : {}, `n${n}`),
    })),
    sources: [
      {
        name: "prometheus",
        isDown: silentMs > 0,
        downSince: silentMs > 0 ? unixMs(watch.now + ROUND_MS - silentMs) : null,
      },
    ],
  });
  watch.see(outage(0));
  for (let ms = ROUND_MS; ms <= HOUR_MS; ms += ROUND_MS) watch.see(outage(ms));
  expect(new Set(watch.firing())).not.toContain("card-drop");
  expect([...new Set(watch.firing())].toSorted()).toEqual(["mass-loss", "source-down"]);
  const presence = ["card-drop", "all-cards-lost", "node-down", "exporter-down", "node-removed"];
  expect(watch.changes.filter(({ next }) => presence.includes(next.ruleId))).toEqual([]);
  watch.see(outage(0));
  for (let ms = 0; ms < 15 * MINUTE_MS; ms += ROUND_MS) watch.see(outage(0));
  expect(watch.firing()).toEqual([]);
});

test("a card that drops is one message with its node, through two restarts (ALR-02)", () => {
  const watch = new Watch();
  const drop = (silentMs: number): RoundWish => ({
    nodes: [
      {
        name: "gpu-1",
        expected: 8,
        expectedBecause: "declared",
        isReady: true,
        isExporterUp: true,
        cards: [
          ...cards(7),
          { uuid: "GPU-lost", ...(silentMs > 0 ? { gap: "card_gone" as const, silent: silentMs } : {}) },
        ],
      },
    ],
  });
  const [node] = drop(0).nodes!;
  const unread = {
    nodes: [
      { ...node, cards: node!.cards!.map((card) => ({ ...card, gap: "dapan_down" as const, silent: Number.NaN })) },
    ],
  };
  watch.see(drop(0));
  for (let i = 1; i <= 40; i += 1) {
    if (i === 3 || i === 20) {
      watch.restart(); // once pending, once firing
      watch.now = unixMs(watch.now + 10 * MINUTE_MS);
      watch.see(unread, 0);
    }
    watch.see(drop(watch.now + ROUND_MS - T0));
  }
  expect(watch.said).toMatchObject([{ reason: "first", firing: 1 }]);
  expect(watch.one()).toMatchObject({ ruleId: "card-drop", labels: { node: "gpu-1" }, cardIds: [8] });
  expect(watch.changes.flatMap(({ events }) => events.map(({ kind }) => kind))).toEqual(["pending", "fired"]);
});

describe("many rules that find much (WHK-10)", () => {
  const IDS = ["a", "b", "c"];
  const found = (ruleId: string, count: number, region = "north") =>
    saw(
      ruleId,
      Array.from({ length: count }, (_, i) => finding({ card: `GPU-${i}` }, { ruleId, cardIds: [i], region })),
    );
  const course = () => new Course(...IDS.map((id) => inForce({ id, forMs: 0 })));

  test("the widest are folded until the rest fits, the others speak for themselves", () => {
    const one = course();
    one.round([found("a", 4_500), found("b", 4_000), found("c", 2_000)]);
    const wide = [...one.open.values()].filter(({ ruleId }) => ruleId === "rule-too-wide");
    expect(wide).toMatchObject([{ values: { rule: "a", count: 4_500 }, region: "north" }]);
    expect(one.open.size).toBe(6_001);
  });

  test("nobody changes their mind while the storm lasts, and all speak again after it", () => {
    const one = course();
    one.round([found("a", 3_900), found("b", 3_800), found("c", 3_700)]);
    const before = [...one.open.keys()];
    for (let i = 0; i < 30; i += 1) one.round([found("a", 3_700), found("b", 3_800), found("c", 2_000 + i)]);
    expect([...one.open.values()].filter(({ ruleId }) => ruleId === "rule-too-wide")).toMatchObject([
      { values: { rule: "a", count: 3_700 } },
    ]);
    expect(before).toHaveLength(7_501);
    one.over(6 * MINUTE_MS, [found("a", 100), found("b", 100), found("c", 100)]);
    expect(one.open.size).toBe(300);
  });

  test("it is the same whether findings are let go of rule by rule or at the end", () => {
    const widths = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(widths, (counts) => {
        const some = finding({ card: "GPU-1" });
        const saws = counts.map((count, i) =>
          saw(
            `r${i}`,
            Array.from({ length: count }, () => some),
          ),
        );
        const oneByOne = saws.reduce<readonly RuleSaw[]>((kept, one) => shed([...kept, one]), []);
        const shown = (all: readonly RuleSaw[]) => all.map(({ findings, folded }) => folded ?? findings.length);
        expect(shown(oneByOne)).toEqual(shown(shed(saws)));
        expect(foundIn(oneByOne)).toBe(foundIn(saws));
        expect(oneByOne.reduce((sum, { findings }) => sum + findings.length, 0)).toBeLessThanOrEqual(MOST_TOGETHER);
      }),
      { numRuns: 100 },
    );
  });
});
