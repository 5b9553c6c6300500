import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database, Tx } from "../../db/database.ts";
import type { LedgerLine, StateMicro, StateMs } from "../../db/model/ledger.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { commitDay } from "../../db/store/bulk.ts";
import { readHourTime } from "../../db/store/holder-time.ts";
import { readHourCards } from "../../db/store/hour-cards.ts";
import { readDifferences } from "../../db/store/ledger-differences.ts";
import { AMOUNTS, ensureLedgerPartitions, readLines, writeLines } from "../../db/store/ledger-lines.ts";
import type { PoolHourLines } from "../../db/store/line-deltas.ts";
import { registerHolders } from "../../db/store/registry.ts";
import { keepHouse } from "../../db/store/retention.ts";
import { type BookedHour, commitSlot, takeTurn } from "../../db/store/slots.ts";
import { rollUp } from "../oracle/rollup-oracle.ts";
import { type PlainLines, StoredLedger } from "../oracle/stored-ledger-oracle.ts";
import { blankBatch, withHolds } from "./batches.ts";
import { seededBatch } from "./rollup-suite.ts";

const at = unixMs(0);
/** Hours of a zone eight and a half hours ahead: days begin in the middle of UTC days, and of hours. */
const dayNoOf = (hourNo: number): number => Math.floor((hourNo * 60 + 510) / (24 * 60));

const plainOf = ({ ms, micro }: LedgerLine): bigint[] => [...ms.map(BigInt), ...micro];

async function readPlain(db: Database, table: "ledger_hour" | "feature_day", from: number, to: number) {
  const step = table === "ledger_hour" ? "hour" : "day";
  const rows = await db.query<{ key: string; amounts: string[] }>(
    `SELECT '${step} ' || ${step}_no || ' pool ' || pool_id || ' feature ' || feature_id || ' price ' || price_id AS key,
       ARRAY[${AMOUNTS.join(", ")}]::text[] AS amounts
     FROM ${table} WHERE ${step}_no >= $1 AND ${step}_no < $2`,
    [from, to],
  );
  return new Map(rows.map(({ key, amounts }) => [key, amounts.map(BigInt)]));
}
const sorted = (lines: PlainLines) => [...lines].sort(([a], [b]) => (a < b ? -1 : 1));

const micro = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 9_007_199_254_740_993n, 10n ** 16n + 1n),
  fc.bigInt({ min: 0n, max: 10n ** 12n }),
);
const ms = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000_000 }));
const six = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 6, maxLength: 6 });
const line: fc.Arbitrary<LedgerLine> = fc.record({
  featureId: fc.constantFrom(-1, 0, 7),
  priceId: fc.constantFrom(0, 3),
  ms: six(ms).map((values) => values as unknown as StateMs),
  micro: six(micro).map((values) => values as unknown as StateMicro),
});
const poolHour = fc.record({
  hour: fc.integer({ min: 0, max: 3 }),
  poolId: fc.constantFrom(1, 2),
  lines: fc.uniqueArray(line, { selector: (l) => `${l.featureId} ${l.priceId}`, maxLength: 4 }),
});
const write = fc.uniqueArray(poolHour, { selector: (h) => `${h.hour} ${h.poolId}`, minLength: 1, maxLength: 5 });

export function ledgerStoreSuite(db: () => Database, runs: number): void {
  lineTests(db, runs);
  timeTests(db);
  bookTests(db);
  keptTests(db);
}

