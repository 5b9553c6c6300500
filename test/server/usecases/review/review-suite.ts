import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { Price } from "../../../../db/model/price.ts";
import { DAY_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { commitDay } from "../../../../db/store/bulk.ts";
import { readArrivals } from "../../../../db/store/arrivals.ts";
import { registerCards, releaseCards } from "../../../../db/store/registry.ts";
import type { PoolPrice } from "../../../../server/context.ts";
import { createReview, type ReviewPort } from "../../../../server/usecases/review/review-port.ts";
import { blankBatch } from "../../../db/batches.ts";
import { manualClock } from "../../../tools/manual-clock.ts";

const DAY_ZERO = 20_500 * DAY_MS; // of this suite alone
const NOON = DAY_MS / 2;
const place = (billing: "on_demand" | "monthly") => ({ vendor: "v", region: "review", zone: "", cluster: "", billing });

/** Advice over a real database: two free cards by the hour, one busy card, one held and unused on a term. */
export function reviewSuite(db: () => Database): void {
  const clock = manualClock(unixMs(DAY_ZERO + 8 * DAY_MS + NOON));
  let ids: number[];
  let pools: number[];
  let hourly = new Map<number, bigint>();
  let review: ReviewPort;

  const pricing = {
    hourlyByPool: () => {
      const price = { termTo: unixMs(DAY_ZERO + 200 * DAY_MS) } as Price;
      const known = [...hourly].map(([poolId, micro]): [number, PoolPrice] => [
        poolId,
        { price: poolId === pools[3] ? price : { ...price, termTo: null }, hourlyMicro: micro, isSunk: false },
      ]);
      return Promise.resolve(new Map(known));
    },
  };

  /** A day of slots: what each of the four cards does all day; a card left out is not owned. */
  const live = async (day: number, doing: readonly ("free" | "busy" | "held" | null)[]) => {
    const batches = Array.from({ length: SLOTS_PER_DAY }, (_, i) => {
      const rows = doing.flatMap((does, card) => (does === null ? [] : [{ does, card }]));
      const batch = blankBatch(DAY_ZERO + day * DAY_MS + i * SLOT_MS, rows.length);
      rows.forEach(({ does, card }, row) => {
        batch.cardId[row] = ids[card]!;
        batch.poolId[row] = pools[card]!;
        batch.columns.ownedMs[row] = SLOT_MS;
        batch.columns.observedMs[row] = SLOT_MS;
        batch.columns[does === "free" ? "freeMs" : does === "busy" ? "busyMs" : "idleHeldMs"][row] = SLOT_MS;
      });
      return batch;
    });
    await commitDay(db(), { source: "review", batches, events: [], committedAt: clock.now(), as: "points" });
  };

  beforeAll(async () => {
    const seen = ["R-1", "R-2", "R-3", "R-4"].map((uuid, i) => ({
      place: place(i === 3 ? "monthly" : "on_demand"),
      model: "A10",
      card: { uuid, modelName: "NVIDIA A10", node: "n", position: uuid, driver: "", migProfiles: [] },
      at: unixMs(DAY_ZERO),
      source: "review",
    }));
    const known = await registerCards(db(), seen);
    ids = [...known.cardId];
    pools = [...known.poolId];
    hourly = new Map([
      [pools[0]!, 10_000_000n],
      [pools[3]!, 4_000_000n],
    ]);
    for (let day = 1; day < 8; day++) await live(day, ["free", "free", "busy", "held"]);
    review = createReview({
      db: db(),
      clock,
      pricing,
      tiers: { current: () => new Map() },
      currency: () => "CNY",
    });
  });

  test("a week of idleness becomes advice, with its money from the day it can be saved", async () => {
    expect(await review.round()).toEqual({ opened: 2, renewed: 0, withdrawn: 0, receipts: 0 });
    const list = await review.list("open");
    expect(list.items).toMatchObject([
      {
        kind: "free_on_demand",
        cards: ["R-1", "R-2"],
        savingPerDayMicro: "480000000",
        savingFrom: clock.now(),
        coverage: 1,
      },
      { kind: "idle_held", cards: ["R-4"], savingPerDayMicro: "96000000", savingFrom: DAY_ZERO + 200 * DAY_MS },
    ]);
    expect([list.nowPerDayMicro, list.laterPerDayMicro]).toEqual(["480000000", "96000000"]);
    expect(list.counts).toEqual({ open: 2, accepted: 0, done: 0, dismissed: 0 });
  });

  test("the same advice tomorrow is the same item, at today's price", async () => {
    hourly.set(pools[3]!, 5_000_000n);
    const before = await review.list("open");
    expect(await review.round()).toMatchObject({ opened: 0, renewed: 2 });
    const after = await review.list("open");
    expect(after.items.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
    expect(after.items[1]!.savingPerDayMicro).toBe("120000000");
  });

  test("what a person dismisses stays quiet for thirty days, with who and why", async () => {
    const item = (await review.list("open")).items.find(({ kind }) => kind === "idle_held")!;
    await expect(review.step({ id: item.id, to: "dismissed", by: "ann", reason: " " })).rejects.toThrow(/say why/);
    const dismissed = await review.step({
      id: item.id,
      to: "dismissed",
      by: "ann",
      reason: " kept warm for the launch ",
    });
    expect(dismissed).toMatchObject({ state: "dismissed", changedBy: "ann", reason: "kept warm for the launch" });
    expect(await review.round()).toMatchObject({ opened: 0, renewed: 1, withdrawn: 0 });
    await expect(review.step({ id: 999_999, to: "open", by: "ann", reason: "" })).rejects.toThrow(
      /no advice number 999999/,
    );
  });

  test("two people who act at once: one is first, the other is told", async () => {
    const item = (await review.list("open")).items[0]!;
    const steps = await Promise.allSettled(
      ["ann", "bob"].map((by) => review.step({ id: item.id, to: "accepted", by, reason: "" })),
    );
    expect(steps.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("what is done gets a receipt of the seven days after, and not before they are over", async () => {
    const item = (await review.list("accepted")).items[0]!;
    await review.step({ id: item.id, to: "done", by: "ann", reason: "" });
    for (let day = 8; day < 16; day++) await live(day, [null, "free", "busy", "held"]); // one card was given back
    clock.jump(7 * DAY_MS + NOON - 1); // a millisecond before the eighth midnight
    expect(await review.round()).toMatchObject({ receipts: 0, opened: 0 }); // the week before the act is still in sight
    clock.jump(NOON);
    const round = await review.round();
    expect(round).toMatchObject({ receipts: 1, opened: 1 }); // the other card is still free: new advice
    const done = (await review.list("done")).items[0]!;
    expect(done.receipt).toEqual({
      from: DAY_ZERO + 9 * DAY_MS,
      to: DAY_ZERO + 16 * DAY_MS,
      savedMicro: "1680000000", // one card, seven days, 240 a day
      coverage: 1,
    });
  });

  test("advice that is no longer true is withdrawn, and may come back at once", async () => {
    hourly.delete(pools[0]!);
    expect(await review.round()).toMatchObject({ withdrawn: 1 });
    hourly.set(pools[0]!, 10_000_000n);
    expect(await review.round()).toMatchObject({ opened: 1 });
  });

  test("neither numbers nor the first few follow what is saved, for who may not see it (API-05)", async () => {
    await db().query("DELETE FROM review_item");
    hourly.set(pools[3]!, 90_000_000n);
    expect(await review.round()).toMatchObject({ opened: 2 });
    const kinds = async (money: boolean) => (await review.worth(9, { money })).top.map(({ kind }) => kind);
    expect(await kinds(true)).toEqual(["idle_held", "free_on_demand"]);
    expect(await kinds(false)).toEqual(["free_on_demand", "idle_held"]);
    expect((await review.worth(1, { money: false })).top.map(({ kind }) => kind)).toEqual(["free_on_demand"]);
  });

  test("cards that came and cards that went are told from cards that moved", async () => {
    const at = (day: number): UnixMs => unixMs(DAY_ZERO + day * DAY_MS);
    const moved = {
      place: place("monthly"),
      model: "A10",
      card: { uuid: "R-1", modelName: "NVIDIA A10", node: "n2", position: "R-1", driver: "", migProfiles: [] },
      at: at(3),
      source: "review",
    };
    await registerCards(db(), [moved]);
    await releaseCards(db(), [ids[1]!], at(4));
    const arrivals = await readArrivals(db(), { from: at(0), to: at(9) });
    const own = new Set(pools);
    expect(arrivals.filter(({ poolId }) => own.has(poolId))).toEqual([
      ...[pools[0], pools[1], pools[2], pools[3]].map((poolId) => ({ poolId, at: at(0), kind: "came" })),
      { poolId: pools[1], at: at(4), kind: "went" },
    ]);
  });
}
