import { pino } from "pino";
import { beforeAll, expect, test } from "vitest";
import { Fleet } from "../../../collectors/simulator/fleet.ts";
import { fleetHistory } from "../../../collectors/simulator/history.ts";
import type { Database } from "../../../db/database.ts";
import { sumBoard } from "../../../db/model/board-groups.ts";
import type { BoardView, BoardWall } from "../../../db/model/board-views.ts";
import type { CardSighting, Report } from "../../../db/model/frame.ts";
import type { PriceChange, Selector } from "../../../db/model/price.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { DEFAULT_KEEP_DAYS, keepHouse } from "../../../db/store/retention.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { bookStore } from "../../../server/ingest/book-store.ts";
import { CardRegistry } from "../../../server/ingest/card-registry.ts";
import { Ingest } from "../../../server/ingest/ingest.ts";
import { LiveFleet } from "../../../server/ingest/live-fleet.ts";
import { registryStore } from "../../../server/ingest/registry-store.ts";
import { SlotBook } from "../../../server/ingest/slot-book.ts";
import { createBoardPast } from "../../../server/usecases/board/board-past.ts";
import { boardView } from "../../../server/usecases/board/board-view.ts";
import { boardWall } from "../../../server/usecases/board/board-wall.ts";
import type { BoardDeps } from "../../../server/usecases/board/ports.ts";
import { createInventory } from "../../../server/usecases/inventory/inventory-port.ts";
import { NO_KUBE } from "../../../server/usecases/inventory/inventory-view.ts";
import { createAliases } from "../../../server/usecases/pricing/aliases-port.ts";
import { pastNamed } from "../../../server/usecases/pricing/named-pools.ts";
import { createPricing } from "../../../server/usecases/pricing/pricing-port.ts";
import { createTiers } from "../../../server/usecases/tiers/tiers-port.ts";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";
import { NO_BOOKING } from "../../tools/no-booking.ts";
import { stageConfig } from "../../tools/stage-config.ts";
import { unveiled } from "../../../db/model/money.ts";

const START = unixMs(Date.UTC(2026, 2, 2, 17));
const HOURS = 13;
const CARDS = 24;
/** Hardly off the beat of hours: moments fall before and after the closing of the slot that ends one. */
const EVERY_MS = 30 * 60_000 + 2_000;
const FIRST_MS = HOUR_MS + 5_000;
const GRACE_MS = 15_000;

type Shown = { readonly at: UnixMs; readonly live: BoardView; readonly seen: BoardView; readonly wall: BoardWall };
type Asked = { readonly at: UnixMs; readonly knownAt: UnixMs; readonly shown: BoardView };

/**
 * The real pipeline over a simulated fleet, forward through a night in which prices are revised twice, a rate
 * arrives late, cards are declared and a model gets its name. What the board showed is written down, and asked for again.
 */
