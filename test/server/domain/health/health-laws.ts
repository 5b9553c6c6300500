import fc from "fast-check";
import type { GapCause } from "../../../../db/model/coverage.ts";
import type { CardEventKind } from "../../../../db/model/events.ts";
import type { Signal } from "../../../../db/model/health.ts";
import type { Finding, Labels } from "../../../../db/model/incident.ts";
import type { Rule } from "../../../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import type { evaluate } from "../../../../server/domain/health/evaluate.ts";
import type { Round } from "../../../../server/domain/health/round.ts";
import { aRound, type CardWish, type EventWish, type NodeWish, type RoundWish } from "./a-round.ts";

/** What the laws judge; a mutant is a wrong one. */
export type Evaluate = typeof evaluate;

const MODELS = ["A100-80G-SXM", "H100-SXM", "Ascend910B3", "L20"] as const;
const LEVELS: Readonly<Partial<Record<Signal, readonly number[]>>> = {
  temperatureCelsius: [40, 86, 88, 91],
  memoryTemperatureCelsius: [60, 96],
  temperatureMarginCelsius: [-3, 0, 20],
  rowRemapPending: [0, 1],
  rowRemapFailed: [0, 1],
  pagesRetiredTotal: [0, 11, 63],
  pcieWidth: [8, 16],
  pcieWidthMax: [8, 16],
  clockReasons: [0, 0x4, 0x48, 0x80, 0x20],
  npuHealthy: [-1, 0, 1],
  npuErrorCode: [0, 0x40f84e00, 0x80ad8009],
  linkUp: [0, 1],
  networkUp: [0, 1],
  fanRatio: [0, 0.4, 0.99],
  heldQuietMs: [10 * MINUTE_MS, 20 * MINUTE_MS, 2 * HOUR_MS],
  zombieMs: [HOUR_MS],
  powerMissingMs: [HOUR_MS],
  activityRatio: [0, 0.01, 0.6, 1],
  utilRatio: [0, 1],
  tensorRatio: [0, 0.5],
  dramRatio: [0, 0.5],
  powerWatts: [70, 200, 390],
  recoveryAction: [0, 1, 3],
};
const RISES: readonly Signal[] = ["eccCorrectedTotal", "nvlinkCrcTotal", "nvlinkReplayTotal", "thermalThrottleSeconds"];

const events: fc.Arbitrary<EventWish> = fc.record({
  kind: fc.constantFrom<CardEventKind>("xid", "ecc_uncorrected", "row_remap", "npu_fault", "pcie_replay", "moved"),
  ago: fc.constantFrom(0, 1_000, MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS, 30 * HOUR_MS),
  code: fc.constantFrom(13, 31, 45, 48, 63, 79, 94, 999, 0x81078603),
  count: fc.constantFrom(1, 2),
});
const says = fc.record(
  Object.fromEntries(Object.entries(LEVELS).map(([signal, values]) => [signal, fc.constantFrom(...values)])),
  { requiredKeys: [] },
) as fc.Arbitrary<NonNullable<CardWish["says"]>>;
const rose = fc.record(Object.fromEntries(RISES.map((signal) => [signal, fc.constantFrom(0, 20, 7_000)])), {
  requiredKeys: [],
}) as fc.Arbitrary<NonNullable<CardWish["rose"]>>;

const card: fc.Arbitrary<CardWish> = fc.record({
  pool: fc.constantFrom(...MODELS).map((model) => ({ model, id: MODELS.indexOf(model) + 1 })),
  says,
  rose,
  events: fc.array(events, { maxLength: 4 }),
  gap: fc.oneof(
    { weight: 4, arbitrary: fc.constant<GapCause>("none") },
    { weight: 1, arbitrary: fc.constantFrom<GapCause>("card_gone", "source_down", "no_reading", "dapan_down") },
  ),
  silent: fc.constantFrom(30_000, 90_000, 20 * MINUTE_MS),
  holder: fc.constantFrom("", "train/llm-7b-0"),
  feature: fc.constantFrom(null, { id: 7, name: "Photo restore", team: "imaging", kind: "inference" }),
});
const node: fc.Arbitrary<NodeWish> = fc.record({
  cards: fc.array(card, { minLength: 1, maxLength: 5 }),
  isReady: fc.constantFrom(true, false, null),
  isExporterUp: fc.constantFrom(true, false, null),
  expected: fc.constantFrom(null, 4, 5),
  expectedBecause: fc.constantFrom("declared" as const, "seen" as const),
});

/** A fleet of three nodes at most, with anything wrong with it, and perhaps a job on all of it. */
export const wishes: fc.Arbitrary<RoundWish> = fc
  .record({
    nodes: fc.array(node, { minLength: 1, maxLength: 3 }),
    hasGang: fc.boolean(),
    works: fc.integer({ min: 0, max: 60 }),
  })
  .map(({ nodes, hasGang, works }) => {
    const named = nodes.map((one, n) => ({
      ...one,
      name: `gpu-${n}`,
      cards: (one.cards ?? []).map((of, i) => ({ ...of, uuid: `GPU-${n}-${i}` })),
    }));
    const activity = Array.from({ length: 60 }, (_, minute) => (minute < works ? 0.95 : 0.01));
    const members = named.flatMap(({ cards }) => cards.map(({ uuid }) => uuid));
    return { nodes: named, gangs: hasGang ? [{ cards: members, activity }] : [] };
  });

const RULES = BUILT_IN_RULES;

