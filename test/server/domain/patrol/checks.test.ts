import { describe, expect, test } from "vitest";
import { CHECK_GROUPS, CHECK_VERDICTS, type CheckVerdict } from "../../../../db/model/patrol.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { Check } from "../../../../server/domain/patrol/check.ts";
import { BUILT_IN_CHECKS, BUILT_IN_ITEMS } from "../../../../server/domain/patrol/check-items.ts";
import type { PatrolFacts, PatrolWatch } from "../../../../server/domain/patrol/patrol-facts.ts";
import { runChecks } from "../../../../server/domain/patrol/run-checks.ts";
import { anIncident, FROM, MONEY, NOTHING, TO, WATCH, WELL, withCard, withCards } from "./patrol-stage.ts";

type Row = {
  readonly id: string;
  readonly is: CheckVerdict;
  readonly because?: string;
  readonly facts: Partial<PatrolFacts>;
  readonly before?: PatrolFacts | null;
};
const row = (id: string, is: CheckVerdict, facts: Partial<PatrolFacts>, more: Partial<Row> = {}): Row => ({
  id,
  is,
  facts,
  ...more,
});

const watch = (more: Partial<PatrolWatch>): Partial<PatrolFacts> => ({ watch: { ...WATCH, ...more } });
const ruleIs = (ids: readonly string[], more: Partial<PatrolWatch["rules"][number]>): Partial<PatrolFacts> =>
  watch({ rules: WATCH.rules.map((one) => (ids.includes(one.id) ? { ...one, ...more } : one)) });
const event = (kind: "xid" | "dropped" | "came_back" | "remap_failed", code = 0, times = 1, uuid = "GPU-0") => ({
  uuid,
  kind,
  code,
  times,
});
const open = { resolvedAt: null, ackedAt: null } as const;
/** 89 % of the card-time seen. */
const BLIND = { cards: WELL.cards.map((card) => ({ ...card, observedMs: 0.89 * DAY_MS, busyMs: 0.6 * DAY_MS })) };
const idle = { busyMs: 0, idleHeldMs: DAY_MS, freeMs: 0 };
const free = { busyMs: 0, idleHeldMs: 0, freeMs: DAY_MS };

/** An item that rests on rules: P2, P1, and every way in which silence is no evidence. */
const byRules = (id: string, page: string, ...rules: readonly string[]): Row[] => [
  row(id, "ok", { incidents: [anIncident("waste-per-day", { severity: "P1" })] }),
  row(id, "warn", { incidents: [anIncident(page, { severity: "P2" })] }),
  row(id, "bad", { incidents: [anIncident(page, { severity: "P1", resolvedAt: null })] }),
  row(id, "bad", { incidents: [anIncident(page, { severity: "P1" })], ...NOTHING_WATCHED }, { because: "fired" }),
  row(id, "unknown", BLIND, { because: "blind" }),
  row(id, "unknown", NOTHING_WATCHED, { because: "not_watched" }),
  row(id, "unknown", AT_WORK_LATE, { because: "watched_less" }),
  row(id, "unknown", watch({ isJudging: false }), { because: "not_judging" }),
  row(id, "unknown", ruleIs([page, ...rules], { isSaid: false }), { because: "deaf" }),
  row(id, "unknown", ruleIs([page, ...rules], { isEnabled: false }), { because: "deaf" }),
  row(id, "unknown", ruleIs([page, ...rules], { hasFault: true }), { because: "deaf" }),
];
const hours = (from: number, to: number) => ({ from: unixMs(FROM + from * HOUR_MS), to: unixMs(FROM + to * HOUR_MS) });
/** 21.5 of 24 hours, said twice over; the day needs 21.6. */
const AT_WORK_LATE = watch({ atWork: [hours(12, 30), hours(-9, 9.5), hours(2, 9), hours(13, 20)] });
const NOTHING_WATCHED = { watch: null };

const FABRIC = WATCH.rules.filter(({ family }) => family === "network").map(({ id }) => id);
const losing = (marginMicro: bigint) => ({ features: [{ name: "chat", costMicro: 1_000n, marginMicro }] });

