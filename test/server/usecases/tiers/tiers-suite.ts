import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { PriceTerms, Selector } from "../../../../db/model/price.ts";
import type { Benchmark, Tier, TierVerdict } from "../../../../db/model/tier.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { registerCards } from "../../../../db/store/registry.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import type { ChangeNote, PricingPort, TiersPort } from "../../../../server/context.ts";
import { DEFAULT_LADDER } from "../../../../server/domain/tiers/offer.ts";
import { createPricing } from "../../../../server/usecases/pricing/pricing-port.ts";
import { createTiers } from "../../../../server/usecases/tiers/tiers-port.ts";
import { blankBatch } from "../../../db/batches.ts";
import { type ManualClock, manualClock } from "../../../tools/manual-clock.ts";

const START = unixMs(Date.UTC(2026, 2, 1));
const NOTE: ChangeNote = { who: "ann", why: "test", source: "console" };
const PLACES = {
  monthly: { vendor: "va", region: "r", zone: "z", cluster: "k", billing: "monthly" },
  onDemand: { vendor: "vb", region: "r", zone: "z", cluster: "k", billing: "on_demand" },
  spot: { vendor: "vc", region: "r", zone: "z", cluster: "k", billing: "spot" },
} as const;
type Pool = keyof typeof PLACES;

const anywhere: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };
const perHour = (yuan: number, termTo: UnixMs | null = null): PriceTerms => ({
  basis: "card_hour",
  currency: "CNY",
  amountMicro: BigInt(yuan * 1_000_000),
  cardsPerInstance: 1,
  owned: null,
  termTo,
});