export function asOfSuite(db: () => Database): void {
  let deps: BoardDeps;
  let clock: ManualClock;
  const shown: Shown[] = [];
  const asked: Asked[] = [];

  beforeAll(async () => {
    const run = await openRun(db());
    ({ clock, deps } = run);
    const acts = actsOf(run);
    let due = START + FIRST_MS;
    for (const reports of fleetHistory({ fleet: run.fleet, from: START, to: unixMs(START + HOURS * HOUR_MS) })) {
      for (const report of reports) run.ingest.take(strange(report, run.fleet.nodes[0]?.name ?? ""));
      const end = clock.now() + SLOT_MS;
      for (const stop of [clock.now() + GRACE_MS + 5_000, end]) {
        while (due <= stop) {
          await run.clock.advance(due - clock.now());
          await look(run, shown, asked);
          due += EVERY_MS;
        }
        await clock.advance(stop - clock.now());
        await run.ingest.step(); // closes the slot before, once its grace is over
        if (stop < end) await run.tiers.judge(); // after each slot, as the job does
      }
      for (const act of acts.splice(0, acts.filter(({ hour }) => START + hour * HOUR_MS <= end).length)) {
        await act.run();
        await run.tiers.judge();
        await clock.advance(1);
      }
    }
    expect(acts).toEqual([]);
  }, 240_000);

  test("the board as of a past moment is the board that was shown then, to the last figure", async () => {
    expect(shown.length).toBeGreaterThan(15);
    for (const { at, seen } of shown) expect(await boardView(deps, { at })).toEqual(seen);
  });

  test("as of a past moment and as known at another: asked again it answers the same", async () => {
    expect(asked.length).toBeGreaterThan(15);
    for (const { at, knownAt, shown: seen } of asked) expect(await boardView(deps, { at, knownAt })).toEqual(seen);
  });

  test("what was shown live was, but for the states of that very second, the board of that moment", () => {
    for (const { live, seen } of shown) {
      expect(live.isLive).toBe(true);
      const figures = (view: BoardView) => ({
        day: [view.dayFrom, view.dayTo],
        missingRates: view.missingRates,
        pools: view.pools.map(({ id, model, day, money, spark, tier }) => ({
          id,
          model,
          day,
          money,
          spark,
          tier: tier.tier,
          hourly: tier.hourlyMicro,
          since: tier.since,
          reasons: tier.reasons.map(({ key }) => key),
        })),
      });
      expect(figures(live)).toEqual(figures(seen));
    }
  });

  test("the wall of a past moment stays what it was, also once its day is packed", async () => {
    for (const { at, wall } of shown) expect(await boardWall(deps, { at })).toEqual(wall);
    await keepHouse(db(), unixMs(START + 10 * DAY_MS), DEFAULT_KEEP_DAYS);
    for (const { at, wall, seen } of shown) {
      const packed = await boardWall(deps, { at });
      expect({ ...packed, utilRatio: [] }).toEqual({ ...wall, utilRatio: [] });
      packed.utilRatio.forEach((util, i) =>
        expect(Math.abs((util ?? -1) - (wall.utilRatio[i] ?? -1))).toBeLessThan(1e-4),
      );
      expect((await boardView(deps, { at })).pools.map((pool) => pool.counts)).toEqual(
        seen.pools.map((pool) => pool.counts),
      );
    }
  });

  test("a revision changes what is known of the past, and not what was shown", () => {
    const cost = (view: BoardView) => unveiled(sumBoard(view.pools, view.currency).money.costMicro);
    const before = asked.filter(({ at, knownAt }) => knownAt > at);
    const differing = before.filter(({ at, shown: now }) => cost(now) !== cost(shown.find((s) => s.at === at)!.seen));
    expect(differing.length).toBeGreaterThan(0);
    const models = (view: BoardView) => new Set(view.pools.map((pool) => pool.model));
    expect(models(shown[0]!.seen).has(STRANGE)).toBe(true);
    expect(models(shown.at(-1)!.seen).has(STRANGE)).toBe(false);
    expect(shown.some(({ seen }) => seen.missingRates.length > 0)).toBe(true);
    expect(shown.at(-1)!.seen.missingRates).toEqual([]);
    expect(new Set(shown.map(({ seen }) => JSON.stringify(seen))).size).toBe(shown.length); // every moment was another
  });
}

const STRANGE = "Widget 9000";

type Run = Awaited<ReturnType<typeof openRun>>;

/** The parts of compose.ts between the reports and the board, over a clock that is moved by hand. */
async function openRun(db: Database) {
  const clock = manualClock(START);
  const config = stageConfig();
  const fleet = new Fleet({ seed: 11, cards: CARDS, startMs: START });
  const registry = new CardRegistry(registryStore(db));
  const live = new LiveFleet(DEFAULT_STATE_RULES);
  const store = bookStore(db, "scrape", clock, NO_BOOKING);
  const book = new SlotBook({
    source: "scrape",
    clock,
    store,
    registry,
    rules: DEFAULT_STATE_RULES,
    graceMs: GRACE_MS,
  });
  const log = pino({ level: "silent" });
  const ingest = new Ingest({ clock, log, book, registry, live, journalMs: DAY_MS });
  const aliases = await createAliases(db, clock);
  const pricing = createPricing({ db, clock, config: () => config.current() });
  const currency = () => config.current().currency;
  const tiers = createTiers({ db, clock, pricing, currency, aliases: (knownAt) => aliases.at(knownAt) });
  const inventory = createInventory({
    db,
    clock,
    zone: () => config.current().timeZone,
    live,
    registry,
    onCard: (card) => live.know(card),
    kube: NO_KUBE,
    aliases,
  });
  const past = pastNamed(createBoardPast(db), aliases);
  const deps: BoardDeps = { clock, config, live, past, pricing, tiers, inventory };
  return { clock, fleet, ingest, aliases, pricing, tiers, inventory, deps };
}