const ROWS: readonly Row[] = [
  row("cards.ecc", "ok", {}),
  row("cards.ecc", "bad", withCard({ eccUncorrected: 1 })),
  row("cards.ecc", "bad", { ...withCard({ eccUncorrected: 1 }), watch: null }), // what was found is told, whoever listens
  row("cards.ecc", "unknown", ruleIs(["ecc-dbe-vol"], { isSaid: false }), { because: "unheard" }),
  row("cards.ecc", "unknown", BLIND, { because: "blind" }),
  row("cards.ecc", "unknown", { watch: null }, { because: "unheard" }),
  row("cards.xid", "ok", {}),
  row("cards.xid", "ok", { events: [event("xid", 13, 5)] }), // an application's
  row("cards.xid", "warn", { events: [event("xid", 92)] }),
  row("cards.xid", "bad", { events: [event("xid", 79)] }),
  row("cards.xid", "unknown", ruleIs(["xid-critical", "xid-hw-warning"], { isSaid: false })),
  row("cards.drops", "ok", {}),
  row("cards.drops", "warn", { events: [event("dropped"), event("came_back")] }),
  row("cards.drops", "bad", { events: [event("dropped", 0, 2), event("came_back")] }),
  row("cards.drops", "bad", { events: [event("dropped"), event("came_back", 0, 1, "GPU-1")] }), // another came back
  row("cards.drops", "unknown", BLIND),
  row("cards.drops", "unknown", AT_WORK_LATE, { because: "watched_less" }),
  row("cards.remap", "ok", {}),
  row("cards.remap", "warn", withCard({ rowsRemapped: 2 })),
  row("cards.remap", "bad", { events: [event("remap_failed")] }),
  row("cards.remap", "unknown", ruleIs(["remap-pending", "remap-failure"], { isSaid: false })),
  row("cards.heat", "ok", withCard({ temperatureMax: 85 })), // at the limit is within it
  row("cards.heat", "warn", withCard({ temperatureMax: 86 })),
  row("cards.heat", "bad", withCards(2, { temperatureMax: 86 })),
  row("cards.heat", "unknown", withCards(20, { temperatureMax: null }), { because: "unheard" }),
  row("cards.heat", "unknown", withCards(20, { model: "something" }), { because: "unheard" }), // no limit is known
  row("cards.throttled", "ok", withCard({ throttledMs: 0.19 * DAY_MS })),
  row("cards.throttled", "warn", withCard({ throttledMs: 0.21 * DAY_MS })),
  row("cards.throttled", "bad", withCard({ throttledMs: DAY_MS })),
  row("cards.throttled", "unknown", ruleIs(["thermal-viol", "hw-slowdown", "brake-time"], { isSaid: false })),
  ...byRules("cards.npu", "npu-health", "npu-unreadable", "npu-fault-isolate", "npu-fault-reset", "npu-fault-job"),
  ...byRules("nodes.down", "node-down", "node-removed", "mass-loss"),
  ...byRules("nodes.exporters", "exporter-down"),
  ...byRules("nodes.short", "card-drop", "all-cards-lost"),
  ...byRules(
    "network.links",
    "nvl-crc-high",
    "nvl-crc",
    "nvl-replay",
    "nvl-recovery",
    "nvswitch-fatal",
    "fm-down",
    "p2p",
    "npu-link",
    "npu-network",
    "npu-link-flap",
  ),
  ...byRules("network.pcie", "pcie-width", "pcie-replay"),
  ...byRules("network.fabric", "ib-down", ...FABRIC),
  ...byRules("storage.files", "fs-readonly", "fs-device-error", "nfs-retrans"),
  ...byRules("storage.space", "fs-full", "fs-low"),
  ...byRules("storage.stalls", "data-stall"),
  row("cost.unpriced", "ok", {}),
  row("cost.unpriced", "warn", { money: { ...MONEY, unpricedMs: 1 } }),
  row("cost.unpriced", "bad", { money: { ...MONEY, unpricedMs: 0.05 * MONEY.ownedMs } }),
  row("cost.unpriced", "unknown", { money: null }),
  row("cost.change", "ok", { money: { ...MONEY, costMicro: 1_199_999_999n } }, { before: WELL }),
  row("cost.change", "warn", { money: { ...MONEY, costMicro: 800_000_000n } }, { before: WELL }),
  row("cost.change", "bad", { money: { ...MONEY, costMicro: 1_500_000_000n } }, { before: WELL }),
  row("cost.change", "ok", { money: { ...MONEY, days: 7, costMicro: 7_000_000_000n } }, { before: WELL }), // by day
  row("cost.change", "unknown", {}, { before: null, because: "no_before" }),
  row("cost.change", "unknown", {}, { before: NOTHING, because: "no_before" }),
  row("cost.waste", "ok", {}),
  row("cost.waste", "warn", { money: { ...MONEY, idleMicro: 250_000_000n } }),
  row("cost.waste", "bad", { money: { ...MONEY, idleMicro: 400_000_000n } }),
  row("cost.waste", "unknown", { money: { ...MONEY, unpricedMs: MONEY.ownedMs } }, { because: "all_unpriced" }),
  row("cost.unattributed", "ok", {}),
  row("cost.unattributed", "warn", { money: { ...MONEY, unattributedMicro: 50_000_000n } }),
  row("cost.unattributed", "bad", { money: { ...MONEY, unattributedMicro: 200_000_000n } }),
  row("cost.unattributed", "unknown", { money: null }),
  row("cost.margin", "ok", losing(0n)),
  row("cost.margin", "warn", losing(-99n)),
  row("cost.margin", "bad", losing(-100n)),
  row("cost.margin", "unknown", { features: [{ name: "chat", costMicro: 1n, marginMicro: null }] }),
  row("cost.terms", "ok", {}),
  row("cost.terms", "ok", { terms: [{ name: "a", endsAt: unixMs(TO - 1), cards: 1 }] }), // over already
  row("cost.terms", "warn", { terms: [{ name: "a", endsAt: unixMs(TO + 29 * DAY_MS), cards: 1 }] }),
  row("cost.terms", "bad", { terms: [{ name: "a", endsAt: unixMs(TO + 6 * DAY_MS), cards: 1 }] }),
  row("cost.terms", "unknown", { terms: [] }),
  row("use.busy", "ok", withCards(20, { busyMs: 0.5 * DAY_MS })),
  row("use.busy", "warn", withCards(20, { busyMs: 0.49 * DAY_MS })),
  row("use.busy", "bad", withCards(20, { busyMs: 0.29 * DAY_MS })),
  row("use.busy", "unknown", BLIND),
  row("use.held_idle", "ok", withCards(0, idle)),
  row("use.held_idle", "warn", withCards(1, idle)),
  row("use.held_idle", "bad", withCards(3, idle)),
  row("use.held_idle", "unknown", BLIND),
  row("use.free", "ok", withCards(1, free)),
  row("use.free", "warn", withCards(2, free)),
  row("use.free", "bad", withCards(5, free)),
  row("use.free", "unknown", { cards: [] }, { because: "no_cards" }),
  row("rel.healthy", "ok", withCard({ faultMs: 0.1 * DAY_MS })),
  row("rel.healthy", "warn", withCard({ faultMs: 0.2 * DAY_MS })),
  row("rel.healthy", "bad", withCard({ faultMs: 0.5 * DAY_MS })),
  row("rel.healthy", "unknown", BLIND),
  row("rel.repeat", "ok", { events: [event("xid", 79)] }, { before: WELL }),
  row("rel.repeat", "warn", { events: [event("xid", 79)] }, { before: { ...WELL, events: [event("dropped")] } }),
  row(
    "rel.repeat",
    "ok",
    { events: [event("xid", 79)] },
    { before: { ...WELL, ...withCards(0, {}), events: [event("came_back")] } },
  ),
  row("rel.repeat", "bad", withCards(3, { eccUncorrected: 1 }), {
    before: { ...WELL, ...withCards(3, { eccUncorrected: 1 }) },
  }),
  row("rel.repeat", "unknown", {}, { before: null, because: "no_before" }),
  row("rel.repeat", "unknown", {}, { before: { ...WELL, watch: null }, because: "not_watched" }),
  row("rel.mttr", "ok", {}, { because: "quiet" }),
  row("rel.mttr", "ok", { incidents: [anIncident("fs-full")] }, { because: "ok" }),
  row("rel.mttr", "warn", { incidents: [anIncident("fs-full", { resolvedAt: unixMs(FROM + 5 * HOUR_MS) })] }),
  row("rel.mttr", "bad", { incidents: [anIncident("fs-full", { firedAt: unixMs(FROM - DAY_MS), resolvedAt: null })] }),
  row("rel.mttr", "ok", {
    incidents: [anIncident("fs-low", { severity: "P3", firedAt: unixMs(FROM - DAY_MS), resolvedAt: null })],
  }),
  row("rel.mttr", "unknown", { watch: null }),
  ...byRules("rel.jobs", "train-hung", "train-crashed", "train-interrupted", "hung"),
  row("alerts.unacked", "ok", { incidents: [anIncident("fs-full", { ...open, ackedAt: FROM })] }),
  row("alerts.unacked", "ok", { incidents: [anIncident("fs-full", { ...open, firedAt: unixMs(TO - 30 * 60_000) })] }),
  row("alerts.unacked", "ok", { incidents: [anIncident("fs-full", { ...open, isSuppressed: true })] }),
  row("alerts.unacked", "warn", { incidents: [anIncident("fs-full", open)] }),
  row("alerts.unacked", "bad", { incidents: [anIncident("fs-full", { ...open, severity: "P1" })] }),
  row("alerts.unacked", "unknown", { watch: null }),
  row("alerts.flapping", "ok", { incidents: [anIncident("fs-full")] }),
  row("alerts.flapping", "warn", { incidents: [anIncident("fs-full", { isFlapping: true })] }),
  row("alerts.flapping", "bad", {
    incidents: Array.from({ length: 5 }, () => anIncident("fs-full", { isFlapping: true })),
  }),
  row("alerts.flapping", "unknown", watch({ isJudging: false })),
  row("alerts.noise", "ok", { incidents: Array.from({ length: 9 }, () => anIncident("fs-full")) }),
  row("alerts.noise", "warn", { incidents: Array.from({ length: 10 }, () => anIncident("fs-full")) }),
  row("alerts.noise", "bad", { incidents: Array.from({ length: 50 }, () => anIncident("fs-full")) }),
  row("alerts.noise", "ok", {
    incidents: Array.from({ length: 50 }, () => anIncident("fs-full", { firedAt: unixMs(FROM - 1) })),
  }), // of the day before
  row("alerts.noise", "unknown", { watch: null }),
  row("alerts.delivery", "ok", {}),
  row("alerts.delivery", "warn", { channels: { enabled: 2, routes: 1, failing: ["ops"] } }),
  row("alerts.delivery", "bad", { messages: { delivered: 9, dead: 1, waiting: 0 } }),
  row("alerts.delivery", "unknown", { messages: { delivered: 0, dead: 0, waiting: 1 } }, { because: "silent" }),
  row("alerts.told", "ok", {}),
  row("alerts.told", "warn", { channels: { enabled: 1, routes: 1, failing: [] } }),
  row("alerts.told", "bad", { channels: { enabled: 2, routes: 0, failing: [] } }),
  row("alerts.told", "bad", { channels: { enabled: 0, routes: 1, failing: [] } }),
  row("alerts.told", "unknown", { channels: null }),
  row("alerts.silences", "ok", { silences: [{ why: "x", from: unixMs(TO - 7 * DAY_MS), to: null }] }),
  row("alerts.silences", "warn", { silences: [{ why: "x", from: unixMs(TO - 7 * DAY_MS - 1), to: unixMs(TO + 1) }] }),
  row("alerts.silences", "bad", { silences: [{ why: "x", from: unixMs(TO - 7 * DAY_MS - 1), to: null }] }),
  row("alerts.rules", "ok", {}),
  row("alerts.rules", "warn", ruleIs(["fs-full"], { isEnabled: false })),
  row("alerts.rules", "bad", ruleIs(["fs-full"], { hasFault: true })),
  row("alerts.rules", "bad", watch({ isJudging: false })),
  row("alerts.rules", "unknown", { watch: null }),
  row("dapan.coverage", "ok", withCard({ observedMs: 0.98 * DAY_MS })),
  row("dapan.coverage", "warn", withCard({ observedMs: 0.97 * DAY_MS })),
  row(
    "dapan.coverage",
    "warn",
    {
      ...withCard({ observedMs: 0.97 * DAY_MS }),
      causes: [
        { cause: "card_gone", ms: 1 },
        { cause: "node_down", ms: 2 },
      ],
    },
    { because: "low_node_down" },
  ),
  row("dapan.coverage", "bad", withCard({ observedMs: 0.79 * DAY_MS })),
  row("dapan.coverage", "unknown", { cards: [] }),
  row("dapan.sources", "ok", {}),
  row("dapan.sources", "warn", watch({ sources: [{ name: "dcgm", targets: 20, down: 1 }] })),
  row("dapan.sources", "bad", watch({ sources: [{ name: "dcgm", targets: 20, down: 2 }] })),
  row("dapan.sources", "unknown", watch({ sources: [] }), { because: "none" }),
  row("dapan.outages", "ok", { causes: [{ cause: "card_gone", ms: DAY_MS }] }), // not ours to mend
  row("dapan.outages", "warn", { causes: [{ cause: "dapan_down", ms: 0.02 * DAY_MS }] }),
  row("dapan.outages", "bad", {
    causes: [
      { cause: "source_down", ms: 0.1 * DAY_MS },
      { cause: "dapan_down", ms: 0.1 * DAY_MS },
    ],
  }),
  row("dapan.outages", "unknown", { causes: null }),
  row("dapan.behind", "ok", { through: unixMs(TO - 900_000) }),
  row("dapan.behind", "warn", { through: unixMs(TO - 1_200_000) }),
  row("dapan.behind", "bad", { through: unixMs(TO - 2 * HOUR_MS) }),
  row("dapan.behind", "unknown", { through: FROM }),
  row("dapan.writing", "ok", {}),
  row("dapan.writing", "warn", watch({ isJudging: false })),
  row("dapan.writing", "bad", watch({ cannotWrite: "disk full" })),
  row("dapan.writing", "unknown", { watch: null }),
];

