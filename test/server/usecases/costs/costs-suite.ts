import { WHOLE_SIGHT } from "../../../../server/domain/access/sight.ts";
import { beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { COST_BASES, LEDGER_STATES, SHARED_COST_POLICIES } from "../../../../db/model/ledger.ts";
import { COST_DIMENSIONS, type CostFilter, type CostView } from "../../../../db/model/ledger-views.ts";
import { divideHalfEven, microOf, unveiled } from "../../../../db/model/money.ts";
import { dayBegin } from "../../../../server/domain/usage/calendar.ts";
import { type BookedDeps, bookedMoney } from "../../../../server/usecases/costs/booked-money.ts";
import { costPivot } from "../../../../server/usecases/costs/cost-pivot.ts";
import { costView } from "../../../../server/usecases/costs/cost-view.ts";
import { costCsv, featuresCsv, proofCsv } from "../../../../server/usecases/costs/cost-csv.ts";
import { featurePage } from "../../../../server/usecases/costs/feature-page.ts";
import { featuresView } from "../../../../server/usecases/costs/features-list.ts";
import { focusCsv } from "../../../../server/usecases/costs/focus-export.ts";
import type { CostDeps } from "../../../../server/usecases/costs/ports.ts";
import { costProof } from "../../../../server/usecases/costs/proof.ts";
import { featureAsk, looseAsk } from "../../../../web/panels/proof/feature-asks.ts";
import type { ManualClock } from "../../../tools/manual-clock.ts";
import { readRows, type Row } from "../../../tools/focus-check.ts";
import {
  costDeps,
  DAYS,
  EARLIER_RATE,
  FIRST_DAY,
  LATER_RATE,
  RANGE,
  seedLedger,
  writers,
  ZONE,
} from "./seeded-ledger.ts";

type Texts = readonly { readonly micro: string | null }[];
const sum = (texts: Iterable<string | null>): bigint =>
  [...texts].reduce((all, text) => all + microOf(text ?? "0"), 0n);
const sumOf = (parts: Texts): bigint => sum(parts.map(({ micro }) => micro));

const near = (a: bigint, b: bigint): boolean => a - b <= BigInt(DAYS) && b - a <= BigInt(DAYS);
const FIRST = Date.parse(`${FIRST_DAY}T00:00:00Z`) / 86_400_000;

const fileOf = async (pieces: AsyncGenerator<string>): Promise<Row[]> => {
  let text = "";
  for await (const piece of pieces) text += piece;
  return readRows(text);
};

/** Whole units with up to twelve decimals as micro-units. */
const units = (text: string | null | undefined): bigint => {
  const [whole = "0", fraction = ""] = (text ?? "0").split(".");
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6) || "0");
};