const renamed = new WeakMap<readonly CardSighting[], readonly CardSighting[]>();

/** One node's cards say a model nobody knows. The list stays the same object while the exporter's does. */
function strange(report: Report, node: string): Report {
  if (report.kind === "silence" || report.origin !== node) return report;
  const known = renamed.get(report.cards) ?? report.cards.map((card) => ({ ...card, modelName: STRANGE }));
  renamed.set(report.cards, known);
  return { ...report, cards: known };
}

/** Writes down what the board shows now, of now and of moments before, with the knowledge of now and of before. */
async function look({ clock, deps }: Run, shown: Shown[], asked: Asked[]): Promise<void> {
  const at = clock.now();
  const [live, seen, wall] = [await boardView(deps), await boardView(deps, { at }), await boardWall(deps, { at })];
  const wishes = [shown[0], shown.at(-5)].flatMap((s) =>
    s === undefined
      ? []
      : [
          { at: s.at, knownAt: at }, // that moment, as it is known now
          { at, knownAt: s.at }, // now, as it was known then
        ],
  );
  for (const wish of wishes) asked.push({ ...wish, shown: await boardView(deps, wish) });
  shown.push({ at, live, seen, wall });
}

const ANY: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };
const hour = (h: number): UnixMs => unixMs(START + h * HOUR_MS);

/** What people do to the book, the declarations and the names, and when. */
function actsOf({ pricing, inventory, aliases }: Run): { hour: number; run: () => Promise<unknown> }[] {
  const note = { who: "tester", why: "as-of", source: "test" };
  const price = (billing: Selector["billing"], from: UnixMs, terms: Partial<NonNullable<PriceChange["terms"]>>) => ({
    selector: { ...ANY, billing },
    isList: false,
    from,
    to: null,
    terms: {
      basis: "card_hour" as const,
      currency: "CNY",
      amountMicro: 3_000_000n,
      cardsPerInstance: 1,
      owned: null,
      termTo: null,
      ...terms,
    },
  });
  const change = (...changes: PriceChange[]) => pricing.change(changes, note);
  return [
    {
      hour: 1,
      run: () =>
        change(
          price("monthly", hour(-24), { basis: "card_month", amountMicro: 2_000_000_000n, termTo: hour(10) }),
          price("on_demand", hour(-24), { amountMicro: 4_000_000n }),
          price("spot", hour(-24), { amountMicro: 500_000n, currency: "USD" }),
          price("owned", hour(3), { amountMicro: 1_000_000n }),
        ),
    },
    {
      hour: 4,
      run: () => pricing.setRates([{ base: "USD", quote: "CNY", day: hour(-24), rateNano: 7_100_000_000n }], note),
    },
    { hour: 6, run: () => change(price("on_demand", hour(2), { amountMicro: 5_500_000n })) },
    {
      hour: 7,
      run: () =>
        inventory.declare(note, () => ({
          ends: [],
          adds: [{ selector: ANY, node: "", count: CARDS + 2, from: hour(5), to: null, contract: "C-1" }],
        })),
    },
    { hour: 9, run: () => aliases.set(STRANGE, "T4", note) },
    {
      hour: 11,
      run: () =>
        change(price("monthly", hour(-24), { basis: "card_month", amountMicro: 1_500_000_000n, termTo: hour(12) })),
    },
  ];
}