/** The last ones: they drop what the others wrote. */
function keptTests(db: () => Database): void {
  test("holders are kept 35 days after their month, lines, parts and differences 25 months after their year, days a year longer", async () => {
    const day = 22_300; // 2031-01-21
    const first = day * DAY_MS;
    const commit = { source: "kept", seq: 1, batch: seededBatch(first, [1, 2, 3, 4, 5, 6], 7), events: [] };
    const book = async (tx: Tx, { hourNo, poolIds }: BookedHour) => {
      const lines: LedgerLine[] = [
        { featureId: 0, priceId: 1, ms: [1, 0, 0, 0, 0, 0], micro: [1n, 0n, 0n, 0n, 0n, 0n] },
      ];
      const difference = { cause: "late_data", revisionId: null } as const;
      const hours = poolIds.map((poolId) => ({ hourNo, poolId, lines }));
      await writeLines(tx, hours, { now: at, dayNoOf, difference, isClosed: () => true });
    };
    await commitSlot(db(), { ...commit, committedAt: at, book });
    const tables = ["holder_hour", "hour_part", "ledger_hour", "feature_day", "ledger_difference"] as const;
    const kept = async (now: number) => {
      await keepHouse(db(), unixMs(now));
      const [from, to] = [day - 1, day + 2];
      const counts = await Promise.all(
        tables.map(async (table) => {
          const [step, per] = { h: ["hour_no", 24], s: ["slot_no", 288], d: ["day_no", 1] }[
            table === "hour_part" ? "s" : table === "feature_day" ? "d" : "h"
          ] as [string, number];
          const [row] = await db().query<{ there: boolean }>(
            `SELECT EXISTS (SELECT FROM ${table} WHERE ${step} >= $1 AND ${step} < $2) AS there`,
            [from * per, to * per],
          );
          return row?.there === true ? [table] : [];
        }),
      );
      return counts.flat();
    };
    expect(await kept(Date.UTC(2031, 1, 1) + 35 * DAY_MS - 1)).toEqual(tables);
    expect(await kept(Date.UTC(2031, 1, 1) + 35 * DAY_MS)).toEqual(tables.slice(1));
    expect(await kept(Date.UTC(2032, 0, 1) + 760 * DAY_MS - 1)).toEqual(tables.slice(1));
    expect(await kept(Date.UTC(2032, 0, 1) + 760 * DAY_MS)).toEqual(["feature_day"]); // a year longer: its border hours
    expect(await kept(Date.UTC(2033, 0, 1) + 760 * DAY_MS)).toEqual([]);
    expect(await readDifferences(db(), { ...ALL, fromHour: 0, toHour: 1_000_000 })).toEqual([]);
  });
}

