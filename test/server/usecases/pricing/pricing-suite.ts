import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { PoolKey } from "../../../../db/model/fleet.ts";
import type { PriceBookView, PriceEffect, PriceHistory, UnpricedHole } from "../../../../db/model/pricing-views.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { reviseCapacity } from "../../../../db/store/capacity.ts";
import { idsOf } from "../../../../db/store/dimensions.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import type { PricingPort } from "../../../../server/context.ts";
import { createPricing } from "../../../../server/usecases/pricing/pricing-port.ts";
import { blankBatch } from "../../../db/batches.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { aPool, type Stage, stageApi, stageFleet } from "../../api/stage.ts";

/** The stage's zone is Asia/Shanghai: its 1 March begins at 28 February 16:00 UTC. */
const NOW = unixMs(Date.UTC(2026, 2, 10, 12));
const MARCH_1 = unixMs(Date.UTC(2026, 1, 28, 16));
const place = { vendor: "cloud-a", region: "cn-1", zone: "z", cluster: "k", model: "H100-SXM" } as const;
const POOLS: readonly PoolKey[] = [
  { ...place, billing: "on_demand" },
  { ...place, billing: "monthly" },
  { ...place, vendor: "cloud-b", billing: "on_demand" },
  { ...place, vendor: "cloud-b", billing: "spot" },
];

/**
 * The questions of the price book over a real database and the real API. Each pool has one card of time in each hour of
 * 1 to 10 March (Shanghai); half of every hour is idle.
 */
