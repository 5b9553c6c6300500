import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import { checkBooks } from "../../../../server/usecases/ledger/check-books.ts";
import { BEGIN, PLACES, retold, slotBatch, stories, type Story, tell } from "./fleet-story.ts";
import { LedgerStage, type StageOptions, storedLines, toldLines } from "./ledger-stage.ts";
import { oracleLines } from "./story-oracle.ts";

const FIRST_HOUR = BEGIN / HOUR_MS;
const LATER = BEGIN + 9 * HOUR_MS; // every hour of a story has been told to people by then
const ZONE = "Asia/Shanghai";
let fleets = 0;

/** The ledger as it is booked slot by slot, and priced and mapped again afterwards, on one engine. */
export function ledgerSuite(db: () => Database, runs: number): void {
  const open = (options: Partial<StageOptions> = {}) =>
    LedgerStage.open(db(), `f${++fleets}`, { now: LATER, zone: ZONE, ...options });
  const telling = async (story: Story): Promise<LedgerStage> => {
    const stage = await open();
    for (const told of story.told) await tell(stage, told);
    await stage.catchUp();
    return stage;
  };
  const addsUp = async (zone = ZONE) => expect(await checkBooks(db(), zone)).toEqual([]);
  const twice = stories.chain((story) => fc.tuple(fc.constant(story), retold(story)));

  test("M-04, M-11: in whatever order slots, prices and rules come to be known, and however often, the lines are the oracle's", async () => {
    await fc.assert(
      fc.asyncProperty(twice, async ([story, again]) => {
        const straight = await telling(story);
        const wanted = oracleLines(straight, story, ZONE);
        expect(wanted.length).toBeGreaterThan(10);
        expect(await toldLines(straight, FIRST_HOUR)).toEqual(wanted);
        expect(await toldLines(await telling(again), FIRST_HOUR)).toEqual(wanted);
        await addsUp();
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  test("a day that is stored at once is booked as its slots one by one", async () => {
    const [stage, other] = [await open(), await open()];
    const day = 100 + fleets; // nobody else's
    const places = [0, 1, 5, 11, 12, 100, 287].map((place) => day * 288 + place);
    for (const fleet of [stage, other]) {
      await fleet.price(null, BEGIN, null, { basis: "instance_hour", amountMicro: 12_345_679n, cardsPerInstance: 2 });
      await fleet.rules([{ key: "a", holders: [0, 2] }]);
    }
    const batchesOf = (fleet: LedgerStage) =>
      places.map((place) => slotBatch(fleet, { kind: "slot", place, seq: 1, seed: place }));
    await stage.commitDay(batchesOf(stage));
    const lines = await toldLines(stage, FIRST_HOUR);
    expect(new Set(lines.map(({ feature }) => feature))).toEqual(new Set(["-1", "0", "a"]));
    expect((await stage.recompute()).isEqual).toBe(true);
    for (const batch of batchesOf(other)) await other.commit(batch);
    expect(await toldLines(other, FIRST_HOUR)).toEqual(lines);
    await addsUp();
  });

  test("M-06: what the ledger said at any moment is what it says now minus the differences since", async () => {
    await fc.assert(
      fc.asyncProperty(twice, fc.infiniteStream(fc.boolean()), async ([, { told }], looks) => {
        const stage = await open();
        const snapshots: { readonly at: number; readonly hours: Set<number>; readonly lines: Map<string, string> }[] =
          [];
        for (const [i, one] of told.entries()) {
          stage.clock.set(LATER + i * SECOND_MS);
          await tell(stage, one);
          if (!looks.next().value) continue;
          const known = new Set(told.slice(0, i + 1).flatMap((each) => (each.kind === "slot" ? [each.place] : [])));
          const hours = [0, 1, 2].filter((hour) => PLACES.every((p) => Math.floor(p / 12) !== hour || known.has(p)));
          snapshots.push({ at: stage.clock.now(), hours: new Set(hours), lines: await storedLines(stage, null) });
        }
        stage.clock.set(LATER + told.length * SECOND_MS);
        await stage.catchUp();
        for (const { at, hours, lines } of snapshots) {
          const whole = ([name]: [string, string]) => hours.has(Number(name.split(" ")[0]) - FIRST_HOUR);
          const then = await storedLines(stage, at);
          expect([...then].filter(whole)).toEqual([...lines].filter(whole));
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  test("a past that is read for the first time is no late data, newest slot first or oldest; what is read again is", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    const differences = async () => (await stage.differences()).length;
    for (const place of [11, 10, 9, 5, 4, 3, 2, 1, 0]) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    for (const place of [12, 13, 14]) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    expect(await differences()).toBe(0);
    await tell(stage, { kind: "slot", place: 7, seq: 1, seed: 7 }); // between slots that were told
    const hole = await differences();
    expect(hole).toBeGreaterThan(0);
    await tell(stage, { kind: "slot", place: 3, seq: 2, seed: 8 });
    expect(await differences()).toBeGreaterThan(hole);
    expect(new Set((await stage.differences()).map(({ cause }) => cause))).toEqual(new Set(["late_data"]));
  });

  test("an hour whose first slots were told long ago, and whose others come after an outage, leaves a difference", async () => {
    const stage = await open({ now: BEGIN + 20 * MINUTE_MS });
    await stage.price(null, BEGIN, null, {});
    for (const place of [0, 1, 2]) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    const before = await storedLines(stage, null);
    stage.clock.set(LATER);
    for (const place of [3, 4, 5]) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    expect(new Set((await stage.differences()).map(({ cause }) => cause))).toEqual(new Set(["late_data"]));
    expect(await storedLines(stage, BEGIN + 20 * MINUTE_MS)).toEqual(before);
    for (const place of [12, 13]) await tell(stage, { kind: "slot", place, seq: 1, seed: place }); // never told before
    expect(new Set((await stage.differences()).map(({ hour }) => hour))).toEqual(new Set([FIRST_HOUR]));
  });

  test("the zone changes, and days are counted anew, while a slot is on its way: its day is one of the new zone", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    const place = 17 * 12; // 17:00 UTC: the next day in Shanghai, the same in Paris
    await tell(stage, { kind: "slot", place, seq: 1, seed: 0 });
    const batch = slotBatch(stage, { kind: "slot", place: place + 1, seq: 1, seed: 1 });
    const commit = { source: stage.name, seq: 1, batch, events: [], committedAt: stage.clock.now() };
    let tries = 0;
    await stage.ledger.booked(stage.name, [batch], async (book) => {
      if (tries++ === 0) {
        stage.config.timeZone = "Europe/Paris";
        await stage.catchUp();
      }
      return await commitSlot(db(), { ...commit, book: (tx, hour) => book(tx, [hour]) });
    });
    expect(tries).toBe(2);
    await addsUp("Europe/Paris");
    stage.config.timeZone = ZONE;
    await stage.catchUp();
    await addsUp();
  });

  test("an hour that is not over for an hour yet changes without a difference", async () => {
    const stage = await open({ now: BEGIN + 2 * HOUR_MS - 1 });
    await stage.price(null, BEGIN, null, {});
    await tell(stage, { kind: "slot", place: 0, seq: 1, seed: 1 });
    await tell(stage, { kind: "slot", place: 0, seq: 2, seed: 2 });
    await stage.price(null, BEGIN, null, { amountMicro: 7n });
    await stage.catchUp();
    expect(await stage.differences()).toEqual([]);
    expect(await stage.ledger.asOf()).toBeGreaterThanOrEqual(BEGIN + SLOT_MS);
  });

  test("a late price says in its difference which act of changing it was, and touches only the hours it moves", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, { amountMicro: 3_600_000n });
    for (const place of PLACES) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    await stage.price(0, BEGIN + HOUR_MS, BEGIN + 2 * HOUR_MS, { amountMicro: 7_200_000n });
    await stage.catchUp();
    const [revision] = await stage.revisions();
    const differences = await stage.differences();
    expect(new Set(differences.map(({ hour, pool }) => `${hour - FIRST_HOUR} ${pool}`))).toEqual(
      new Set([`1 ${stage.pools[0]}`]),
    );
    expect(new Set(differences.map(({ revisionId }) => revisionId))).toEqual(new Set([revision]));
    await addsUp();
  });

  test("a price that was taken back before anybody looked leaves no trace in hours booked meanwhile", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, { amountMicro: 3_600_000n });
    await tell(stage, { kind: "slot", place: 0, seq: 1, seed: 1 });
    await stage.catchUp();
    await stage.price(null, BEGIN, null, { amountMicro: 9_999_999n });
    await tell(stage, { kind: "slot", place: 12, seq: 1, seed: 2 }); // by the price of the moment
    await stage.price(null, BEGIN, null, { amountMicro: 3_600_000n });
    await stage.catchUp();
    const prices = new Set((await toldLines(stage, FIRST_HOUR)).map(({ price }) => price));
    expect(prices).toEqual(new Set(["card_hour CNY 3600000 1 0"]));
    expect((await stage.recompute()).isEqual).toBe(true);
  });

  test("a price that changes between reading it and booking with it is read again", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, { amountMicro: 1_000_000n });
    await tell(stage, { kind: "slot", place: 0, seq: 1, seed: 1 }); // the prices of the hour are in memory now
    await stage.price(null, BEGIN, null, { amountMicro: 2_000_000n });
    await tell(stage, { kind: "slot", place: 1, seq: 1, seed: 2 });
    const lines = await toldLines(stage, FIRST_HOUR);
    expect(new Set(lines.map(({ price }) => price))).toEqual(new Set(["card_hour CNY 2000000 1 0"]));
  });

  test("rules move the hours of the holders they move, and say so", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    for (const place of PLACES) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    expect(new Set((await toldLines(stage, FIRST_HOUR)).map(({ feature }) => feature))).toEqual(new Set(["0", "-1"]));
    await stage.rules([{ key: "a", holders: [0, 1, 2, 3], from: BEGIN + 2 * HOUR_MS }]);
    await stage.catchUp();
    const moved = (await toldLines(stage, FIRST_HOUR)).filter(({ feature }) => feature === "a");
    expect(new Set(moved.map(({ hour }) => hour))).toEqual(new Set([2]));
    expect(new Set((await stage.differences()).map(({ hour, cause }) => `${hour - FIRST_HOUR} ${cause}`))).toEqual(
      new Set(["2 mapping"]),
    );
    await addsUp();
  });

  test("a pool's hour that turns out to have had no card has no line either", async () => {
    const stage = await open({ cards: 2 });
    await stage.price(null, BEGIN, null, {});
    const told = { kind: "slot", place: 3, seq: 2, seed: 1 } as const;
    await stage.commit(slotBatch(stage, told), 1);
    expect((await toldLines(stage, FIRST_HOUR)).map(({ pool }) => pool)).toContain(2);
    const again = slotBatch(stage, told);
    again.poolId.fill(stage.pools[0]!);
    again.columns.readings.fill(9); // knows more
    await stage.commit({ ...again, parts: again.parts.map((part) => ({ ...part, poolId: stage.pools[0]! })) }, 2);
    expect(new Set((await toldLines(stage, FIRST_HOUR)).map(({ pool }) => pool))).toEqual(new Set([1]));
    await addsUp();
  });

  test("another zone counts days and contract months anew, and back again", async () => {
    const stage = await open();
    const story: Story = {
      seed: 5,
      told: [
        {
          kind: "price",
          pool: 0,
          from: Date.UTC(2026, 0, 30, 20) - BEGIN, // the 30th in New York, the 31st in Shanghai: their months differ
          to: 60 * DAY_MS,
          terms: { basis: "card_month", amountMicro: 999_999_999_999n },
        },
        { kind: "rules", split: 2 },
        ...[0, 1, 11, 12, 23].map((p) => ({ kind: "slot" as const, place: 55 * 288 + p, seq: 1 as const, seed: p })),
      ],
    };
    for (const told of story.told) await tell(stage, told);
    const fees: string[] = [];
    for (const zone of ["America/New_York", "Asia/Kathmandu", ZONE]) {
      stage.config.timeZone = zone;
      await stage.catchUp();
      const lines = await toldLines(stage, FIRST_HOUR);
      expect(lines).toEqual(oracleLines(stage, story, zone));
      fees.push(String(lines.flatMap(({ micro }) => micro).reduce((sum, part) => sum + part, 0n)));
      await addsUp(zone);
    }
    expect(fees[0]).not.toBe(fees[2]);
  });

  test("a pass over older hours that is cut off goes on where it was, in another process", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, { amountMicro: 1_000_000n });
    const days = [0, 1, 2, 3, 4];
    for (const day of days) await tell(stage, { kind: "slot", place: day * 288, seq: 1, seed: day });
    await stage.catchUp();
    await stage.price(null, BEGIN, null, { amountMicro: 5_000_000n });
    const stopping = new AbortController();
    const seen: number[] = [];
    stage.ledger.onChange(() => {
      const progress = stage.ledger.progress();
      if (progress !== null) seen.push(progress.done);
      if (seen.length === 3) stopping.abort(new Error("stopped"));
    });
    await expect(stage.ledger.catchUp(stopping.signal)).rejects.toThrow("stopped");
    expect(seen[0]).toBe(0);
    expect(stage.ledger.progress()).toBeNull();
    const half = (await toldLines(stage, FIRST_HOUR)).map(({ price }) => price);
    expect(new Set(half).size).toBe(2);

    await stage.restart();
    const again: number[] = [];
    stage.ledger.onChange(() => again.push(stage.ledger.progress()?.done ?? -1));
    await stage.catchUp();
    expect(again[0]).toBeGreaterThan(0);
    expect(again.at(-1)).toBe(-1);
    expect(new Set((await toldLines(stage, FIRST_HOUR)).map(({ price }) => price))).toEqual(
      new Set(["card_hour CNY 5000000 1 0"]),
    );
    await addsUp();
  });

  test("hours from before the ledger was kept are left out, and their late slots are stored all the same", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    const hour = FIRST_HOUR + 1_000;
    await tell(stage, { kind: "slot", place: 12_000, seq: 1, seed: 1 });
    await db().query("DELETE FROM ledger_hour WHERE hour_no = $1", [hour]);
    await db().query("DELETE FROM feature_day WHERE pool_id = ANY($1)", [stage.pools]);
    await db().query("UPDATE pool_hour SET whole = array_fill(0, ARRAY[12]) WHERE hour_no = $1", [hour]);
    await tell(stage, { kind: "slot", place: 12_001, seq: 1, seed: 2 });
    expect(await toldLines(stage, FIRST_HOUR)).toEqual([]);
    const [stored] = await db().query("SELECT count(*)::int AS n FROM card_slot WHERE slot_no = $1", [
      FIRST_HOUR * 12 + 12_001,
    ]);
    expect(stored).toEqual({ n: 5 });
    expect(stage.logged.filter((line) => line.includes("before it was kept"))).toHaveLength(1);
    await db().query("DELETE FROM pool_hour WHERE hour_no = $1", [hour]);
    await db().query("DELETE FROM holder_hour WHERE hour_no = $1", [hour]);
  });

  test("an hour that lost its lines differs, whether its holders are still known or not", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    for (const place of [0, 12]) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    const at = [FIRST_HOUR, [...stage.pools]] as const;
    await db().query("CREATE TABLE kept_lines (LIKE ledger_hour)");
    await db().query("INSERT INTO kept_lines SELECT * FROM ledger_hour WHERE hour_no = $1 AND pool_id = ANY($2)", at);
    await db().query("DELETE FROM ledger_hour WHERE hour_no = $1 AND pool_id = ANY($2)", at);
    const lost = await stage.recompute(BEGIN);
    expect(lost).toMatchObject({ isEqual: false, hours: 4, notKept: 0 });
    expect(new Set(lost.differing.map((one) => one.at))).toEqual(new Set([unixMs(BEGIN)]));
    await db().query("DELETE FROM holder_hour WHERE pool_id = ANY($1)", [stage.pools]);
    const unknown = await stage.recompute(BEGIN);
    expect(unknown).toMatchObject({ isEqual: false, hours: 4, notKept: 4 });
    expect(new Set(unknown.differing.map((one) => one.at))).toEqual(new Set([unixMs(BEGIN)]));
    await db().query("INSERT INTO ledger_hour SELECT * FROM kept_lines");
    await db().query("DROP TABLE kept_lines");
    expect(await stage.recompute(BEGIN)).toMatchObject({ isEqual: true, hours: 4, notKept: 4 });
    await addsUp();
  });

  test("a line that was tampered with is named by the proof and by the check", async () => {
    const stage = await open();
    await stage.price(null, BEGIN, null, { amountMicro: 3_600_000n });
    for (const place of PLACES) await tell(stage, { kind: "slot", place, seq: 1, seed: place });
    expect(await stage.recompute()).toMatchObject({ isEqual: true, hours: 6, notKept: 0, differing: [] });
    const places = [stage.pools[1], FIRST_HOUR + 1];
    await db().query("UPDATE ledger_hour SET free_micro = free_micro + 1 WHERE pool_id = $1 AND hour_no = $2", places);
    const { isEqual, differing, storedMicro, recomputedMicro } = await stage.recompute();
    expect(isEqual).toBe(false);
    expect(differing).toEqual([{ at: unixMs(BEGIN + HOUR_MS), poolId: stage.pools[1], state: "free" }]);
    expect(storedMicro).not.toEqual(recomputedMicro);
    expect((await checkBooks(db(), ZONE)).map(({ rule }) => rule)).toEqual(["day"]);
    await db().query("UPDATE ledger_hour SET free_micro = free_micro - 1 WHERE pool_id = $1 AND hour_no = $2", places);
    await addsUp();
  });
}
