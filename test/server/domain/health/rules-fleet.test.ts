import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { type CardWish, cards, type GangWish, type NodeWish, NOW, type RoundWish } from "./a-round.ts";
import { checkCases, type RuleCase } from "./rule-case.ts";

const UUID = "GPU-5f1c";
const card = (wish: CardWish): RoundWish => ({ cards: [{ uuid: UUID, ...wish }] });
const place = { vendor: "aliyun", region: "cn-shanghai", zone: "cn-shanghai-b", cluster: "train-1" };
const nodeLabels = { ...place, node: "gpu-1" };

/** A node of eight cards, some of them read and the others not. */
const eight = (read: number, others: CardWish, node: NodeWish = {}): RoundWish => ({
  nodes: [{ name: "gpu-1", expected: 8, ...node, cards: [...cards(read), ...cards(8 - read, others, "other")] }],
});
const gone: CardWish = { gap: "card_gone", holder: "train/llm-7b-0" };
const down: CardWish = { gap: "source_down", holder: "train/llm-7b-0" };
const outage = eight(0, down, { isExporterUp: null, isReady: null, isInKube: null }); // Prometheus itself is gone

/** Two nodes of four cards: all of the first are silent, and some of the second. */
const twoNodes = (silent: number): RoundWish => ({
  nodes: [
    { name: "gpu-1", cards: cards(4, down) },
    { name: "gpu-2", cards: [...cards(silent, down, "y"), ...cards(4 - silent, {}, "z")] },
  ],
});

const sources = (source: object): RoundWish => ({ sources: [{ name: "dcgm", ...source }] });
const ofSource = { labels: { source: "dcgm" }, cards: 0 };

checkCases("presence", [
  {
    rule: "card-drop",
    severity: "P1",
    says: "2 cards dropped from gpu-1: 8 expected, 6 live",
    labels: nodeLabels,
    cards: 2,
    breach: eight(6, gone),
    evidence: { signal: "cardsLive", value: 6, threshold: 8, text: "seen" },
    clear: eight(8, {}),
    absent: eight(0, gone, { isExporterUp: true }), // that is all of them: whether the first two are back nobody knows
  },
  {
    rule: "all-cards-lost",
    severity: "P1",
    says: "The exporter of gpu-1 answers without any of its 8 cards",
    labels: nodeLabels,
    cards: 8,
    breach: eight(0, down, { isExporterUp: true, kubeCapacity: 0 }),
    evidence: { signal: "cardsLive", value: 0, threshold: 8 },
    clear: eight(1, gone),
    absent: outage,
  },
  {
    rule: "exporter-down",
    severity: "P2",
    says: "The exporter of gpu-1 is silent: 8 cards are unknown",
    labels: nodeLabels,
    cards: 8,
    breach: eight(0, down, { isExporterUp: false }),
    evidence: { signal: "cardsLive", value: 0 },
    clear: eight(0, down, { isExporterUp: true }), // it answers again, if without a card
    absent: outage,
  },
  {
    rule: "node-down",
    severity: "P1",
    says: "Node gpu-1 is down with 8 cards",
    labels: nodeLabels,
    cards: 8,
    breach: eight(0, down, { isExporterUp: false, isReady: false }),
    evidence: { signal: "cardsLive", value: 0 },
    clear: eight(0, down, { isExporterUp: false, isReady: true }),
    absent: outage,
  },
  {
    rule: "node-removed",
    severity: "P3",
    says: "Node gpu-1 was removed from its cluster (8 cards)",
    labels: nodeLabels,
    cards: 8,
    breach: eight(0, down, { isExporterUp: false, isReady: null, isInKube: false }),
    evidence: { signal: "cardsLive", value: 0 },
    clear: eight(0, down, { isExporterUp: false }),
    absent: outage,
  },
  {
    rule: "card-moved",
    severity: "P3",
    says: "A card (A100-80G-SXM) moved: gpu-a17 → gpu-1",
    labels: { card: UUID },
    breach: card({ events: [{ kind: "moved", ago: HOUR_MS, detail: "gpu-a17 → gpu-1" }] }),
    evidence: { signal: "moved", text: "gpu-a17 → gpu-1" },
    clear: card({ events: [{ kind: "moved", ago: DAY_MS, detail: "gpu-a17 → gpu-1" }] }),
    absent: card({ gap: "no_reading", events: [{ kind: "moved", ago: DAY_MS }] }),
  },
  {
    rule: "more-than-expected",
    severity: "P3",
    says: "gpu-1 carries 8 cards where its inventory says 4",
    labels: nodeLabels,
    cards: 0,
    breach: eight(8, {}, { expected: 4, expectedBecause: "declared" }),
    evidence: { signal: "cardsLive", value: 8, threshold: 4, text: "declared" },
    clear: eight(8, {}, { expectedBecause: "declared" }),
    absent: outage,
  },
  {
    rule: "mass-loss",
    severity: "P1",
    says: "5 of 8 cards of train-1 fell silent together: a mass loss, or a failure of monitoring",
    labels: { vendor: "aliyun", region: "cn-shanghai", cluster: "train-1" },
    cards: 5,
    breach: twoNodes(1),
    evidence: { signal: "cardsSilent", value: 5, threshold: 4 },
    clear: twoNodes(0),
    absent: { nodes: [{ cards: cards(8, { gap: "source_down", silent: Number.NaN }) }] }, // none of them was ever read
  },
  {
    rule: "source-down",
    severity: "P2",
    says: "None of the 10 targets of source dcgm can be read: connect",
    ...ofSource,
    breach: sources({ isDown: true, downSince: unixMs(NOW - 5 * MINUTE_MS), targetsDown: 10, fault: "connect" }),
    evidence: { signal: "sourceDownMs", value: 5 * MINUTE_MS, threshold: 5 * MINUTE_MS, text: "connect" },
    clear: sources({}),
    absent: sources({ lastSuccessAt: null }),
  },
  {
    rule: "source-stale",
    severity: "P2",
    says: "Nothing new from source dcgm for 10 min",
    ...ofSource,
    breach: sources({ lastSuccessAt: unixMs(NOW - 10 * MINUTE_MS) }),
    evidence: { signal: "sourceStaleMs", value: 10 * MINUTE_MS },
    clear: sources({}),
    absent: sources({ isDown: true, downSince: NOW, lastSuccessAt: unixMs(NOW - HOUR_MS) }),
  },
  {
    rule: "source-slow",
    severity: "P3",
    says: "A target of source dcgm takes 10.5 s to answer",
    ...ofSource,
    breach: sources({ durationMs: 10_500 }),
    evidence: { signal: "sourceSlowMs", value: 10_500, threshold: 10 * SECOND_MS },
    clear: sources({ durationMs: 9_999 }),
    absent: sources({ durationMs: null }),
  },
]);