export function pricingSuite(db: () => Database): void {
  const clock = manualClock(NOW);
  let stage: Stage;
  let pricing: PricingPort;
  let ids: number[];
  let told = 0;

  beforeAll(async () => {
    ids = [
      ...(await db().transaction((tx) =>
        idsOf(
          tx,
          "pool",
          POOLS.map((p) => [p.vendor, p.region, p.zone, p.cluster, p.model, p.billing]),
        ),
      )),
    ];
    for (let hour: number = MARCH_1; hour < NOW; hour += HOUR_MS) await commitHour(db(), hour, ids);
    pricing = createPricing({ db: db(), clock, config: () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }) });
    pricing.onChange(() => told++);
    const pools = POOLS.map((pool, i) => aPool({ ...pool, id: ids[i] ?? 0 }));
    stage = await stageApi({ clock, pricing, live: stageFleet([], pools).live });
  });
  afterAll(() => stage?.app.close());

  const post = async (path: string, input: unknown) => {
    const answer = await stage.app.inject({
      method: "POST",
      url: `/api/trpc/pricing.${path}`,
      payload: input as object,
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const tell = async <T>(path: string, input: unknown): Promise<T> => {
    const { status, body } = await post(path, input);
    expect(status, JSON.stringify(body)).toBe(200);
    await clock.advance(1_000);
    return body.result.data as T;
  };
  const ask = async <T>(path: string, input: unknown): Promise<T> => {
    const answer = await stage.app.inject(
      `/api/trpc/pricing.${path}?input=${encodeURIComponent(JSON.stringify(input))}`,
    );
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json().result.data as T;
  };
  const money = async (from: UnixMs, to: UnixMs, knownAt: UnixMs | null = null) => {
    const byPool = await pricing.poolMoney({ from, to }, knownAt);
    return ids.map((id) => {
      const { costMicro, idleMicro, sunkIdleMicro, unpricedMs } = byPool.get(id) ?? {
        costMicro: "?",
        idleMicro: "?",
        sunkIdleMicro: "?",
        unpricedMs: -1,
      };
      return [Number(costMicro) / 1e6, Number(idleMicro) / 1e6, Number(sunkIdleMicro) / 1e6, unpricedMs / HOUR_MS];
    });
  };
  const ends = (hours: number) => unixMs(MARCH_1 + hours * HOUR_MS);

  test("with an empty book all time is unpriced, and nothing costs 0 money by silence", async () => {
    expect(await money(MARCH_1, ends(10))).toEqual(ids.map(() => [0, 0, 0, 10]));
    const holes = await ask<UnpricedHole[]>("holes", { from: MARCH_1, to: ends(48) });
    expect(holes.map(({ poolId, cardMs, why }) => [poolId, cardMs / HOUR_MS, why])).toEqual(
      ids.toSorted((a, b) => a - b).map((id) => [id, 48, "no_price"]),
    );
  });

  test("the figures of the paper: a price changes inside an hour, a month has 744 hours, dollars have a rate of the day", async () => {
    const on = (vendor: string, billing: string) => ({ vendor, billing });
    await tell("set", {
      why: "contracts",
      prices: [
        {
          selector: on("cloud-a", "on_demand"),
          from: "2026-03-01",
          to: "2026-03-01 05:15",
          price: hourly("CNY", "18"),
        },
        { selector: on("cloud-a", "on_demand"), from: "2026-03-01 05:15", price: hourly("CNY", "24") },
        {
          selector: on("cloud-a", "monthly"),
          from: "2026-03-01",
          price: { basis: "card_month", currency: "CNY", amount: "7440", termTo: "2026-03-01 08:00" },
        },
        {
          selector: on("cloud-b", "on_demand"),
          from: "2026-03-01",
          price: { basis: "instance_hour", currency: "USD", amount: "16", cardsPerInstance: 8 },
        },
      ],
    });
    expect(told).toBe(1);
    expect((await money(MARCH_1, ends(10)))[2]).toEqual([0, 0, 0, 10]); // no rate: flagged, not 1
    expect((await ask<PriceBookView>("book", {})).missingRates).toEqual(["USD"]);
    await tell("setRates", { why: "daily rates", rates: [rate("2026-02-28", "7.1"), rate("2026-03-01", "7")] });
    expect(told).toBe(2);
    expect(await money(MARCH_1, ends(10))).toEqual([
      [5 * 18 + (18 + 3 * 24) / 4 + 4 * 24, (5 * 18 + (18 + 3 * 24) / 4 + 4 * 24) / 2, 0, 0],
      [100, 50, 40, 0], // ten hours at 10, half idle, eight of them inside the term
      [8 * 2 * 7.1 + 2 * 2 * 7, (8 * 2 * 7.1 + 2 * 2 * 7) / 2, 0, 0], // 28 February ends at 08:00 in Shanghai
      [0, 0, 0, 10],
    ]);
    const hours = await pricing.hourlyByPool(ends(2), null);
    expect(ids.map((id) => hours.get(id)?.hourlyMicro)).toEqual([18_000_000n, 10_000_000n, 14_200_000n, undefined]);
    expect(ids.map((id) => hours.get(id)?.isSunk)).toEqual([false, true, false, undefined]);
  });

  test("a correction in the past is a revision with a difference line; what was reported before stays", async () => {
    const before = await money(MARCH_1, ends(100));
    const knownBefore = clock.now();
    await clock.advance(5_000);
    const wish = {
      selector: { vendor: "cloud-a", region: "cn-1", billing: "on_demand" },
      from: "2026-03-02",
      to: "2026-03-03",
      price: hourly("CNY", "20.5"),
    };
    const preview = await tell<PriceEffect>("preview", { prices: [wish] });
    expect([preview.from, preview.to]).toEqual([ends(24), ends(48)]);
    expect(preview.pools.map(({ poolId, differenceMicro }) => [poolId, differenceMicro])).toEqual([
      [ids[0], String(-24 * 3_500_000)],
    ]);
    expect(preview.pools[0]?.before.costMicro).toBe(String(24 * 24_000_000));

    const ever = await tell<PriceEffect>("preview", { prices: [{ ...wish, from: "1970-01-02" }] });
    expect(ever.pools.map(({ differenceMicro }) => differenceMicro)).toEqual([
      String(24 * (20_500_000 - 24_000_000) + 24 * 20_500_000 - (5 * 18 + (18 + 3 * 24) / 4 + 18 * 24) * 1_000_000),
    ]); // from the first hour somebody had a card, whatever the price says of the years before

    const { revision } = await tell<{ revision: { id: number } }>("set", { prices: [wish], why: "credit note 7" });
    const after = await money(MARCH_1, ends(100));
    expect((after[0]?.[0] ?? 0) - (before[0]?.[0] ?? 0)).toBeCloseTo(-24 * 3.5, 9);
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(await money(MARCH_1, ends(100), knownBefore)).toEqual(before);
    const line = await ask<PriceEffect>("revision", { id: revision.id });
    expect(line.differenceMicro).toBe(preview.differenceMicro);
    expect(line.pools).toMatchObject([{ poolId: ids[0], differenceMicro: preview.differenceMicro }]);
  });

  test("the same again is no revision, and nobody is told", async () => {
    const revisions = await ask<{ id: number }[]>("revisions", { limit: 100 });
    const heard = told;
    const again = await tell<{ revision: null; unchanged: number }>("set", {
      why: "twice",
      prices: [
        { selector: { vendor: "cloud-a", billing: "on_demand" }, from: "2026-03-05", price: hourly("CNY", "24") },
      ],
    });
    expect(again).toEqual({ revision: null, added: 0, ended: 0, unchanged: 1 });
    expect(await ask<{ id: number }[]>("revisions", { limit: 100 })).toEqual(revisions);
    expect(told).toBe(heard);
  });

  test("a price of a contract holds while the contract stands behind the pool", async () => {
    const selector = {
      vendor: "cloud-b",
      region: "",
      zone: "",
      cluster: "",
      model: "",
      billing: "spot",
      contract: "",
    } as const;
    const line = { selector, node: "", count: 1, from: ends(24), to: ends(30), contract: "HT-7" };
    await reviseCapacity(db(), { who: "test", why: "contract", source: "console", now: () => clock.now() }, () => ({
      ends: [],
      adds: [line],
    }));
    await tell("set", {
      why: "contract price",
      prices: [{ selector: { contract: "HT-7" }, from: "2026-03-01", price: hourly("CNY", "5") }],
    });
    expect((await money(ends(20), ends(40)))[3]).toEqual([30, 15, 0, 14]);
    const history = await ask<PriceHistory>("history", { poolId: ids[3], from: ends(20), to: ends(40) });
    expect(
      history.stretches.map((s) => [(s.from - MARCH_1) / HOUR_MS, (s.to - MARCH_1) / HOUR_MS, s.hourlyMicro]),
    ).toEqual([
      [20, 24, null],
      [24, 30, "5000000"],
      [30, 40, null],
    ]);
    expect(history.stretches[1]?.price?.revision.why).toBe("contract price");
  });

  test("a price ends where it is told to, and the hole is seen", async () => {
    const book = await ask<PriceBookView>("book", { search: "cloud-a monthly", inForce: true });
    expect(book.prices.map(({ poolIds, hourlyMicro }) => [poolIds, hourlyMicro])).toEqual([[[ids[1]], "10000000"]]);
    const id = book.prices[0]?.id;
    await tell("end", { id, at: ends(50), why: "given back" });
    const holes = await ask<UnpricedHole[]>("holes", { from: MARCH_1, to: ends(60) });
    expect(holes.filter(({ poolId }) => poolId === ids[1])).toMatchObject([
      { from: ends(50), to: ends(60), cardMs: 10 * HOUR_MS, why: "no_price" },
    ]);
    const gone = await post("end", { id, at: ends(55), why: "again" });
    expect([gone.status, gone.body.error.message]).toEqual([
      404,
      expect.stringContaining(`price ${id} is not in the book`),
    ]);
  });

  test("another process's change is seen at once", async () => {
    const other = createPricing({ db: db(), clock, config: () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }) });
    const before = (await other.prices(null)).length;
    await tell("set", {
      why: "list",
      prices: [{ selector: { model: "A10" }, isList: true, from: "2026-03-01", price: hourly("CNY", "4.86") }],
    });
    expect((await other.prices(null)).length).toBe(before + 1);
  });

  test("the file of the book has the columns the import reads, and what the page shows", async () => {
    const answer = await stage.app.inject("/api/prices.csv?search=A10&kind=list");
    expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="dapan-prices-2026-03-10\.csv"$/);
    const [head, line, end] = answer.body.replace("\uFEFF", "").split("\r\n");
    expect(head).toBe(
      "vendor,region,zone,cluster,model,billing,contract,basis,amount,currency,cards_per_instance,from,to,term_to,list,purchase,months,watts,power_price,revision,revised_at,who,why",
    );
    expect(line).toMatch(
      /^,,,,A10,,,card_hour,4\.86,CNY,,2026-03-01,,,true,,,,,\d+,2026-03-10T12:00:\d\d\.000Z,console,list$/,
    );
    expect(end).toBe("");
  });

  const wish = (over: object) => ({ selector: {}, from: "2026-03-01", price: hourly("CNY", "18"), ...over });
  test.each<[string, object[], string]>([
    [
      "price 0",
      [wish({ price: hourly("CNY", "0") })],
      "amount: 0 is not more than 0; no price at all is an end, not a 0",
    ],
    ["a negative price", [wish({ price: hourly("CNY", "-3") })], "amount: -3 is not more than 0"],
    [
      "no currency",
      [wish({ price: hourly("", "18") })],
      "currency: is missing; write an ISO 4217 code like CNY or USD",
    ],
    [
      "a small currency",
      [wish({ price: hourly("cny", "18") })],
      'currency: "cny" is not a currency; write capitals: CNY',
    ],
    [
      "1.234,56",
      [wish({ price: hourly("CNY", "1.234,56") })],
      'amount: "1.234,56" is not a plain decimal; write 1234.56',
    ],
    ["¥1,234", [wish({ price: hourly("CNY", "¥1,234") })], 'amount: "¥1,234" is not a plain decimal'],
    [
      "an unknown zone",
      [wish({ zone: "Asia/Peking" })],
      'zone: no time zone is called "Asia/Peking"; write one like Asia/Shanghai',
    ],
    [
      "an end before the start",
      [wish({ to: "2026-02-28" })],
      'to: ends at "2026-02-28", which is not after its start "2026-03-01"',
    ],
    ["a day that is not", [wish({ from: "2026-02-30" })], 'from: "2026-02-30" is not a date; write 2026-11-01'],
    [
      "a term that is over",
      [wish({ price: { ...hourly("CNY", "1"), termTo: "2026-01-01" } })],
      "termTo: the term ends at",
    ],
    [
      "an instance without cards",
      [wish({ price: { ...hourly("CNY", "1"), basis: "instance_hour" } })],
      "cardsPerInstance: is missing; say how many cards the instance has",
    ],
    [
      "owned without terms",
      [wish({ price: { basis: "owned", currency: "CNY" } })],
      "owned: is missing; say purchase, months",
    ],
    [
      "two prices at once",
      [wish({}), wish({ selector: { model: "A10" } }), wish({ from: "2026-04-01", price: hourly("CNY", "17") })],
      "prices.2.from: two prices at once: prices.0 is for the same cards and still holds at 2026-03-31T16:00:00.000Z; end that one there",
    ],
    [
      "two spellings of one model at once",
      [wish({ selector: { model: "H100-SXM" } }), wish({ selector: { model: "NVIDIA H100 80GB HBM3" } })],
      "prices.1.from: two prices at once",
    ],
    ["a billing nobody knows", [wish({ selector: { billing: "包月" } })], "prices.0.selector.billing:"],
  ])("%s is refused by name, and nothing is written", async (_, prices, sentence) => {
    const before = (await pricing.prices(null)).length;
    const { status, body } = await post("set", { prices, why: "test" });
    expect(body.error?.message).toContain(sentence);
    expect(status).toBe(400);
    expect((await pricing.prices(null)).length).toBe(before);
  });

  test("a change without a reason is refused", async () => {
    const { body } = await post("set", { prices: [wish({})], why: "  " });
    expect(body.error.message).toContain("why: say why the book changes");
  });

  test.each<[string, object[], string]>([
    ["rate 0", [rate("2026-03-01", "0")], 'rate: "0" is not a rate; write a decimal above 0 like 7.1093'],
    ["a day to come", [rate("2026-04-01", "7")], "day: 2026-04-01 is still to come"],
    ["itself", [{ ...rate("2026-03-01", "1"), quote: "USD" }], "quote: USD in USD is always 1"],
    [
      "a day twice",
      [rate("2026-03-01", "7"), { base: "CNY", quote: "USD", day: "2026-03-01", rate: "0.14" }],
      "is given twice for one day",
    ],
  ])("a rate: %s is refused by name", async (_, rates, sentence) => {
    const { status, body } = await post("setRates", { rates, why: "test" });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(sentence)]);
  });
}

const hourly = (currency: string, amount: string) => ({ basis: "card_hour", currency, amount });
const rate = (day: string, rate: string) => ({ base: "USD", quote: "CNY", day, rate });

/** Twelve cards of five minutes in each pool: a card-hour, half of it idle. */
async function commitHour(db: Database, hour: number, poolIds: readonly number[]): Promise<void> {
  const each = HOUR_MS / SLOT_MS;
  const batch = blankBatch(hour, each * poolIds.length);
  for (let i = 0; i < batch.count; i++) {
    batch.cardId[i] = i + 1;
    batch.poolId[i] = poolIds[Math.floor(i / each)] ?? 0;
    batch.columns.ownedMs[i] = SLOT_MS;
    batch.columns.observedMs[i] = SLOT_MS;
    batch.columns[(["busyMs", "busyMs", "freeMs", "idleHeldMs"] as const)[i % 4] ?? "busyMs"][i] = SLOT_MS;
  }
  await commitSlot(db, { source: "scrape", seq: 1, batch, events: [], committedAt: unixMs(hour + DAY_MS) });
}