const checkOf = (id: string): Check => BUILT_IN_CHECKS.find(({ item }) => item.id === id)!;
const seenIn = (check: Check, { facts, before = WELL }: Row) => check.see({ ...WELL, ...facts }, before);
const holds = (check: Check, one: Row): boolean => {
  const { verdict, because } = seenIn(check, one);
  return verdict === one.is && (one.because === undefined || because === one.because);
};

/** What an item cannot say: any uncorrected error is bad; that nothing is silenced is known from the tables. */
const NEVER: Readonly<Record<string, CheckVerdict>> = { "cards.ecc": "warn", "alerts.silences": "unknown" };

describe("every item of the checklist", () => {
  test("has a row for each verdict it can give", () => {
    expect([...new Set(ROWS.map(({ id }) => id))]).toEqual(BUILT_IN_ITEMS.map(({ id }) => id));
    for (const { id } of BUILT_IN_ITEMS) {
      const said = new Set(ROWS.filter((one) => one.id === id).map(({ is }) => is));
      const wanted = CHECK_VERDICTS.filter((verdict) => NEVER[id] !== verdict);
      expect([id, [...said].toSorted()]).toEqual([id, wanted.toSorted()]);
    }
  });

  for (const { item } of BUILT_IN_CHECKS)
    test(`${item.id} says what its rows say, in a sentence it has`, () => {
      for (const one of ROWS.filter(({ id }) => id === item.id)) {
        const seen = seenIn(checkOf(item.id), one);
        expect([one.is, one.because ?? seen.because]).toEqual([seen.verdict, seen.because]);
        const sentence = item.sentences[seen.because];
        expect([seen.because, typeof sentence]).toEqual([seen.because, "object"]);
        for (const [, name] of `${sentence?.zh} ${sentence?.en}`.matchAll(/\{(\w+)\}/g))
          expect([item.id, seen.because, Object.keys(seen.values)]).toEqual([
            item.id,
            seen.because,
            expect.arrayContaining([name]),
          ]);
      }
    });

  test("is caught when it mistakes any of its verdicts for another", () => {
    for (const check of BUILT_IN_CHECKS) {
      const rows = ROWS.filter(({ id }) => id === check.item.id);
      for (const from of CHECK_VERDICTS)
        for (const to of CHECK_VERDICTS) {
          if (from === to || NEVER[check.item.id] === from) continue;
          const mutant: Check = {
            ...check,
            see: (facts, before) => {
              const seen = check.see(facts, before);
              return seen.verdict === from ? { ...seen, verdict: to } : seen;
            },
          };
          expect([check.item.id, from, to, rows.every((one) => holds(mutant, one))]).toEqual([
            check.item.id,
            from,
            to,
            false,
          ]);
        }
    }
  });

  test("is caught when it is another item's judgement", () => {
    for (const { item } of BUILT_IN_CHECKS)
      for (const other of BUILT_IN_CHECKS) {
        if (other.item.id === item.id) continue;
        const rows = ROWS.filter(({ id }) => id === item.id);
        expect([item.id, other.item.id, rows.every((one) => holds(other, one))]).toEqual([
          item.id,
          other.item.id,
          false,
        ]);
      }
  });
});