const feature = (kind: string) => ({ id: 7, name: "Photo restore", team: "imaging", kind });
const idle = (rule: string, kind: string, minutes: number, says: string): RuleCase => {
  const held = { holder: "prod/restore-5", feature: feature(kind) };
  return {
    rule,
    severity: "P3",
    says,
    labels: { card: UUID },
    breach: card({ ...held, says: { heldQuietMs: minutes * MINUTE_MS, activityRatio: 0 } }),
    evidence: { signal: "heldQuietMs", value: minutes * MINUTE_MS, threshold: minutes * MINUTE_MS },
    clear: card({ ...held, says: { activityRatio: 0.6 } }), // at work again: nothing lasts
    absent: card({ ...held, says: { memoryUsedBytes: 2 ** 30 } }), // nobody says what its engines do
  };
};

const minutes = (...parts: readonly (readonly [count: number, value: number])[]) =>
  parts.flatMap(([count, value]) => Array.from({ length: count }, () => value));
const uuids = ["GPU-x-0", "GPU-x-1", "GPU-x-2", "GPU-x-3"];
const gang = (says: CardWish["says"], of: Omit<GangWish, "cards">, more: CardWish = {}): RoundWish => ({
  cards: cards(4, { says: says ?? {}, holder: "train/llm-7b-0", ...more }),
  gangs: [{ cards: uuids, ...of }],
});
const still = { activityRatio: 0.01 };
const fell = { activity: minutes([40, 0.95], [20, 0.01]) };
const atWork = gang({ activityRatio: 0.97 }, { activity: minutes([60, 0.95]) });
const untold = gang({}, {});
const ofGang = { labels: { cluster: "train-1", namespace: "train", job: "llm-7b" }, cards: 4 };