function lineTests(db: () => Database, runs: number): void {
  const terms = {
    now: at,
    dayNoOf,
    difference: { cause: "late_data", revisionId: null } as const,
    isClosed: (hourNo: number) => hourNo % 2 === 0,
  };
  const put = async (hours: readonly PoolHourLines[], with_: Partial<typeof terms> = {}) => {
    await ensureLedgerPartitions(
      db(),
      hours.map((h) => h.hourNo),
    );
    return await db().transaction(async (tx) => {
      await takeTurn(tx);
      return await writeLines(tx, hours, { ...terms, ...with_ });
    });
  };
  let nextHour = 21_000 * 24 + 13; // the zone's day begins within the first hours of each run

  test(
    "LED-01: after any writes the lines are the last ones said, days their sum, and closed hours say what changed",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 4 }), async (writes) => {
          const first = nextHour;
          nextHour += 48;
          const oracle = new StoredLedger();
          for (const hours of writes) {
            const entries = hours.map(({ hour, poolId, lines }) => ({ hourNo: first + hour, poolId, lines }));
            const before = oracle.told.length;
            for (const { hourNo, poolId, lines } of entries) {
              const plain = lines.map((l) => [`feature ${l.featureId} price ${l.priceId}`, plainOf(l)] as const);
              oracle.put(hourNo, poolId, new Map(plain), terms.isClosed(hourNo));
            }
            expect((await put(entries)).differences).toBe(oracle.told.length - before);
            expect(await put(entries)).toEqual({ changed: 0, differences: 0 });
          }
          expect(sorted(await readPlain(db(), "ledger_hour", first, first + 48))).toEqual(sorted(oracle.lines));
          const [firstDay, lastDay] = [dayNoOf(first), dayNoOf(first + 3)];
          expect(sorted(await readPlain(db(), "feature_day", firstDay, lastDay + 1))).toEqual(
            sorted(oracle.days(dayNoOf)),
          );
          const told = await readDifferences(db(), { ...ALL, fromHour: first, toHour: first + 48 });
          const text = (d: (typeof told)[number]) =>
            `hour ${d.hourNo} pool ${d.poolId} feature ${d.featureId} price ${d.priceId}: ${plainOf(d).join(" ")}`;
          expect(told.map(text).sort()).toEqual(oracle.told.map((d) => `${d.key}: ${d.change.join(" ")}`).sort());
        }),
        { numRuns: runs, endOnFailure: true },
      );
    },
  );

  test("lines come back as they were written, to the last micro-unit", async () => {
    const hourNo = 21_900 * 24;
    const lines: LedgerLine[] = [
      { featureId: -1, priceId: 4, ms: [1, 2, 3, 4, 5, 6], micro: [9_007_199_254_740_993n, 1n, 0n, 0n, 0n, 7n] },
      { featureId: 12, priceId: 0, ms: [0, 0, 0, 1, 0, 0], micro: [0n, 0n, 0n, 0n, 0n, 0n] },
    ];
    expect(await put([{ hourNo, poolId: 3, lines }])).toEqual({ changed: 2, differences: 2 });
    expect(await readLines(db(), [hourNo, hourNo + 1], null)).toEqual(
      lines.map((l) => Object.assign({ hourNo, poolId: 3 }, l)),
    );
    expect(await readLines(db(), [hourNo], [4])).toEqual([]);
    expect(await readLines(db(), [], null)).toEqual([]);
    const told = await readDifferences(db(), { ...ALL, fromHour: hourNo, toHour: hourNo + 1, featureIds: [-1] });
    expect(told).toEqual([{ at: 0, cause: "late_data", revisionId: null, hourNo, poolId: 3, ...lines[0] }]);
    const one = { ...ALL, fromHour: hourNo, toHour: hourNo + 1 };
    expect(await readDifferences(db(), { ...one, limit: 1 })).toHaveLength(1);
    expect(await readDifferences(db(), { ...one, since: unixMs(1) })).toEqual([]);
    expect(await readDifferences(db(), { ...one, poolIds: [4] })).toEqual([]);
  });

  test("a transaction may write lines more than once", async () => {
    const [hourNo, poolId] = [21_902 * 24, 3];
    const of = (ms: number): LedgerLine[] => [
      { featureId: 1, priceId: 1, ms: [ms, 0, 0, 0, 0, 0], micro: [BigInt(ms), 0n, 0n, 0n, 0n, 0n] },
    ];
    await ensureLedgerPartitions(db(), [hourNo]);
    await db().transaction(async (tx) => {
      await takeTurn(tx);
      await writeLines(tx, [{ hourNo, poolId, lines: of(5) }], terms);
      await writeLines(tx, [{ hourNo: hourNo + 1, poolId, lines: of(7) }], terms);
      await writeLines(tx, [{ hourNo, poolId, lines: of(9) }], terms);
    });
    expect((await readLines(db(), [hourNo, hourNo + 1], null)).map((l) => l.ms[0])).toEqual([9, 7]);
    const days = await readPlain(db(), "feature_day", dayNoOf(hourNo), dayNoOf(hourNo) + 1);
    expect([...days.values()].map(([ms]) => ms)).toEqual([16n]);
  });

  test("what cannot be a set of lines is refused, and nothing is written", async () => {
    const hourNo = 21_901 * 24;
    const one: LedgerLine = { featureId: 1, priceId: 1, ms: [1, 0, 0, 0, 0, 0], micro: [0n, 0n, 0n, 0n, 0n, 0n] };
    await expect(put([{ hourNo, poolId: 3, lines: [one, { ...one }] }])).rejects.toThrow(/said twice/);
    const twice = [
      { hourNo, poolId: 3, lines: [one] },
      { hourNo, poolId: 3, lines: [] },
    ];
    await expect(put(twice)).rejects.toThrow(/said twice/);
    expect(await readLines(db(), [hourNo], null)).toEqual([]);
  });
}