/** Every page, file and export of the same days tells the same money, to the micro-unit. */
export function costsSuite(db: () => Database): void {
  let deps: CostDeps & BookedDeps;
  let clock: ManualClock;
  let whole: CostView;
  beforeAll(async () => {
    await seedLedger(db(), 20_261_122);
    deps = await costDeps(db());
    clock = deps.clock as ManualClock;
    whole = await costView(deps, { range: RANGE, by: "vendor" });
  });
  const view = (by: CostView["by"], filter: CostFilter = {}) => costView(deps, { range: RANGE, by, filter });

  test("the seeded ledger has money in it, also some that cannot be converted, and time without a price", () => {
    expect(microOf(whole.total.micro)).toBeGreaterThan(9_007_199_254_740_993n);
    expect(whole.total.estimate.unconverted).toEqual(["EUR"]);
    expect(whole.total.estimate.unpricedMs).toBeGreaterThan(0);
    expect(whole.total.estimate.listRatio).toBeGreaterThan(0);
    expect(whole.days).toHaveLength(DAYS);
  });

  describe.each(COST_DIMENSIONS)("by %s", (by) => {
    test("groups add up to the total of every other dimension, in sum, by day and by state", async () => {
      const { groups, total } = await view(by);
      expect(sumOf(groups)).toBe(microOf(whole.total.micro));
      expect(total).toEqual(whole.total);
      for (const [i] of whole.days.entries())
        expect(sum(groups.map(({ byDay }) => byDay[i] ?? null))).toBe(microOf(total.byDay[i] ?? "0"));
      for (const [i] of LEDGER_STATES.entries()) {
        expect(sum(groups.map(({ byState }) => byState.micro[i]!))).toBe(microOf(total.byState.micro[i]!));
        expect(groups.reduce((all, { byState }) => all + byState.ms[i]!, 0)).toBe(total.byState.ms[i]);
      }
      for (const group of groups) expect(sum(group.byState.micro)).toBe(microOf(group.micro));
    });

    test("a filter by each of its values takes that group and nothing else", async () => {
      const { groups, values } = await view(by);
      let all = 0n;
      for (const { key } of values[by]) {
        const { total } = await view("state", { [by]: [key] });
        expect(total.micro).toBe(groups.find((group) => group.key === key)?.micro ?? "0");
        all += microOf(total.micro);
      }
      expect(all).toBe(microOf(whole.total.micro));
    });

    test("cells of a pivot add up to its rows, columns and the total", async () => {
      for (const columns of COST_DIMENSIONS) {
        const pivot = await costPivot(deps, { range: RANGE, rows: by, columns });
        expect(microOf(pivot.totalMicro)).toBe(microOf(whole.total.micro));
        for (const row of pivot.rows)
          expect(sumOf(pivot.cells.filter((cell) => cell.row === row.key))).toBe(microOf(row.micro));
        for (const column of pivot.columns)
          expect(sumOf(pivot.cells.filter((cell) => cell.column === column.key))).toBe(microOf(column.micro));
      }
    });

    test("the proof of each of its groups comes to the figure of the page", async () => {
      for (const { key, micro } of (await view(by)).groups.slice(0, 3)) {
        const proof = await costProof(deps, { range: RANGE, filter: { [by]: [key] } });
        expect(proof.totalMicro).toBe(micro);
        const rows = await fileOf(proofCsv(deps, { range: RANGE, filter: { [by]: [key] } }));
        expect(rows).toHaveLength(proof.lineCount);
        for (const { currency, micro: stored } of proof.sums) {
          const own = rows.filter((row) => row["currency"] === currency);
          expect(sum(own.flatMap((row) => LEDGER_STATES.map((state) => row[`${state}_micro`] ?? "0")))).toBe(
            microOf(stored),
          );
        }
        expect(proof.lines).toHaveLength(Math.min(500, proof.lineCount));
      }
    });
  });

  describe.each(COST_BASES.flatMap((basis) => SHARED_COST_POLICIES.map((policy) => ({ basis, policy }))))(
    "basis $basis, policy $policy",
    (choice) => {
      test("features and what is no feature's add up to the Cost page's total, and their page says the same", async () => {
        const { features, loose, total, currency } = await featuresView(deps, { range: RANGE, ...choice });
        expect(unveiled(total.directMicro) + unveiled(total.sharedMicro)).toBe(unveiled(whole.total.micro));
        expect(sum(features.map(({ costMicro }) => costMicro)) + sumOf(loose)).toBe(unveiled(total.costMicro));
        expect(sum(features.map(({ revenueMicro }) => revenueMicro))).toBe(microOf(total.revenueMicro ?? "0"));
        expect(currency).toBe("CNY");
        for (const row of features) {
          const { feature, days, pools, waterfall } = await featurePage(deps, {
            range: RANGE,
            ...choice,
            key: row.key,
          });
          const { costByDay, ...figures } = row;
          expect(feature).toEqual(figures);
          expect(sum(days.map(({ costMicro }) => costMicro))).toBe(unveiled(row.costMicro));
          for (const [i, cost] of costByDay.entries()) if (cost !== null) expect(days[i]?.costMicro).toBe(cost);
          expect(sum(pools.map(({ directMicro }) => directMicro))).toBe(unveiled(row.directMicro));
          expect(sumOf(pools)).toBe(unveiled(row.directMicro) + unveiled(row.sharedMicro));
          const steps = new Map(waterfall.map(({ step, micro }) => [step, micro]));
          const out = sum(
            [...steps].filter(([step]) => step !== "revenue" && step !== "margin").map(([, micro]) => micro),
          );
          expect(-out).toBe(unveiled(row.costMicro));
          expect(steps.get("margin")).toBe(row.marginMicro);
        }
      });

      test("the lines behind what is no feature's come to what it is before the policy", async () => {
        const { loose } = await featuresView(deps, { range: RANGE, ...choice, policy: "apart" });
        expect(unveiled(loose[0]!.micro)).toBeGreaterThan(0n);
        for (const row of loose) {
          const { question } = looseAsk(row, RANGE, choice);
          expect([row.what, (await costProof(deps, question)).totalMicro]).toEqual([row.what, row.micro]);
        }
        const page = await featurePage(deps, { range: RANGE, ...choice, key: "unattributed" });
        const { question } = featureAsk("cards", "unattributed", RANGE, choice, null);
        expect((await costProof(deps, question)).totalMicro).toBe(page.feature.directMicro);
      });

      test("features.csv adds up to the same", async () => {
        const rows = await fileOf(featuresCsv(deps, { range: RANGE, ...choice }, WHOLE_SIGHT));
        const total = rows.find((row) => row["row"] === "total")!;
        const cost = sum(rows.filter((row) => row["row"] !== "total").map((row) => row["cost_micro"] ?? "0"));
        expect(cost).toBe(microOf(total["cost_micro"]!));
        expect(microOf(total["direct_micro"]!) + microOf(total["shared_micro"]!)).toBe(microOf(whole.total.micro));
      });
    },
  );

  test("cost.csv adds up to the page, whole and filtered", async () => {
    const rows = await fileOf(costCsv(deps, { range: RANGE }));
    expect(sum(rows.map((row) => row["total_micro"] ?? "0"))).toBe(microOf(whole.total.micro));
    const some = await fileOf(
      costCsv(deps, { range: RANGE, filter: { state: ["free", "fault"], vendor: ["cloud-a"] } }),
    );
    const { total } = await view("pool", { state: ["free", "fault"], vendor: ["cloud-a"] });
    expect(sum(some.map((row) => row["total_micro"] ?? "0"))).toBe(microOf(total.micro));
  });

  test("of another currency the sum of each day is converted once, by the rate of the day; without a rate it is left out", async () => {
    const rows = await fileOf(costCsv(deps, { range: RANGE }));
    const column = (day: string, currency: string, name: string) =>
      sum(
        rows.filter((row) => row["day"] === day && row["price_currency"] === currency).map((row) => row[name] ?? "0"),
      );
    for (const day of whole.days) {
      const rate = day < LATER_RATE.day ? EARLIER_RATE.nano : LATER_RATE.nano;
      const own = column(day, "USD", "price_total_micro");
      expect(own).toBeGreaterThan(0n);
      expect(column(day, "USD", "total_micro")).toBe(divideHalfEven(own * rate, 1_000_000_000n));
      expect(column(day, "CNY", "total_micro")).toBe(column(day, "CNY", "price_total_micro"));
      expect(column(day, "EUR", "total_micro")).toBe(0n);
    }
  });

  test("the FOCUS export is effective and billed for exactly the page's total", async () => {
    const rows = (await fileOf(focusCsv(deps, RANGE))).filter((row) => row["BillingCurrency"] === "CNY");
    const column = (name: string) => rows.reduce((all, row) => all + units(row[name]), 0n);
    expect(column("EffectiveCost")).toBe(microOf(whole.total.micro));
    expect(column("BilledCost")).toBe(microOf(whole.total.micro));
  });

  test("what board, pool page and Today read of whole days is the Cost page's money by pool", async () => {
    const window = { from: dayBegin(FIRST, ZONE), to: dayBegin(FIRST + DAYS, ZONE) };
    const { groups } = await view("pool");
    const owned = new Map(groups.map(({ key, byState }) => [Number(key), byState.ms.reduce((all, ms) => all + ms, 0)]));
    const money = await bookedMoney(deps, window, owned);
    expect(sum([...money.values()].map(({ costMicro }) => costMicro))).toBe(microOf(whole.total.micro));
    for (const [poolId, { costMicro, idleMicro, sunkIdleMicro, isEstimate }] of money) {
      const { micro, byState } = groups.find(({ key }) => key === String(poolId))!;
      const idle = sum([byState.micro[1]!, byState.micro[3]!]);
      expect(near(unveiled(costMicro), unveiled(micro))).toBe(true); // parts of a converted day, cut at another place
      expect(near(unveiled(idleMicro), idle)).toBe(true);
      expect(sunkIdleMicro).toBe("0");
      expect(isEstimate).toBeUndefined();
    }
  });

  test("what pools say each by itself is the Cost page's money too, to the micro-unit, whatever it is converted from", async () => {
    const window = { from: dayBegin(FIRST, ZONE), to: dayBegin(FIRST + DAYS, ZONE) };
    const { groups } = await view("pool");
    let all = 0n;
    for (const { key, byState } of groups) {
      const owned = new Map([[Number(key), byState.ms.reduce((sum, ms) => sum + ms, 0)]]);
      const money = await bookedMoney(deps, window, owned, [Number(key)]);
      all += unveiled(money.get(Number(key))!.costMicro);
    }
    expect(all).toBe(microOf(whole.total.micro));
  });

  test("time the ledger does not have is worked out from the price book, and says so", async () => {
    const window = { from: dayBegin(FIRST, ZONE), to: dayBegin(FIRST + 1, ZONE) };
    const estimate = { costMicro: "5", idleMicro: "1", sunkIdleMicro: "0", unpricedMs: 2 };
    const pricing = { ...deps.pricing, poolMoney: async () => new Map([[1, estimate]]) };
    const money = await bookedMoney({ ...deps, pricing }, window, new Map([[1, 10 * 365 * 86_400_000]]));
    expect(money.get(1)).toEqual({ ...estimate, isEstimate: true });
    expect(money.get(2)?.isEstimate).toBeUndefined();
  });

  test.each([
    [0, "has no price"],
    [5, "cannot be converted"],
  ])("where all time (price %i) %s no discount is said", async (priceId) => {
    const costs = {
      ...deps.costs,
      days: async (asked: Parameters<CostDeps["costs"]["days"]>[0]) =>
        (await deps.costs.days(asked)).map((day) => ({
          ...day,
          priceId: day.priceId.map(() => priceId),
          micro: priceId === 0 ? day.micro.map((column) => new Int32Array(column.length)) : day.micro,
        })),
    };
    const choice = { basis: "allocation", policy: "apart" } as const;
    const { waterfall, feature } = await featurePage(
      { ...deps, costs },
      { range: RANGE, ...choice, key: "chat-assist" },
    );
    expect(feature.time.ms[0]).toBeGreaterThan(0);
    expect(waterfall.find(({ step }) => step === "discount")).toEqual({ step: "discount", micro: null });
  });

  test("names a spreadsheet would run are made harmless in every file", async () => {
    let text = "";
    for (const pieces of [
      featuresCsv(deps, { range: RANGE, basis: "allocation", policy: "apart" }, WHOLE_SIGHT),
      costCsv(deps, { range: RANGE }),
      focusCsv(deps, RANGE),
    ])
      for await (const piece of pieces) text += piece;
    expect(text).toContain("'=1+1");
    expect(text).not.toMatch(/(^|,)"?=/m);
  });

  test("amounts below nothing are amounts in every file, however far below", async () => {
    const choice = { basis: "allocation", policy: "apart" } as const;
    let text = "";
    for await (const piece of featuresCsv(deps, { range: RANGE, ...choice }, WHOLE_SIGHT)) text += piece;
    expect(readRows(text).some((row) => BigInt(row["margin_micro"] || "0") < -(2n ** 53n))).toBe(true);
    expect(text).not.toMatch(/'-\d/);
  });

  test("tiers are those of the day's end: none before the first verdict", async () => {
    const { groups } = await view("tier", { pool: ["1"] });
    expect(groups.map(({ key }) => key).toSorted()).toEqual(["P0", "P1", "P2"]);
    expect((await view("tier", { pool: ["2"] })).groups.map(({ key }) => key)).toEqual(["unknown"]);
    const third = (await view("tier", { pool: ["3"] })).groups;
    expect(third.map(({ key }) => key).toSorted()).toEqual(["P3", "unknown"]);
    const byDay = third.find(({ key }) => key === "P3")!.byDay;
    expect(whole.days.filter((_, i) => byDay[i] !== null).at(0)).toBe("2026-11-04");
  });

  test("a line of an older day that is written again is seen at once by who wrote it, and soon by everybody else", async () => {
    const add = (micro: number) =>
      db().query(
        "UPDATE feature_day SET busy_micro = busy_micro + $1 WHERE price_id = 1 AND day_no = (SELECT min(day_no) FROM feature_day)",
        [micro],
      );
    const totalNow = async () => microOf((await view("vendor")).total.micro);
    const before = await totalNow();
    await add(1);
    writers.get(db())?.();
    expect(await totalNow()).toBeGreaterThan(before);
    await add(-1);
    await clock.advance(10_000);
    expect(await totalNow()).toBe(before);
  });

  test("a line of today is seen at once, whoever wrote it", async () => {
    const before = microOf((await view("vendor")).total.micro);
    const add = (micro: number) =>
      db().query(
        "UPDATE feature_day SET free_micro = free_micro + $1 WHERE price_id = 1 AND day_no = (SELECT max(day_no) FROM feature_day)",
        [micro],
      );
    await add(1);
    expect(microOf((await view("vendor")).total.micro)).toBeGreaterThan(before);
    await add(-1);
    expect(microOf((await view("vendor")).total.micro)).toBe(before);
  });

  test("holders behind a feature come with the rule that took them", async () => {
    const { holders } = await costProof(deps, { range: RANGE, filter: { feature: ["chat-assist"] } });
    expect(holders).toMatchObject([{ holder: "k1/ns/chat-1", rule: "chat" }]);
    const lost = await costProof(deps, { range: RANGE, filter: { feature: ["unattributed"] } });
    expect(lost.holders).toMatchObject([{ holder: "k1/ns/lost-1", rule: null }]);
  });

  test("days nobody can ask for are refused with what to ask for", async () => {
    const ask = (from: string, to: string) => costView(deps, { range: { from, to }, by: "vendor" });
    await expect(ask("2026-02-30", "2026-03-02")).rejects.toThrow("range.from: 2026-02-30 is no day of a calendar");
    await expect(ask("2026-11-02", "2026-11-02")).rejects.toThrow("is no day");
    await expect(ask("2025-01-01", "2026-11-02")).rejects.toThrow("at most 400 at once");
    await expect(featurePage(deps, { range: RANGE, basis: "usage", policy: "apart", key: "nix" })).rejects.toThrow(
      "feature nix does not exist",
    );
    expect((await costView(deps, { by: "vendor" })).range).toEqual({ from: "2026-10-31", to: "2026-11-07" });
  });
}
