import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import type { PriceChange, PriceTerms, Selector } from "../../db/model/price.ts";
import { DAY_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { putRates, readRates } from "../../db/store/fx.ts";
import { changePrices, readPrices, readRevisionPrices } from "../../db/store/prices.ts";
import { beginRevision, knowledgeAt, readRevision, readRevisions } from "../../db/store/revisions.ts";

const NOW = unixMs(Date.UTC(2026, 10, 1));
const day = (n: number): UnixMs => unixMs(Date.UTC(2026, 0, 1) + n * DAY_MS);

export const anySelector = (over: Partial<Selector> = {}): Selector => ({
  vendor: "",
  region: "",
  zone: "",
  cluster: "",
  model: "",
  billing: "",
  contract: "",
  ...over,
});

export const perHour = (amount: number, over: Partial<PriceTerms> = {}): PriceTerms => ({
  basis: "card_hour",
  currency: "CNY",
  amountMicro: BigInt(Math.round(amount * 1e6)),
  cardsPerInstance: 1,
  owned: null,
  termTo: null,
  ...over,
});

const wish = (
  from: UnixMs,
  to: UnixMs | null,
  terms: PriceTerms | null,
  over: Partial<PriceChange> = {},
): PriceChange => ({
  selector: anySelector({ vendor: "cloud-a" }),
  isList: false,
  from,
  to,
  terms,
  ...over,
});

const note = (why = "test", at = NOW) =>
  ({ subject: "price", who: "console", why, source: "console", now: () => at }) as const;

async function change(db: Database, changes: readonly PriceChange[], at = NOW) {
  return await db.transaction(async (tx) => {
    const revision = await beginRevision(tx, note("test", at));
    return { revision, ...(await changePrices(tx, revision, changes)) };
  });
}

const shown = async (db: Database, knownAt: UnixMs | null = null) =>
  (await readPrices(db, knownAt)).map((p) => [
    (p.from - day(0)) / DAY_MS,
    p.to === null ? null : (p.to - day(0)) / DAY_MS,
    Number(p.amountMicro) / 1e6,
    (p.anchor - day(0)) / DAY_MS,
  ]);

/** Prices, rates and revisions, on either engine. */
export function priceSuite(get: () => Database): void {
  beforeEach(async () => {
    await get().query("TRUNCATE price, fx_rate, revision, selector CASCADE");
  });

  test("a correction in the middle leaves both sides with their anchor, and the old belief can be asked", async () => {
    const db = get();
    const first = await change(db, [wish(day(0), null, perHour(18))]);
    const second = await change(db, [wish(day(30), day(60), perHour(16))]);
    expect(await shown(db)).toEqual([
      [0, 30, 18, 0],
      [30, 60, 16, 30],
      [60, null, 18, 0],
    ]);
    expect(await shown(db, first.revision.at)).toEqual([[0, null, 18, 0]]);
    expect([second.ended, second.added]).toEqual([1, 3]);
    const { added, ended } = await readRevisionPrices(db, second.revision);
    expect([added.length, ended.map(({ id }) => id).length]).toEqual([3, 1]);
  });

  test("changes of one millisecond, and of a clock that went back, are known one after the other", async () => {
    const db = get();
    const instants: number[] = [];
    for (const [i, at] of [NOW, NOW, NOW - 60_000].entries()) {
      const { revision } = await change(db, [wish(day(0), null, perHour(10 + i))], unixMs(at));
      instants.push(revision.at);
    }
    expect(instants).toEqual([NOW, NOW + 1, NOW + 2]);
    for (const [i, at] of instants.entries()) expect((await shown(db, unixMs(at)))[0]?.[2]).toBe(10 + i);
    expect(await shown(db, unixMs(NOW - 1))).toEqual([]);
    expect(await knowledgeAt(db, ["price"], null)).toBe(NOW + 2);
    expect(await knowledgeAt(db, ["price"], unixMs(NOW + 1))).toBe(NOW + 1);
    expect(await knowledgeAt(db, ["fx"], null)).toBe(0);
  });

  test("two who change the book at once take turns, and neither is lost", async () => {
    const db = get();
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => change(db, [wish(day(i * 10), day(i * 10 + 10), perHour(i + 1))])),
    );
    expect((await shown(db)).map(([, , amount]) => amount)).toEqual([1, 2, 3, 4, 5, 6]);
    const revisions = await readRevisions(db, ["price"], 10);
    expect(new Set(revisions.map(({ at }) => at)).size).toBe(6);
  });

  test("an import repeated writes nothing", async () => {
    const db = get();
    const wishes = Array.from({ length: 300 }, (_, i) =>
      wish(day(0), null, perHour(i + 1), { selector: anySelector({ region: `r${i % 150}` }), isList: i >= 150 }),
    );
    const first = await change(db, wishes);
    expect([first.added, first.ended, first.unchanged]).toEqual([300, 0, 0]);
    const again = await change(
      db,
      wishes.map((w) => ({ ...w, from: day(5) })),
    );
    expect([again.added, again.ended, again.unchanged]).toEqual([0, 0, 300]);
    const one = await change(
      db,
      wishes.map((w, i) => (i === 7 ? { ...w, terms: perHour(99) } : w)),
    );
    expect([one.added, one.ended, one.unchanged]).toEqual([1, 1, 299]);
  });

  test("a price taken back leaves a hole; list and real prices of one selector stand side by side", async () => {
    const db = get();
    await change(db, [wish(day(0), null, perHour(18)), wish(day(0), null, perHour(20), { isList: true })]);
    await change(db, [wish(day(10), day(20), null)]);
    expect(await shown(db)).toEqual([
      [0, 10, 18, 0],
      [20, null, 18, 0],
      [0, null, 20, 0],
    ]);
  });

  test("no two prices of one instant: the database itself refuses", async () => {
    const db = get();
    await change(db, [wish(day(0), day(10), perHour(18))]);
    const put = (from: number, to: number | null, isList = false) =>
      db.query(
        `INSERT INTO price (selector_id, basis, currency, amount_micro, cards_per_instance, from_ms, to_ms, anchor_ms, known_from_ms, revision_id, is_list)
         SELECT selector_id, basis, currency, amount_micro, cards_per_instance, $1, $2, $1, known_from_ms, revision_id, $3 FROM price LIMIT 1`,
        [from, to, isList],
      );
    await expect(put(day(10) - 1, null)).rejects.toThrow("price_once");
    await expect(put(day(3), day(4))).rejects.toThrow("price_once");
    await expect(put(day(-5), day(0) + 1)).rejects.toThrow("price_once");
    await put(day(10), null);
    await put(day(-5), day(0));
    await put(day(3), day(4), true);
    await expect(put(day(5000), null)).rejects.toThrow("price_once");
    await db.query("UPDATE price SET known_to_ms = known_from_ms + 1");
    await put(day(3), day(4));
  });

  test("every kind of price comes back as it went in", async () => {
    const db = get();
    const owned = { purchaseMicro: 9n * 10n ** 15n, months: 60, watts: 1150, powerMicroPerKwh: 650_000n };
    const wishes = [
      wish(day(0), null, perHour(0, { basis: "owned", owned, termTo: day(1825) }), {
        selector: anySelector({ vendor: "own", billing: "owned", model: "A100-80G-SXM" }),
      }),
      wish(day(0), day(9), perHour(98.32, { basis: "instance_hour", currency: "USD", cardsPerInstance: 8 }), {
        selector: anySelector({ vendor: "云\u0000甲", contract: "HT-2026/07 '\"" }),
        isList: true,
      }),
      wish(day(0), null, perHour(0, { amountMicro: 9_000_000_000_123_456n, basis: "card_month", termTo: day(365) })),
    ];
    await change(db, wishes);
    const stored = (await readPrices(db, null)).map(({ selector, isList, from, to, anchor, ...row }) => {
      const { basis, currency, amountMicro, cardsPerInstance, owned, termTo } = row;
      expect(anchor).toBe(from);
      return { selector, isList, from, to, terms: { basis, currency, amountMicro, cardsPerInstance, owned, termTo } };
    });
    const clean = wishes.map((w) => ({
      ...w,
      selector: { ...w.selector, vendor: w.selector.vendor.replace("\0", "\ufffd") },
    }));
    expect(stored).toHaveLength(3);
    for (const want of clean) expect(stored).toContainEqual(want);
  });

  test("a revision that fails leaves no trace", async () => {
    const db = get();
    const broken = change(db, [
      wish(day(0), null, perHour(1)),
      wish(day(0), null, perHour(1, { currency: "yuan" }), { selector: anySelector({ vendor: "x" }) }),
    ]);
    await expect(broken).rejects.toThrow("price_currency");
    expect([await shown(db), await readRevisions(db, ["price"], 5)]).toEqual([[], []]);
  });

  test("rates are believed by day, and an older belief can be asked", async () => {
    const db = get();
    const put = async (rateNano: bigint | null, d = day(3)) =>
      await db.transaction(async (tx) => {
        const revision = await beginRevision(tx, { ...note(), subject: "fx" });
        return { revision, written: await putRates(tx, revision, [{ base: "USD", quote: "CNY", day: d, rateNano }]) };
      });
    const first = await put(7_100_000_000n);
    expect((await put(7_100_000_000n)).written).toBe(0);
    const second = await put(7_200_000_000n);
    await put(null);
    const rate = async (knownAt: UnixMs | null) => (await readRates(db, knownAt)).map((r) => [r.day, r.rateNano]);
    expect(await rate(first.revision.at)).toEqual([[day(3), 7_100_000_000n]]);
    expect(await rate(second.revision.at)).toEqual([[day(3), 7_200_000_000n]]);
    expect(await rate(null)).toEqual([]);
  });

  test("a revision says who, when and why; hostile text comes back unharmed", async () => {
    const db = get();
    const revision = await db.transaction((tx) =>
      beginRevision(tx, { ...note("合同 '); DROP TABLE price; --"), who: "王\ud800" }),
    );
    expect(await readRevision(db, revision.id)).toEqual({ ...revision, subject: "price" });
    expect(revision.why).toBe("合同 '); DROP TABLE price; --");
    expect(await readRevision(db, 999_999)).toBeNull();
  });
}