/** One board of three pools through its days, in the order of the tests: each begins where the one before ended. */
export function tiersSuite(db: () => Database): void {
  let clock: ManualClock;
  let pricing: PricingPort;
  let tiers: TiersPort;
  const pools = new Map<Pool, number>();
  const cards = new Map<Pool, number>();
  const seen: { at: UnixMs; tiers: ReadonlyMap<number, TierVerdict> }[] = [];
  const idOf = (pool: Pool): number => pools.get(pool)!;
  const tierOf = (pool: Pool): Tier | undefined => tiers.current().get(idOf(pool))?.tier;
  const start = () => {
    const parts = { db: db(), clock, currency: () => "CNY", aliases: async () => new Map<string, string>() };
    pricing = createPricing({ ...parts, config: () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }) });
    tiers = createTiers({ ...parts, pricing });
  };
  const setPrice = async (pool: Pool, terms: PriceTerms, from: UnixMs = clock.now()) => {
    const { vendor } = PLACES[pool];
    await pricing.change([{ selector: { ...anywhere, vendor }, isList: false, from, to: null, terms }], NOTE);
  };
  /** Lets time pass, judges, and remembers what the board showed. */
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await tiers.judge();
    seen.push({ at: clock.now(), tiers: tiers.current() });
    await clock.advance(1_000); // what is changed next is changed after what was seen
  };
  const events = async (pool: Pool | null) =>
    (await tiers.events(pool === null ? null : idOf(pool), { from: START, to: unixMs(START + 400 * DAY_MS) })).map(
      ({ fromTier, toTier }) => `${fromTier ?? "-"}→${toTier}`,
    );

  beforeAll(async () => {
    clock = manualClock(START);
    for (const [i, pool] of (Object.keys(PLACES) as Pool[]).entries()) {
      const card = { uuid: `GPU-tier-${i}`, modelName: "", node: `n${i}`, position: "", driver: "", migProfiles: [] };
      const seenCard = { place: PLACES[pool], model: "A100-80G-SXM", card, at: START, source: "tiers" };
      const { poolId, cardId } = await registerCards(db(), [seenCard]);
      pools.set(pool, poolId[0]!);
      cards.set(pool, cardId[0]!);
    }
    start();
  });

  test("without a price every pool is the last resort, says so, and the first verdict is on record", async () => {
    expect(tiers.current().size).toBe(0);
    await pass(HOUR_MS);
    expect([tierOf("monthly"), tierOf("onDemand"), tierOf("spot")]).toEqual([3, 3, 3]);
    expect(tiers.current().get(idOf("spot"))?.reasons[0]?.key).toBe("unpriced");
    expect(await events("spot")).toEqual(["-→3"]);
  });

  test("prices sort the pools; what is paid for comes first; since when is said", async () => {
    await setPrice("monthly", perHour(10, unixMs(START + 30 * DAY_MS)));
    await setPrice("onDemand", perHour(30));
    await setPrice("spot", perHour(11));
    await pass(HOUR_MS);
    expect([tierOf("monthly"), tierOf("onDemand"), tierOf("spot")]).toEqual([0, 3, 1]);
    expect(tiers.current().get(idOf("monthly"))?.since).toBe(seen.at(-1)?.at);
    expect(await events("onDemand")).toEqual(["-→3"]); // it was P3 and is P3: the reason alone is no event
  });

  test("a judgement that changes nothing writes nothing", async () => {
    const before = await events(null);
    await pass(SLOT_MS);
    await pass(SLOT_MS);
    expect(await events(null)).toEqual(before);
  });

  test("a pool often in fault loses a tier, by the hours that are over", async () => {
    const hour = unixMs(START + 5 * DAY_MS);
    const batch = blankBatch(hour, 1);
    batch.cardId[0] = cards.get("spot")!;
    batch.poolId[0] = idOf("spot");
    for (const column of ["ownedMs", "observedMs"] as const) batch.columns[column][0] = SLOT_MS;
    batch.columns.faultMs[0] = 60_000;
    batch.columns.freeMs[0] = 240_000;
    await commitSlot(db(), { source: "tiers", seq: 1, batch, events: [], committedAt: unixMs(hour + SLOT_MS) });
    await pass(hour + HOUR_MS / 2 - clock.now());
    expect(tierOf("spot")).toBe(1); // the hour is not over
    await pass(HOUR_MS);
    expect(tierOf("spot")).toBe(3); // 11 × 1.02 ÷ 0.8 = 14.025, 1.4 times the best: P2, and one lower
    expect(tiers.current().get(idOf("spot"))).toMatchObject({ availability: 0.8, effectiveMicro: "14025000" });
    await pass(8 * DAY_MS);
    expect(tierOf("spot")).toBe(1); // seven days later it is forgotten
  });

  test("an override holds until it is taken back or expires, and its pool may have only one", async () => {
    const to = clock.now() + DAY_MS;
    const wish = { poolId: idOf("onDemand"), tier: 1 as const, owner: "ann", reason: "launch", to };
    await tiers.setOverride({ ...wish, tier: 2 }, NOTE);
    const revisions = async () => (await db().query("SELECT 1 FROM revision WHERE subject = 'override'")).length;
    const before = await revisions();
    const twice = await Promise.all([tiers.setOverride(wish, NOTE), tiers.setOverride(wish, NOTE)]);
    expect([twice[0] === twice[1], (await revisions()) - before]).toEqual([true, 1]); // a double click is one change
    expect((await tiers.page()).overrides).toMatchObject([{ tier: 1, owner: "ann" }]);
    expect(tierOf("onDemand")).toBe(1);
    const verdict = tiers.current().get(idOf("onDemand"));
    expect(verdict?.reasons.map(({ key }) => key)).toEqual(["override", "ratio"]);
    expect(verdict?.wouldChange).toMatchObject([{ key: "override_ends", tier: 3, at: to }]);
    await pass(DAY_MS + HOUR_MS);
    expect(tierOf("onDemand")).toBe(3);
    const id = await tiers.setOverride({ ...wish, to: to + 5 * DAY_MS }, NOTE);
    expect(tierOf("onDemand")).toBe(1);
    await clock.advance(1_000);
    expect(await tiers.removeOverride(id!, NOTE)).toBe(true);
    expect(tierOf("onDemand")).toBe(3);
    expect(await tiers.removeOverride(id!, NOTE)).toBe(false);
    expect(await tiers.setOverride({ ...wish, poolId: 999_999 }, NOTE)).toBeNull();
  });

  test("another ladder is tried out without a trace, and takes effect when it is saved", async () => {
    await pass(HOUR_MS);
    const wide = { ...DEFAULT_LADDER, p1Ratio: 3, p2Ratio: 4 };
    const preview = await tiers.preview(wide);
    expect(preview).toMatchObject({ cardsMoved: 1, before: [1, 1, 0, 1], after: [1, 2, 0, 0] });
    expect(preview.moves).toEqual([{ poolId: idOf("onDemand"), from: 3, to: 1, cards: 1 }]);
    expect((await tiers.page()).known.since).toBeNull();
    await tiers.saveLadder(wide, { ...NOTE, why: "we are generous" });
    expect(tierOf("onDemand")).toBe(1);
    expect((await tiers.page()).known).toMatchObject({ ladder: wide, who: "ann", why: "we are generous" });
    await pass(DAY_MS);
    await tiers.saveLadder(DEFAULT_LADDER, NOTE);
    expect(tierOf("onDemand")).toBe(3);
  });

  test("benchmarks are believed from their import on, replaced by newer words, and taken back", async () => {
    await pass(HOUR_MS);
    const row: Benchmark = {
      model: "A100-80G-SXM",
      workload: "general",
      unitsPerHour: 100,
      batch: 8,
      precision: "fp16",
      day: "2026-03-01",
      source: "lab",
    };
    const fast = { ...row, model: "H100-SXM", unitsPerHour: 250 };
    expect(await tiers.putBenchmarks([row, fast], NOTE)).toEqual({ added: 2, changed: 0, unchanged: 0 });
    const better = { ...fast, unitsPerHour: 260 };
    expect(await tiers.putBenchmarks([row, better], NOTE)).toEqual({ added: 0, changed: 1, unchanged: 1 });
    const page = await tiers.page();
    const h100 = page.indexes.find(({ model }) => model === "H100-SXM");
    expect(h100?.indexes.general).toEqual({ index: 2.6, from: "benchmark", source: "lab" });
    expect(h100?.indexes.llm_inference?.from).toBe("data_sheet");
    expect(page.indexes[0]).toMatchObject({ model: "A100-80G-SXM", hasCards: true });
    expect(
      await tiers.removeBenchmarks(
        page.benchmarks.map(({ id }) => id),
        NOTE,
      ),
    ).toBe(2);
    expect((await tiers.page()).benchmarks).toEqual([]);
  });

  test("a term ends by the clock alone", async () => {
    await pass(START + 30 * DAY_MS - SLOT_MS - clock.now());
    expect(tierOf("monthly")).toBe(0);
    await pass(SLOT_MS - 1_000);
    expect(tierOf("monthly")).toBe(1);
  });

  test("a process that starts again goes on where the record ended", async () => {
    const before = await events(null);
    const since = tiers.current().get(idOf("monthly"))?.since;
    start();
    await pass(SLOT_MS);
    expect(await events(null)).toEqual(before);
    expect(tiers.current().get(idOf("monthly"))?.since).toBe(since);
  });

  test("a past moment shows what the board showed then, and what is known now only when asked", async () => {
    const then = clock.now();
    await pass(HOUR_MS);
    await setPrice("onDemand", perHour(9), unixMs(START)); // it was cheap all the time, we learn
    await pass(HOUR_MS);
    expect(tierOf("onDemand")).toBe(1);
    for (const moment of seen) expect([moment.at, await tiers.at(moment.at)]).toEqual([moment.at, moment.tiers]);
    expect((await tiers.at(then)).get(idOf("onDemand"))?.tier).toBe(3);
    expect((await tiers.at(then, clock.now())).get(idOf("onDemand"))?.tier).toBe(1);
  });
}