const ALL = { poolIds: null, featureIds: null, since: null, limit: 1000 };

function timeTests(db: () => Database): void {
  const day = 22_000;
  const hours = Array.from({ length: 24 }, (_, i) => day * 24 + i);

  test("time by feature is the holders' time under the rules, and cards are those of the slots", async () => {
    const holder = (pod: string) => ({ cluster: "c", namespace: "n", pod, container: "", podUid: "", share: 1 });
    const ids = await registerHolders(db(), ["a", "b", "c", "d"].map(holder));
    const batches = Array.from({ length: 30 }, (_, i) => {
      const batch = seededBatch(day * DAY_MS + (20 + i) * SLOT_MS, [301, 302, 303, 304, 305, 306], 900 + i);
      const real = (id: number) => (id > 0 ? (ids[id - 1] as number) : id);
      return {
        ...batch,
        holderId: batch.holderId.map(real),
        holds: batch.holds.map((h) => ({ ...h, holderId: real(h.holderId) })),
      };
    });
    for (const batch of batches)
      await commitSlot(db(), { source: "times", seq: 1, batch, events: [], committedAt: at });
    const turn = day * 24 + 3; // an hour in the middle: holder b changes hands
    const [a = 0, b = 0, c = 0] = ids;
    const stretches = [
      [a, 0, null, 7],
      [b, 0, turn, 7],
      [b, turn, null, 8],
      [c, turn, turn + 1, 9],
    ] as const;
    for (const stretch of stretches)
      await db().query("INSERT INTO holder_feature VALUES ($1, $2, $3, $4, 1)", [...stretch]);
    const featureOf = (id: number, hour: number) =>
      id === 0 ? 0 : (stretches.find(([h, from, to]) => h === id && from <= hour && hour < (to ?? 1e9))?.[3] ?? -1);

    const oracle = rollUp(batches.map((batch) => ({ batch, seq: 1, sourceRank: 0 })));
    const expected = new Map<string, number[]>();
    for (const [key, times] of oracle.holders) {
      const [hour = 0, pool = 0, id = 0] = (/hour (\d+) pool (\d+) holder (\d+)/.exec(key) ?? []).slice(1).map(Number);
      const name = `${hour} ${pool} ${featureOf(id, hour)}`;
      expected.set(
        name,
        times.map((value, i) => value + (expected.get(name)?.[i] ?? 0)),
      );
    }
    const read = await db().transaction(async (tx) => {
      await takeTurn(tx);
      return await readHourTime(tx, hours, null);
    });
    expect(new Map(read.map((t) => [`${t.hourNo} ${t.poolId} ${t.featureId}`, [...t.ms]]))).toEqual(expected);
    const some = await readHourTime(db(), [turn], [2]);
    expect(some).toEqual(read.filter((t) => t.hourNo === turn && t.poolId === 2));
    expect(new Set(read.map((t) => t.featureId))).toEqual(new Set([-1, 0, 7, 8, 9]));

    const cards = await readHourCards(db(), hours, null);
    expect(new Map(cards.map((h) => [`hour ${h.hourNo} pool ${h.poolId}`, h.cards.whole]))).toEqual(oracle.whole);
    const windows = [...oracle.parts.values()].map(([pool = 0, from = 0, to = 0]) => `${pool} ${from} ${to}`);
    expect(cards.flatMap((h) => h.cards.parts.map((w) => `${h.poolId} ${w.from} ${w.to}`)).sort()).toEqual(
      windows.sort(),
    );
    expect(cards.every((h) => h.cards.parts.every((w) => Math.floor(w.from / HOUR_MS) === h.hourNo))).toBe(true);
  });

  test("where holders are no longer kept the lines say whose time was, and what is new is nobody's", async () => {
    const hourNo = day * 24 + 3;
    const [pool] = await readHourTime(db(), [hourNo], [1]);
    expect(pool).toBeDefined();
    await db().query("DELETE FROM holder_hour WHERE hour_no = $1", [hourNo]);
    const [total] = await db().query<{ busy: number; free: number }>(
      "SELECT busy_ms AS busy, free_ms AS free FROM pool_hour WHERE hour_no = $1 AND pool_id = 1",
      [hourNo],
    );
    const { busy = 0, free = 0 } = total ?? {};
    const lines: LedgerLine[] = [
      { featureId: 7, priceId: 1, ms: [busy - 10, 0, 0, 0, 0, 0], micro: [5n, 0n, 0n, 0n, 0n, 0n] },
      { featureId: 0, priceId: 1, ms: [0, 0, 0, free + 30, 0, 0], micro: [0n, 0n, 0n, 5n, 0n, 0n] },
    ];
    await db().transaction(async (tx) => {
      await takeTurn(tx);
      const terms = { now: at, dayNoOf, difference: null, isClosed: () => false };
      await writeLines(tx, [{ hourNo, poolId: 1, lines }], terms);
    });
    const time = await readHourTime(db(), [hourNo], [1]);
    expect(time.find((t) => t.featureId === 7)?.ms).toEqual([busy - 10, 0, 0, 0, 0, 0]);
    expect(time.find((t) => t.featureId === 0)?.ms.slice(0, 4)).toMatchObject({ 0: 10, 3: free });
  });
}