/** A finding as the rest of the program tells it apart, whatever number its cards have in a round. */
function told(round: Round, finding: Finding): unknown {
  const uuidOf = new Map([...round.cards.id].map((id, row) => [id, round.cards.uuid[row]]));
  const { cardIds, evidence, poolId, ...rest } = finding;
  const sorted = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort();
  return {
    ...rest,
    cards: sorted(cardIds.map((id) => uuidOf.get(id))),
    evidence: sorted(evidence),
    pool: finding.scope === "card" ? poolId : 0,
  };
}
const byLabels = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort();

/** Everything a rule may be asked about in a round. */
const subjects = (round: Round): readonly Labels[] => [
  ...round.cards.uuid.map((uuid) => ({ card: uuid })),
  ...round.nodes.map(({ vendor, region, zone, cluster, name }) => ({ vendor, region, zone, cluster, node: name })),
  { vendor: "aliyun", region: "cn-shanghai", cluster: "train-1" },
  ...round.gangs.map(({ cluster, namespace, job }) => ({ cluster, namespace, job })),
];

/** Findings do not depend on the order in which nodes and cards stand in a round. */
export const isOrderFree = (evaluate: Evaluate) =>
  fc.property(wishes, fc.infiniteStream(fc.nat()), (wish, random) => {
    const shuffled = <T>(all: readonly T[]): T[] =>
      all
        .map((one) => [random.next().value as number, one] as const)
        .sort(([a], [b]) => a - b)
        .map(([, one]) => one);
    const other = {
      ...wish,
      nodes: shuffled(wish.nodes ?? []).map((one) => ({ ...one, cards: shuffled(one.cards ?? []) })),
    };
    const [a, b] = [aRound(wish), aRound(other)];
    return RULES.every((rule) => {
      const [x, y] = [evaluate(rule, a), evaluate(rule, b)];
      const isSame =
        JSON.stringify(byLabels(x.findings.map((one) => told(a, one)))) ===
        JSON.stringify(byLabels(y.findings.map((one) => told(b, one))));
      return isSame && subjects(a).every((labels) => x.seen(labels) === y.seen(labels));
    });
  });

/** A subject that is found is never well at the same time, and what is asked about has one answer. */
export const isFoundOrWell = (evaluate: Evaluate) =>
  fc.property(wishes, (wish) => {
    const round = aRound(wish);
    return RULES.every((rule) => {
      const saw = evaluate(rule, round);
      const keys = saw.findings.map(({ labels }) => JSON.stringify(labels));
      return new Set(keys).size === keys.length && saw.findings.every(({ labels }) => saw.seen(labels) === "absent");
    });
  });

/** What nobody said is found by no rule: a card without a reading has no level, no rise, and nothing that lasts. */
export const isSilenceUnsaid = (evaluate: Evaluate) =>
  fc.property(wishes, (wish) => {
    const quiet = {
      ...wish,
      nodes: (wish.nodes ?? []).map((one) => ({
        ...one,
        cards: (one.cards ?? []).map((of) => ({ ...of, says: {}, rose: {}, events: [] })),
      })),
    };
    const round = aRound(quiet);
    return RULES.every((rule) => {
      const saw = evaluate(rule, round);
      if (rule.family === "presence") return true;
      return (
        saw.findings.length === 0 &&
        (rule.scope !== "gang" ||
          round.gangs.every(({ cluster, namespace, job }) => saw.seen({ cluster, namespace, job }) !== "clear"))
      );
    });
  });

/** Once nobody reads anything any more, nothing that was found is well, and nothing is gone from its place (ALR-06). */
export const outageResolvesNothing = (evaluate: Evaluate) =>
  fc.property(wishes, (wish) => {
    const before = aRound(wish);
    const after = aRound({
      ...wish,
      nodes: (wish.nodes ?? []).map((one) => ({
        ...one,
        isReady: null,
        isInKube: null,
        isExporterUp: null,
        cards: (one.cards ?? []).map((of) => ({ ...of, gap: "source_down", silent: 10 * MINUTE_MS })),
      })),
    });
    return RULES.every((rule) => {
      const saw = evaluate(rule, after);
      const isDrop = rule.condition.kind === "presence" && rule.condition.verdict !== "card_moved";
      if (isDrop && saw.findings.length > 0) return false;
      return evaluate(rule, before).findings.every(({ labels }) => saw.seen(labels) === "absent");
    });
  });

/** Nothing began after the instant it was seen at, and evidence is of the past. */
export const isOfThePast = (evaluate: Evaluate) =>
  fc.property(wishes, (wish) => {
    const round = aRound(wish);
    return RULES.every((rule) =>
      evaluate(rule, round).findings.every(
        ({ since, evidence }) => since <= round.at && evidence.length > 0 && evidence.every(({ at }) => at <= round.at),
      ),
    );
  });

/** The same round twice is the same twice, whatever was judged in between. */
export const isPure = (evaluate: Evaluate) =>
  fc.property(wishes, wishes, (wish, other) => {
    const round = aRound(wish);
    return RULES.every((rule) => {
      const once = JSON.stringify(evaluate(rule, round).findings);
      evaluate(rule, aRound(other));
      return JSON.stringify(evaluate(rule, round).findings) === once;
    });
  });

/** A rule for some places finds there what it finds everywhere, and nothing elsewhere. */
export const whereOnlyNarrows = (evaluate: Evaluate) =>
  fc.property(wishes, fc.subarray([...MODELS], { minLength: 1 }), (wish, models) => {
    const round = aRound(wish);
    return RULES.filter(({ scope }) => scope === "card").every((rule: Rule) => {
      const all = evaluate(rule, round).findings.filter(({ values }) =>
        models.some((model) => model === values["model"]),
      );
      const narrowed = evaluate({ ...rule, where: { model: models } }, round).findings;
      return JSON.stringify(narrowed) === JSON.stringify(all);
    });
  });
