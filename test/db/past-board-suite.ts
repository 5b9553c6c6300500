import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { mainStateOf } from "../../db/model/main-state.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { putAlias, readAliases } from "../../db/store/aliases.ts";
import { readCardDaySums, readCardHealth, readCardPlaces } from "../../db/store/card-past.ts";
import { packDay } from "../../db/store/pack.ts";
import {
  readPackedCards,
  readPoolHours,
  readSlotBefore,
  readSlotCards,
  readSlotStates,
} from "../../db/store/past-board.ts";
import { registerCards } from "../../db/store/registry.ts";
import { addView, changeView, countViews, readViews, removeView } from "../../db/store/saved-views.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { dayNoOf } from "../../db/store/steps.ts";
import { seededBatch } from "./rollup-suite.ts";

const DAY = unixMs(Date.UTC(2025, 4, 6));
const CARDS = 12;
const place = { vendor: "v", region: "r", zone: "z", cluster: "k", billing: "monthly" } as const;

/** A day of a dozen cards; the last of them moves to another node at noon. */
export function pastBoardSuite(db: () => Database): void {
  let ids: number[] = [];
  const at = (ms: number): UnixMs => unixMs(DAY + ms);

  const see = async (i: number, node: string, seenAt: UnixMs) =>
    await registerCards(db(), [
      {
        place,
        model: "T4",
        card: { uuid: `GPU-past-${i}`, modelName: "Tesla T4", node, position: `0${i}`, driver: "", migProfiles: [] },
        at: seenAt,
        source: "past",
      },
    ]);
  const commit = async (slot: UnixMs, seed: number, committedAt: number) => {
    const batch = seededBatch(slot, ids, seed);
    await commitSlot(db(), { source: "past", seq: 1, batch, events: [], committedAt: unixMs(committedAt) });
    return batch;
  };

  beforeAll(async () => {
    ids = [];
    for (let i = 0; i < CARDS; i++) ids.push((await see(i, "node-a", at(0))).cardId[0] ?? 0);
    await see(CARDS - 1, "node-b", at(12 * HOUR_MS + SLOT_MS / 2));
  });

  test("a packed day answers about every card what its rows answered", async () => {
    const slots = [0, 11 * HOUR_MS, 12 * HOUR_MS, 23 * HOUR_MS + 11 * SLOT_MS].map(at);
    for (const [i, slot] of slots.entries()) await commit(slot, 100 + i, slot + SLOT_MS + 20_000);
    const asRows = await Promise.all(slots.map((slot) => readSlotCards(db(), slot)));
    await packDay(db(), dayNoOf(DAY));
    for (const [i, slot] of slots.entries()) {
      const packed = await readPackedCards(db(), slot);
      const { utilRatio, poolId, ...rest } = asRows[i]!;
      expect(packed).toMatchObject(rest);
      expect(packed.utilRatio.map((util) => util === null)).toEqual(utilRatio.map((util) => util === null));
      packed.utilRatio.forEach((util, n) => expect(Math.abs((util ?? 0) - (utilRatio[n] ?? 0))).toBeLessThan(1e-4 * 2));
      expect(poolId).toHaveLength(CARDS);
    }
    expect((await readPackedCards(db(), at(HOUR_MS))).cardId).toEqual([]); // nothing was said then
    expect(await readSlotCards(db(), at(HOUR_MS))).toBeNull();
  });

  test("a card stands where it stood when the slot began, whatever came after", async () => {
    const node = async (ms: number) => (await readSlotCards(db(), at(ms)))?.node.at(-1);
    expect(await node(11 * HOUR_MS)).toBe("node-a");
    expect(await node(12 * HOUR_MS)).toBe("node-a");
    expect(await node(23 * HOUR_MS + 11 * SLOT_MS)).toBe("node-b");
    expect(await readCardPlaces(db(), ids.at(-1) ?? 0)).toMatchObject([
      { from: DAY, to: at(12 * HOUR_MS + SLOT_MS / 2), node: "node-a" },
      { from: at(12 * HOUR_MS + SLOT_MS / 2), to: null, node: "node-b" },
    ]);
  });

  test("the counts of a slot are its cards counted, by the state most of it was spent in", async () => {
    const slot = at(12 * HOUR_MS);
    const cards = await readSlotCards(db(), slot);
    const wanted = new Map<string, number>();
    cards?.cardId.forEach((_, i) => {
      const key = `${cards.poolId[i]} ${cards.state[i]}`;
      wanted.set(key, (wanted.get(key) ?? 0) + 1);
    });
    const counted = (await readSlotStates(db(), slot))?.map((r) => [`${r.poolId} ${r.state}`, r.cards] as const);
    expect(new Map(counted)).toEqual(wanted);
    const c = seededBatch(slot, ids, 102).columns;
    expect(cards?.state).toEqual(
      ids.map((_, i) => {
        const [busyMs, idleHeldMs, freeMs] = [c.busyMs[i]!, c.idleHeldMs[i]!, c.freeMs[i]!];
        const [startingMs, faultMs] = [c.startingMs[i]!, c.faultMs[i]!];
        const unknownMs = c.ownedMs[i]! - busyMs - idleHeldMs - freeMs - startingMs - faultMs;
        return mainStateOf({ unknownMs, faultMs, busyMs, idleHeldMs, startingMs, freeMs });
      }),
    );
    expect(await readSlotStates(db(), at(HOUR_MS))).toBeNull();
  });

  test("the slot before a moment was over and on the books then; history that was filled in later counts", async () => {
    const next = DAY + 2 * DAY_MS;
    const slot = (n: number) => unixMs(next + n * SLOT_MS);
    await commit(slot(0), 1, slot(1) + 20_000);
    await commit(slot(1), 2, slot(2) + 20_000);
    await commit(slot(2), 3, slot(3) + 30 * DAY_MS); // read again a month later
    expect(await readSlotBefore(db(), unixMs(slot(1) + 25_000))).toBe(slot(0));
    expect(await readSlotBefore(db(), unixMs(slot(2) + 10_000))).toBe(slot(0)); // over, and not yet on the books
    expect(await readSlotBefore(db(), unixMs(slot(2) + 20_000))).toBe(slot(1));
    expect(await readSlotBefore(db(), slot(3))).toBe(slot(2));
    expect(await readSlotBefore(db(), unixMs(DAY))).not.toBe(DAY); // not over yet
  });

  test("a slot counts once every source of the slot before has committed it; a source that stopped holds up one slot", async () => {
    const next = DAY + 6 * DAY_MS;
    const slot = (n: number) => unixMs(next + n * SLOT_MS);
    const say = async (source: string, n: number, committedAt: number) =>
      await commitSlot(db(), {
        source,
        seq: 1,
        batch: seededBatch(slot(n), source === "one" ? ids.slice(0, 6) : ids.slice(6), n),
        events: [],
        committedAt: unixMs(committedAt),
      });
    for (const n of [0, 1]) {
      await say("one", n, slot(n + 1) + 15_000);
      await say("two", n, slot(n + 1) + 40_000);
    }
    await say("one", 2, slot(3) + 15_000);
    const asked = unixMs(slot(2) + 20_000); // one has committed slot 1, two has not
    expect(await readSlotBefore(db(), asked)).toBe(slot(0));
    expect(await readSlotBefore(db(), unixMs(slot(2) + 40_000))).toBe(slot(1));
    expect(await readSlotBefore(db(), unixMs(slot(3) + 20_000))).toBe(slot(1)); // two is silent
    await say("one", 3, slot(4) + 15_000);
    expect(await readSlotBefore(db(), unixMs(slot(4) + 20_000))).toBe(slot(3)); // and was silent a slot before: gone
  });

  test("hours of pools come in columns, and the days and errors of a card by number", async () => {
    const hours = await readPoolHours(db(), { from: at(0), to: at(DAY_MS) });
    expect(new Set(hours.at)).toEqual(new Set([0, 11, 12, 23].map((h) => at(h * HOUR_MS))));
    expect(hours.ownedMs).toHaveLength(hours.poolId.length);
    const c = seededBatch(at(0), ids, 100).columns;
    const [first] = await readCardHealth(db(), ids[0] ?? 0, { from: at(0), to: at(DAY_MS) });
    expect(first).toMatchObject({ at: at(0), eccCorrected: c.eccCorrected[0], xids: c.xids[0] });
    const [day] = await readCardDaySums(db(), ids[0] ?? 0, { from: DAY, to: at(DAY_MS) });
    expect(day).toMatchObject({ at: DAY });
    expect((await readPoolHours(db(), { from: at(-DAY_MS * 300), to: at(-DAY_MS * 299) })).poolId).toEqual([]);
  });

  test("what a name was tied to stays known for the moments before it was tied anew", async () => {
    const say = async (model: string | null, at: number) =>
      await putAlias(db(), { name: "Card X", model }, { who: "t", why: "t", source: "t", now: () => unixMs(at) });
    const known = async (at: number | null) =>
      (await readAliases(db(), at === null ? null : unixMs(at))).find(({ name }) => name === "Card X")?.model ?? null;
    const first = DAY + 10 * DAY_MS;
    await say("T4", first);
    await say("A10", first + 1_000);
    await say(null, first + 2_000);
    expect(await known(first - 1)).toBeNull();
    expect(await known(first)).toBe("T4");
    expect(await known(first + 999)).toBe("T4");
    expect(await known(first + 1_500)).toBe("A10");
    expect(await known(first + 2_000)).toBeNull();
    expect(await known(null)).toBeNull();
  });

  test("a page keeps one view of a name; renaming onto another is refused", async () => {
    const view = (name: string) => ({ page: "past", name, query: "by=model", savedBy: "console", savedAt: DAY });
    const one = await addView(db(), view("mine"));
    const two = await addView(db(), view("二"));
    expect(await addView(db(), view("mine"))).toBeNull();
    expect(await changeView(db(), two?.id ?? 0, { name: "mine" })).toBe("taken");
    expect(await changeView(db(), two?.id ?? 0, { query: "by=tier" })).toMatchObject({ name: "二", query: "by=tier" });
    expect(await changeView(db(), 2_000_000_000, { name: "x" })).toBeNull();
    expect((await readViews(db(), "past")).map(({ name }) => name)).toEqual(["mine", "二"]);
    expect(await countViews(db(), "past")).toBe(2);
    expect(await removeView(db(), one?.id ?? 0)).toBe(true);
    expect(await removeView(db(), one?.id ?? 0)).toBe(false);
  });
}