function bookTests(db: () => Database): void {
  const day = 22_100;
  const slot = day * DAY_MS;

  test("a slot is booked in its transaction, with the pools it touched: both of a card that moved, none when nothing is stored", async () => {
    const booked: BookedHour[] = [];
    const commit = async (seq: number, poolId: number, observed: number, book?: () => Promise<void>) => {
      const batch = blankBatch(slot, 1);
      batch.cardId[0] = 401;
      batch.poolId[0] = poolId;
      batch.columns.ownedMs[0] = SLOT_MS;
      batch.columns.observedMs[0] = observed;
      const seen = async (_tx: unknown, hour: BookedHour) => void booked.push(hour);
      return await commitSlot(db(), {
        source: "book",
        seq,
        batch,
        events: [],
        committedAt: at,
        book: book ?? seen,
      });
    };
    await expect(commit(1, 1, 5, () => Promise.reject(new Error("stale")))).rejects.toThrow("stale");
    expect(await db().query("SELECT FROM holder_hour WHERE hour_no = $1", [day * 24])).toEqual([]);
    await commit(1, 1, 5);
    await commit(2, 2, 6);
    await commit(3, 3, 1); // knows less
    await commit(2, 2, 6); // said before
    expect(booked).toEqual([
      { hourNo: day * 24, poolIds: [1] },
      { hourNo: day * 24, poolIds: [1, 2] },
    ]);
  });

  test("a day of history is booked once, with all its hours, after their rows", async () => {
    const calls: (readonly BookedHour[])[] = [];
    const [shared, alone] = [0, 13].map((place) => seededBatch(slot + DAY_MS + place * SLOT_MS, [1, 2, 3], 4 + place));
    const commit = {
      source: "book",
      batches: [withHolds(shared!, [1], [2]), alone!],
      events: [],
      committedAt: at,
      as: "points",
    } as const;
    const bookDay = async (tx: Parameters<typeof readHourTime>[0], hours: readonly BookedHour[]) => {
      const time = await readHourTime(
        tx,
        hours.map((h) => h.hourNo),
        null,
      );
      expect(new Set(time.map((t) => t.hourNo))).toEqual(new Set(hours.map((h) => h.hourNo)));
      calls.push(hours);
    };
    await commitDay(db(), { ...commit, bookDay });
    await commitDay(db(), { ...commit, bookDay });
    const poolsOf = (batch: typeof shared) => new Set(batch!.poolId);
    expect(calls.map((hours) => hours.map((h) => [h.hourNo, new Set(h.poolIds)]))).toEqual([
      [
        [(day + 1) * 24, poolsOf(shared)],
        [(day + 1) * 24 + 1, poolsOf(alone)],
      ],
    ]);
  });
}