test("of a day nobody knows anything of, no item says that all is well", () => {
  const ok = runChecks(NOTHING, null).filter(({ verdict }) => verdict !== "unknown");
  expect(ok.map(({ id }) => id)).toEqual(["alerts.silences"]);
});

test("rules that were at work for nine tenths of a day, in pieces, are believed", () => {
  const pieces = { ...WATCH, atWork: [hours(12, 30), hours(-9, 9.6), hours(2, 9)] };
  expect(runChecks({ ...WELL, watch: pieces }, WELL).filter(({ verdict }) => verdict !== "ok")).toEqual([]);
});

test("on a day on which all is well and known, every item says so", () => {
  expect(runChecks(WELL, WELL).filter(({ verdict }) => verdict !== "ok")).toEqual([]);
});

test("trend: the measure of the period before stands beside each, null where nothing is known of it", () => {
  const [now, before] = [
    { ...WELL, ...withCard({ eccUncorrected: 3 }) },
    { ...WELL, ...withCard({ eccUncorrected: 2 }) },
  ];
  expect(runChecks(now, before)[0]).toMatchObject({ id: "cards.ecc", measure: 3, before: 2, named: ["GPU-0"] });
  expect(runChecks(now, null)[0]).toMatchObject({ measure: 3, before: null });
  expect(runChecks(now, NOTHING)[0]).toMatchObject({ measure: 3, before: null });
});

test("items stand in the order of their groups, each with words in both languages and a source", () => {
  const places = BUILT_IN_ITEMS.map(({ group }) => CHECK_GROUPS.indexOf(group));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(new Set(places).size).toBe(CHECK_GROUPS.length);
  for (const { id, title, advice, source, sentences } of BUILT_IN_ITEMS)
    for (const words of [title, advice, ...Object.values(sentences)])
      expect([id, words.zh !== "", words.en !== "", source !== ""]).toEqual([id, true, true, true]);
});

test("at most twenty are named, the worst first", () => {
  const cards = Array.from({ length: 40 }, (_, i) => ({ ...WELL.cards[0]!, uuid: `GPU-${i}`, eccUncorrected: i }));
  const [ecc] = runChecks({ ...WELL, cards }, null);
  expect(ecc?.named).toEqual(Array.from({ length: 20 }, (_, i) => `GPU-${39 - i}`));
});