checkCases("work", [
  idle(
    "idle-held",
    "inference",
    30,
    "prod/restore-5 holds a card of gpu-1 (A100-80G-SXM) and has not used it for 30 min",
  ),
  idle(
    "idle-held-notebook",
    "notebook",
    60,
    "Notebook prod/restore-5 holds a card of gpu-1 (A100-80G-SXM) and has not used it for 60 min",
  ),
  idle(
    "idle-held-training",
    "training",
    15,
    "Training prod/restore-5 holds a card of gpu-1 (A100-80G-SXM) and has not used it for 15 min",
  ),
  {
    rule: "idle-free",
    severity: "P3",
    says: "A card of gpu-1 (A100-80G-SXM) has been free for a day",
    labels: { card: UUID },
    breach: card({ says: { freeMs: DAY_MS } }),
    evidence: { signal: "freeMs", value: DAY_MS, threshold: DAY_MS },
    clear: card({ says: { freeMs: DAY_MS - 1 } }),
    absent: card({ gap: "no_reading" }),
  },
  {
    rule: "zombie-memory",
    severity: "P2",
    says: "Memory of a card of gpu-1 (A100-80G-SXM) is in use for 45 min and nobody holds the card",
    labels: { card: UUID },
    breach: card({ says: { zombieMs: 45 * MINUTE_MS } }),
    evidence: { signal: "zombieMs", value: 45 * MINUTE_MS, threshold: 30 * MINUTE_MS },
    clear: card({ says: { activityRatio: 0 } }),
    absent: card({}),
  },
  {
    rule: "hung",
    severity: "P2",
    says: "prod/chat-0 looks hung on gpu-1: fully busy, and nothing is computed",
    labels: { card: UUID },
    breach: card({
      holder: "prod/chat-0",
      feature: feature("inference"),
      says: { utilRatio: 1, tensorRatio: 0.001, dramRatio: 0.01 },
    }),
    evidence: { signal: "utilRatio", value: 1, threshold: 0.95 },
    clear: card({ says: { utilRatio: 1, tensorRatio: 0.4, dramRatio: 0.3 } }),
    absent: card({ says: { utilRatio: 1 } }), // profiling is off: busy is all that is known
  },
  {
    rule: "train-crashed",
    severity: "P1",
    says: "Training job llm-7b crashed: its 4 cards stopped together",
    ...ofGang,
    breach: gang(still, { ...fell, phase: "failed" }),
    evidence: { signal: "cardsStill", value: 1, threshold: 0.8 },
    clear: atWork,
    absent: untold,
  },
  {
    rule: "train-interrupted",
    severity: "P1",
    says: "Training job llm-7b was interrupted: its 4 cards stopped together while its pods run",
    ...ofGang,
    breach: gang(still, fell),
    evidence: { signal: "cardsStill", value: 1, threshold: 0.8 },
    clear: gang(still, { ...fell, phase: "succeeded" }), // it ended well
    absent: gang(still, { activity: minutes([60, 0.01]) }), // for more than an hour: nobody remembers that it worked
  },
  {
    rule: "train-hung",
    severity: "P1",
    says: "Training job llm-7b hangs: its 4 cards wait and compute nothing",
    ...ofGang,
    breach: gang(
      { utilRatio: 1, activityRatio: 1, tensorRatio: 0, dramRatio: 0.01, nvlinkBytesPerSecond: 5_000 },
      { activity: minutes([60, 1]) },
    ),
    evidence: { signal: "utilRatio", value: 1, threshold: 0.95, text: "4 of 4 cards" },
    clear: gang({ utilRatio: 1, activityRatio: 1, tensorRatio: 0.45, dramRatio: 0.5 }, { activity: minutes([60, 1]) }),
    absent: gang({ utilRatio: 1 }, { activity: minutes([60, 1]) }),
  },
  {
    rule: "data-stall",
    severity: "P2",
    says: "Training job llm-7b works and stops by turns: it may wait for its data (4 cards)",
    ...ofGang,
    breach: gang(
      { activityRatio: 0.9 },
      {
        activity: minutes(
          [30, 0.9],
          ...Array.from(
            { length: 6 },
            () =>
              [
                [3, 0.02],
                [2, 0.9],
              ] as const,
          ).flat(),
        ),
      },
    ),
    evidence: { signal: "busyShare", value: 0.4 },
    clear: atWork,
    absent: gang(still, fell),
  },
]);

