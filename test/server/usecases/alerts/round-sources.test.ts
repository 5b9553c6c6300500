import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { reviseCapacity } from "../../../../db/store/capacity.ts";
import { readCards, registerCards } from "../../../../db/store/registry.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import { CardRegistry } from "../../../../server/ingest/card-registry.ts";
import { HealthWatch } from "../../../../server/ingest/health-watch.ts";
import { recallHealth } from "../../../../server/ingest/recall-health.ts";
import { registryStore } from "../../../../server/ingest/registry-store.ts";
import { DEFAULT_STATE_RULES } from "../../../../server/domain/card-state.ts";
import { createBoardPast } from "../../../../server/usecases/board/board-past.ts";
import { liveRound } from "../../../../server/usecases/alerts/live-round.ts";
import { dayNoIn, dayText } from "../../../../server/domain/usage/calendar.ts";
import { featuresView } from "../../../../server/usecases/costs/features-list.ts";
import { MoneyOfRounds, type RoundMoneyDeps } from "../../../../server/usecases/alerts/round-money.ts";
import { blankBatch } from "../../../db/batches.ts";
import { onPglite } from "../../../db/databases.ts";
import { frame, PLACE, pod, sighting } from "../../../tools/frames.ts";
import { manualClock, type ManualClock } from "../../../tools/manual-clock.ts";
import { costDeps, seedLedger } from "../costs/seeded-ledger.ts";

const NOW = unixMs(Date.UTC(2026, 0, 20, 12));
const log = { error: () => undefined };

onPglite("a round over the tables", (db: () => Database) => {
  let registry: CardRegistry;
  let watch: HealthWatch;
  const clock: ManualClock = manualClock(NOW);
  const seen = (uuid: string, node: string) => sighting(uuid, { node, holders: [pod("w-0")] });
  const cards = [seen("a", "gpu-1"), seen("b", "gpu-1"), seen("c", "gpu-2")];

  beforeAll(async () => {
    const at = unixMs(NOW - 9 * DAY_MS);
    await registerCards(
      db(),
      cards.map((card) => ({ place: PLACE, model: "A10", card, at, source: "scrape" })),
      () => true,
    );
    const rows = await readCards(db(), ["a", "b", "c"]);
    for (const day of [2, 1, 0]) await quietSlot(unixMs(NOW - day * DAY_MS - 2 * HOUR_MS), rows);
    for (let at2 = NOW - HOUR_MS; at2 < NOW; at2 += SLOT_MS) await quietSlot(unixMs(at2), rows);
    const note = { who: "test", why: "contract", source: "", now: () => clock.now() };
    const line = {
      vendor: "cloud-a",
      region: "",
      zone: "",
      cluster: "",
      model: "",
      billing: "" as const,
      contract: "",
    };
    const adds = [{ selector: line, node: "gpu-2", count: 8, contract: "", from: unixMs(NOW - DAY_MS), to: null }];
    await reviseCapacity(db(), note, () => ({ ends: [], adds }));
    registry = new CardRegistry(registryStore(db()));
    await registry.load();
    watch = new HealthWatch(registry, DEFAULT_STATE_RULES);
  });

  async function quietSlot(
    at: ReturnType<typeof unixMs>,
    rows: readonly { id: number; poolId: number }[],
  ): Promise<void> {
    const batch = blankBatch(at, rows.length);
    rows.forEach(({ id, poolId }, i) => {
      batch.cardId[i] = id;
      batch.poolId[i] = poolId;
      batch.columns.ownedMs[i] = SLOT_MS;
      batch.columns.observedMs[i] = SLOT_MS;
      batch.columns.idleHeldMs[i] = SLOT_MS;
      batch.columns.powerSaidMs[i] = SLOT_MS;
    });
    await commitSlot(db(), { source: "scrape", seq: 1, batch, events: [], committedAt: NOW });
  }

  test("knows what nodes should carry, and goes on counting from before the start", async () => {
    await recallHealth(watch, db(), NOW, DEFAULT_STATE_RULES);
    const make = liveRound({
      db: db(),
      clock,
      log,
      watch,
      registry,
      live: { row: () => null, rows: () => [], identity: () => null },
      features: { list: () => [], featureOf: () => -1 },
      kube: {
        word: () => ({ isReady: null, isInKube: null, isCordoned: null, capacity: null }),
        pod: () => null,
        startedAt: () => null,
      },
      sources: { list: () => [], targets: () => [] },
      money: () => [],
    });
    const first = await make();
    expect(first.cards.gap).toEqual(["dapan_down", "dapan_down", "dapan_down"]);
    expect([...first.cards.heardAt]).toEqual([NOW, NOW, NOW]);
    watch.hear(
      frame("x", NOW + 1_000, cards.slice(0, 1), { utilRatio: 0, memoryUsedBytes: 2 ** 33, powerWatts: 60 }, 300_000),
    );
    await clock.advance(2_000);
    const { cards: columns, nodes, gangs } = await make();
    expect(columns.gap).toEqual(["none", "card_gone", "dapan_down"]);
    expect(columns.silentSince[1]).toBe(NOW);
    expect(columns.level("heldQuietMs")[0]).toBe(26 * HOUR_MS + 2_000); // as far back as is looked
    expect(nodes.map(({ name, expected, expectedBecause }) => [name, expected, expectedBecause])).toEqual([
      ["gpu-1", 2, "seen"],
      ["gpu-2", 8, "declared"],
    ]);
    expect(gangs).toEqual([]);
  });
});

