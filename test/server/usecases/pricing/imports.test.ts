import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ImportJob, ImportPick } from "../../../../db/model/import-views.ts";
import type { ImportKind } from "../../../../db/model/imports.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { registerCards } from "../../../../db/store/registry.ts";
import type { Deps } from "../../../../server/context.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { createAliases, setAlias } from "../../../../server/usecases/pricing/aliases-port.ts";
import {
  applyImport,
  importEffect,
  type ImportQuestion,
  previewImport,
  startImport,
} from "../../../../server/usecases/pricing/import-table.ts";
import { createImports } from "../../../../server/usecases/pricing/imports-port.ts";
import { createPricing } from "../../../../server/usecases/pricing/pricing-port.ts";
import { createTiers } from "../../../../server/usecases/tiers/tiers-port.ts";
import { onPglite } from "../../../db/databases.ts";
import { type ManualClock, manualClock } from "../../../tools/manual-clock.ts";
import { stageConfig } from "../../../tools/stage-config.ts";

const START = unixMs(Date.UTC(2026, 10, 20, 4));
const BOOK = "vendor,region,model,billing,basis,amount,currency,from,to,list\n";
const ALL = { show: "all", offset: 0, limit: 500 } as const;
const NOTE = { who: "ann", why: "test", source: "prices.csv" };