const series = (rule: string, labels: Record<string, string>, value: number, others: CardWish = {}): RoundWish => ({
  cards: cards(8, others),
  answers: { [rule]: { kind: "series", series: [{ labels: { __name__: "node_x", ...labels }, value }] } },
});
const asked = (
  rule: string,
  severity: RuleCase["severity"],
  labels: Record<string, string>,
  value: number,
  says: string,
): RuleCase => ({
  rule,
  severity,
  says,
  labels: { instance: "gpu-1:9100", ...labels },
  cards: 8,
  breach: series(rule, { instance: "gpu-1:9100", ...labels }, value),
  evidence: { signal: "promql", value },
  clear: { cards: cards(8), answers: { [rule]: { kind: "series", series: [] } } },
  absent: { cards: cards(8, { gap: "source_down" }), answers: { [rule]: { kind: "series", series: [] } } },
});
const port = { device: "mlx5_0", port: "1" };

checkCases("network", [
  asked("ib-down", "P1", port, 1, "InfiniBand port mlx5_0/1 of gpu-1 is down"),
  asked("ib-link-downed", "P1", port, 1, "InfiniBand port mlx5_0/1 of gpu-1 went down 1 times"),
  asked("ib-symbol", "P2", port, 121, "121 symbol errors within an hour on InfiniBand port mlx5_0/1 of gpu-1"),
  asked("ib-flap-day", "P1", port, 5, "InfiniBand port mlx5_0/1 of gpu-1 went down 5 times within a day"),
  asked("ib-errors", "P2", port, 10.5, "10.5 receive errors a second on InfiniBand port mlx5_0/1 of gpu-1"),
  asked("ib-recovery", "P2", port, 6, "InfiniBand port mlx5_0/1 of gpu-1 recovers 6 times a minute"),
  asked("ib-integrity", "P1", port, 2, "Link integrity errors on InfiniBand port mlx5_0/1 of gpu-1"),
  asked("nic-carrier", "P2", { device: "eth0" }, 4, "Carrier of eth0 on gpu-1 changed 4 times within five minutes"),
]);

const share = { device: "nas-1:/share", fstype: "nfs4", mountpoint: "/mnt/share" };
checkCases("host", [
  asked("fs-readonly", "P1", share, 1, "/mnt/share of gpu-1 turned read-only"),
  asked("fs-device-error", "P1", share, 1, "/mnt/share of gpu-1 cannot be read (stale NFS?)"),
  asked("fs-full", "P1", share, 4.9, "/mnt/share of gpu-1 has 4.9 % left"),
  asked("fs-low", "P2", share, 8.25, "/mnt/share of gpu-1 has 8.25 % left"),
  asked("nfs-retrans", "P2", {}, 1.5, "1.5 % of the NFS calls of gpu-1 are sent again"),
]);

const pool = { vendor: "aliyun", cluster: "train-1", model: "A100-80G-SXM", billing: "monthly" };
const money = (scope: "pool" | "feature", labels: Record<string, string>, said: object): RoundWish => ({
  money: [{ scope, labels, ...said }],
});
checkCases("money", [
  {
    rule: "waste-per-day",
    severity: "P3",
    says: "Pool aliyun train-1 A100-80G-SXM monthly wasted 12451 within the last day",
    labels: pool,
    cards: 0,
    breach: money("pool", pool, { wastePerDay: 12_450.5 }),
    evidence: { signal: "waste_per_day", value: 12_450.5, threshold: 10_000 },
    clear: money("pool", pool, { wastePerDay: 10_000 }),
    absent: money("pool", pool, {}), // part of it has no price
  },
  {
    rule: "budget-pace",
    severity: "P3",
    says: "Feature Photo restore has spent 135 % of its budget to date",
    labels: { feature: "Photo restore" },
    cards: 0,
    breach: money("feature", { feature: "Photo restore" }, { budgetPace: 1.35 }),
    evidence: { signal: "budget_pace", value: 1.35, threshold: 1.2 },
    clear: money("feature", { feature: "Photo restore" }, { budgetPace: 1.2 }),
    absent: money("feature", { feature: "Photo restore" }, { budgetPace: 1.1, isPaceAtLeast: true }), // some has no price
  },
  {
    rule: "margin-negative",
    severity: "P3",
    says: "Feature Photo restore had a margin of -4 % yesterday",
    labels: { feature: "Photo restore" },
    cards: 0,
    breach: money("feature", { feature: "Photo restore" }, { margin: -0.04 }),
    evidence: { signal: "margin", value: -0.04, threshold: 0 },
    clear: money("feature", { feature: "Photo restore" }, { margin: 0 }),
    absent: {}, // not known yet
  },
]);