onPglite("the money of a round", (db: () => Database) => {
  beforeAll(async () => {
    await seedLedger(db(), 20_261_122);
  });

  test("is what pools waste and features earn, asked once in a while, in the background", async () => {
    const deps = { ...(await costDeps(db())), past: createBoardPast(db()), log } as unknown as RoundMoneyDeps;
    const money = new MoneyOfRounds(deps);
    expect(money.now()).toEqual([]);
    await money.settled();
    const known = money.now();
    const pools = known.filter(({ scope }) => scope === "pool");
    const features = known.filter(({ scope }) => scope === "feature");
    expect(features.length).toBeGreaterThan(0);
    expect(features.every(({ labels, poolId }) => labels["feature"] !== undefined && poolId === 0)).toBe(true);
    expect(
      pools.every(
        ({ labels, poolId, wastePerDay }) => labels["vendor"] !== undefined && poolId > 0 && wastePerDay !== undefined,
      ),
    ).toBe(true);
    expect(money.now()).toBe(known);
  });

  test("is how fast features spend their budget of the month; a budget of no feature is complained of", async () => {
    const costs = await costDeps(db());
    const now = costs.clock.now();
    const { timeZone } = costs.config.current();
    const today = dayNoIn(now, timeZone);
    const date = Number(dayText(today).slice(8));
    const range = { from: dayText(today - date + 1), to: dayText(today) };
    const { features } = await featuresView(costs, { basis: "allocation", policy: "apart", range });
    const budgets = [
      ...features.map(({ key }) => ({ feature: key, perMonth: 1_000 })),
      { feature: "nobody", perMonth: 1 },
    ];
    const said: unknown[] = [];
    const deps = {
      ...costs,
      config: { current: () => ({ ...costs.config.current(), budgets }) },
      past: createBoardPast(db()),
      log: { error: (about: unknown) => said.push(about) },
    } as unknown as RoundMoneyDeps;
    const money = new MoneyOfRounds(deps);
    money.now();
    await money.settled();
    const known = new Map(money.now().map((one) => [one.labels["feature"], one]));
    const days = new Date(Date.UTC(Number(range.from.slice(0, 4)), Number(range.from.slice(5, 7)), 0)).getUTCDate();
    expect(date).toBeGreaterThan(1);
    expect(features.length).toBeGreaterThan(0);
    for (const { name, costMicro, estimate } of features) {
      const one = known.get(name);
      expect(one?.budgetPace).toBeCloseTo(Number(costMicro) / 1e6 / ((1_000 * (date - 1)) / days), 4);
      expect(one?.isPaceAtLeast === true).toBe(estimate.unpricedMs > 0 || estimate.unconverted.length > 0);
    }
    expect(said).toEqual([{ feature: "nobody" }]);
  });
});