onPglite("importing tables", (db) => {
  let clock: ManualClock;
  let deps: Pick<Deps, "aliases" | "clock" | "config" | "imports" | "log" | "pricing" | "tiers">;
  let poolId = 0;

  const drop = (text: string, over: Partial<ImportQuestion> = {}): ImportQuestion => {
    const { id } = deps.imports.keep("prices.csv", Buffer.from(text));
    const kind: ImportKind = "prices";
    return { upload: id, kind, currency: null, vendor: "", from: null, isList: null, pick: { mode: "all" }, ...over };
  };
  const prices = async () =>
    (await deps.pricing.prices(null)).map(({ selector, amountMicro }) => `${selector.vendor} ${amountMicro}`);

  beforeAll(async () => {
    const place = { vendor: "va", region: "r", zone: "z", cluster: "k", billing: "on_demand" } as const;
    const card = { uuid: "GPU-1", modelName: "", node: "n", position: "", driver: "", migProfiles: [] };
    const { poolId: ids } = await registerCards(db(), [{ place, model: "Our T4 card", card, at: START, source: "s" }]);
    poolId = ids[0] ?? 0;
  });

  beforeEach(async () => {
    clock = manualClock(unixMs(clock === undefined ? START : clock.now() + 60_000));
    const aliases = await createAliases(db(), clock);
    const config = stageConfig();
    const pricing = createPricing({
      db: db(),
      clock,
      config: () => config.current(),
      onAliases: (tell) => aliases.onChange(tell),
    });
    const tiers = createTiers({ db: db(), clock, pricing, currency: () => "CNY", aliases: (at) => aliases.at(at) });
    deps = { aliases, clock, config, imports: createImports(clock), log: createLog("silent", clock), pricing, tiers };
  });

  const TWO = `${BOOK}va,r,T4,on_demand,card_hour,2.5,CNY,,,\nvb,r,T4,on_demand,card_hour,-1,CNY,,,\n`;

  test("one wrong row keeps all others out until somebody picks", async () => {
    const question = drop(TWO);
    const preview = await previewImport(deps, question, ALL);
    expect(preview).toMatchObject({ mayApply: false, counts: { ok: 1, error: 1 }, things: 1, encoding: "UTF-8" });
    await expect(applyImport(deps, question, NOTE)).rejects.toThrow(
      /row 3, column amount \(negative\); nothing was changed/,
    );
    expect(await prices()).toEqual([]);
  });

  test.each<[string, ImportPick, boolean]>([
    ["the good rows", { mode: "good", except: [] }, true],
    ["the good rows but the only good one", { mode: "good", except: [2] }, false],
    ["the row that is good", { mode: "only", rows: [2] }, true],
    ["the row that is wrong", { mode: "only", rows: [2, 3] }, false],
    ["no row", { mode: "only", rows: [] }, false],
  ])("picking %s", async (_, pick, mayApply) => {
    expect(await previewImport(deps, drop(TWO, { pick }), ALL)).toMatchObject({ mayApply });
  });

  test("what is picked is written in one revision that names the file, and said again writes nothing", async () => {
    const question = drop(TWO, { pick: { mode: "good", except: [] } });
    const result = await applyImport(deps, question, NOTE);
    expect(result).toMatchObject({ added: 1, ended: 0, unchanged: 0 });
    expect(await prices()).toEqual(["va 2500000"]);
    expect((await deps.pricing.revisions(1))[0]).toMatchObject({
      id: result.revisionId,
      source: "prices.csv",
      who: "ann",
    });
    expect(await applyImport(deps, question, NOTE)).toEqual({ revisionId: null, added: 0, ended: 0, unchanged: 1 });
  });

  test("prices without a day hold from the start of today in the installation's zone", async () => {
    const [price] = await deps.pricing.prices(null);
    expect(price?.from).toBe(Date.UTC(2026, 10, 19, 16)); // midnight of the 20th in Shanghai
  });

  test("the preview says what it would do to the money, and to how many pools", async () => {
    const effect = await importEffect(deps, drop(`${BOOK}va,,,,card_hour,3,CNY,,,\n`));
    expect(effect).toMatchObject({ added: 1, ended: 0, poolsChanged: 1, newlyPriced: 1, currency: "CNY" });
    expect(await importEffect(deps, drop(`${BOOK}nobody,,,,card_hour,3,CNY,,,\n`))).toMatchObject({ poolsChanged: 0 });
    expect(await importEffect(deps, drop(`${BOOK}nobody,,,,card_hour,0,CNY,,,\n`))).toBeNull();
  });

  test("a name tied to a model prices its pool at once, and reads later lists", async () => {
    expect((await deps.pricing.hourlyByPool(clock.now(), null)).has(poolId)).toBe(false);
    let told = 0;
    deps.pricing.onChange(() => told++);
    const before = clock.now();
    await clock.advance(1_000);
    await setAlias(deps.aliases, { name: "Our T4 card", model: "T4" }, NOTE);
    expect(told).toBe(1);
    expect((await deps.pricing.hourlyByPool(clock.now(), null)).get(poolId)?.hourlyMicro).toBe(2_500_000n);
    expect((await deps.pricing.hourlyByPool(clock.now(), before)).has(poolId)).toBe(false); // as known then
    const list = drop(`${BOOK}vz,,our-t4 CARD,spot,card_hour,3,CNY,,,\n`);
    expect((await previewImport(deps, list, ALL)).rows[0]).toMatchObject({
      fate: "ok",
      things: [{ selector: { model: "T4" }, written: "our-t4 CARD" }],
    });
    await setAlias(deps.aliases, { name: "Our T4 card", model: null }, NOTE);
    expect((await deps.pricing.hourlyByPool(clock.now(), null)).has(poolId)).toBe(false);
  });

  test("an alias must mean something", async () => {
    await expect(setAlias(deps.aliases, { name: "x", model: "nothing" }, NOTE)).rejects.toThrow("has no data sheet");
    await expect(setAlias(deps.aliases, { name: "Tesla T4", model: "A10" }, NOTE)).rejects.toThrow("T4 already");
    await expect(setAlias(deps.aliases, { name: "x", model: null }, NOTE)).rejects.toThrow("not tied");
  });

  test("cards nobody knows are named, most rows first", async () => {
    const row = (vendor: string, model: string) => `${vendor},,${model},spot,card_hour,3,CNY,,,\n`;
    const question = drop(BOOK + row("a", "Strange") + row("b", "Odd") + row("c", "Strange") + row("d", "K80"));
    expect((await previewImport(deps, question, ALL)).names).toEqual([
      { written: "Strange", stored: "Strange", rows: 2 },
      { written: "K80", stored: "Tesla K80", rows: 1 },
      { written: "Odd", stored: "Odd", rows: 1 },
    ]);
  });

  test("pages of one fate", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `v${i},,T4,spot,card_hour,${i % 3},CNY,,,\n`).join("");
    const page = await previewImport(deps, drop(BOOK + rows), { show: "error", offset: 4, limit: 3 });
    expect(page.total).toBe(10);
    expect(page.rows.map(({ row }) => row)).toEqual([14, 17, 20]);
  });

  test("throughput and rates go their own way", async () => {
    const bench = "workload,card,units_per_hour,date,source\ntraining,T4,100,2026-11-01,lab\n";
    expect(await applyImport(deps, drop(bench, { kind: "benchmarks" }), NOTE)).toMatchObject({ added: 1 });
    expect((await deps.tiers.page()).benchmarks.length).toBe(1);
    const rates = "base,quote,day,rate\nUSD,CNY,2026-11-01,7.1\n";
    expect(await applyImport(deps, drop(rates, { kind: "rates" }), NOTE)).toMatchObject({ added: 1 });
    expect((await deps.pricing.rates(null)).map(({ rateNano }) => rateNano)).toEqual([7_100_000_000n]);
  });

  describe("a job", () => {
    const over = async (question: ImportQuestion): Promise<ImportJob> => {
      const { id } = await startImport(deps, question, { who: "ann", why: "because" });
      for (;;) {
        const job = deps.imports.job(id);
        if (job.phase === "done" || job.phase === "failed") return job;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };

    test("ends with what was written", async () => {
      const job = await over(drop(`${BOOK}vj,,,,card_hour,3,CNY,,,\n`));
      expect(job).toMatchObject({ phase: "done", done: 1, of: 1, result: { added: 1 }, error: null });
    });

    test("that fails says why, and changes nothing", async () => {
      const before = await prices();
      expect(await over(drop(TWO))).toMatchObject({ phase: "failed", error: expect.stringContaining("row 3") });
      const whole = deps;
      deps = { ...deps, pricing: { ...deps.pricing, change: () => Promise.reject(new Error("secret detail")) } };
      const job = await over(drop(`${BOOK}vq,,,,card_hour,3,CNY,,,\n`));
      expect(job).toMatchObject({ phase: "failed", error: expect.stringContaining("Nothing was changed") });
      expect(job.error).not.toContain("secret");
      deps = whole;
      expect(await prices()).toEqual(before);
    });

    test("does not begin without a reason, with a wrong currency or day, or for a file that is gone", async () => {
      const start = (over: Partial<ImportQuestion>, why = "because") =>
        startImport(deps, drop(TWO, over), { who: "a", why });
      await expect(start({}, " ")).rejects.toThrow("why");
      await expect(start({ currency: "usd" })).rejects.toThrow("capitals: USD");
      await expect(start({ from: "tomorrow" })).rejects.toThrow("write 2026-11-01");
      await expect(start({ upload: "none" })).rejects.toThrow("choose it again");
      const question = drop(TWO);
      await clock.advance(61 * 60_000);
      await expect(previewImport(deps, question, ALL)).rejects.toThrow("choose it again");
      expect(() => deps.imports.job("none")).toThrow("look at the price book");
    });
  });

  test("what is downloaded can be uploaded, and is so already", async () => {
    const { priceBookCsv } = await import("../../../../server/usecases/pricing/price-book-csv.ts");
    const at: UnixMs | null = null;
    let text = "";
    for await (const piece of priceBookCsv(deps, { at, knownAt: null, kind: "all", search: "", inForce: false }))
      text += piece;
    expect(await applyImport(deps, drop(text), NOTE)).toMatchObject({ revisionId: null, added: 0, ended: 0 });
  });
});
