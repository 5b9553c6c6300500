import { beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { DAY_MS, HOUR_MS, shift } from "../../../../db/model/time.ts";
import { REVENUE_LOCK } from "../../../../db/store/revenue.ts";
import { REVISION_LOCK } from "../../../../db/store/revisions.ts";
import { readUsageLines } from "../../../../db/store/usage.ts";
import { readUsageSources } from "../../../../db/store/usage-sources.ts";
import { dayNoIn } from "../../../../server/domain/usage/calendar.ts";
import { EntriesRefused, PushConflict } from "../../../../server/usecases/usage/usage-port.ts";
import { entry, freshFeatures, hour, NOON, NOTE, stageUsage, usageOver, YAML } from "./usage-stage.ts";
import { manualClock } from "../../../tools/manual-clock.ts";

const TODAY = dayNoIn(NOON, "Asia/Shanghai");
const days = (back: number) => ({ from: TODAY - back, to: TODAY + 1 });

const lines = async (db: Database) =>
  await db.query<{ ok: number; from: number; knownTo: number | null }>(
    `SELECT ok_micro AS ok, from_ms AS "from", known_to_ms AS "knownTo" FROM usage_line ORDER BY from_ms, known_from_ms`,
  );
const promql = { prometheus: "prom-1", adapter: "vllm-requests", match: '{model_name="chat"}' };

export function usageSuite(db: () => Database): void {
  let ids: Record<string, number>;
  beforeEach(async () => void (ids = await freshFeatures(db(), ["chat", "draw"])));

  describe("a push", () => {
    test("counts once however often it is sent, and answers the same", async () => {
      const { usage, clock } = stageUsage(db());
      const first = await usage.push({ key: "k1", digest: "d" }, [entry()]);
      await clock.advance(60_000);
      const second = await usage.push({ key: "k1", digest: "d" }, [entry()]);
      expect(first).toEqual({ answer: { lines: 1, added: 1, replaced: 0, unchanged: 0 }, kept: false });
      expect(second).toEqual({ answer: first.answer, kept: true });
      expect(await lines(db())).toHaveLength(1);
      expect((await usage.units(days(0))).get(ids["chat"]!)?.[0]?.okMicro).toBe(100_000_000n);
    });

    test("sent by two at once counts once", async () => {
      const { usage } = stageUsage(db());
      const both = await Promise.all([1, 2, 3].map(() => usage.push({ key: "k2", digest: "d" }, [entry()])));
      expect(both.map(({ answer }) => answer)).toEqual([both[0]!.answer, both[0]!.answer, both[0]!.answer]);
      expect(both.filter(({ kept }) => !kept)).toHaveLength(1);
      expect(await lines(db())).toHaveLength(1);
    });

    test("under a key that was used for another body is a conflict, and nothing changes", async () => {
      const { usage } = stageUsage(db());
      await usage.push({ key: "k3", digest: "d" }, [entry()]);
      await expect(usage.push({ key: "k3", digest: "e" }, [entry({ okMicro: 7n })])).rejects.toThrow(PushConflict);
      expect(await lines(db())).toHaveLength(1);
    });

    test("under another key with the same time corrects it: the old belief ends and stays", async () => {
      const { usage, clock } = stageUsage(db());
      await usage.push({ key: "a", digest: "1" }, [entry()]);
      const { answer } = await usage.push({ key: "b", digest: "2" }, [entry({ okMicro: 90_000_000n })]);
      expect(answer).toEqual({ lines: 1, added: 1, replaced: 1, unchanged: 0 });
      const [source] = await readUsageSources(db());
      const window = { from: hour(-2), to: hour(-1) };
      expect((await readUsageLines(db(), [source!.id], window)).map(({ okMicro }) => okMicro)).toEqual([90_000_000n]);
      const before = await readUsageLines(db(), [source!.id], window, clock.now());
      expect(before.map(({ okMicro }) => okMicro)).toEqual([100_000_000n]); // as it was believed at the first push
      const repeat = await usage.push({ key: "c", digest: "2" }, [entry({ okMicro: 90_000_000n })]);
      expect(repeat.answer).toEqual({ lines: 1, added: 0, replaced: 0, unchanged: 1 });
    });

    test("with one wrong line stores nothing, and its key is still free", async () => {
      const { usage } = stageUsage(db());
      const wrong = [entry(), entry({ feature: "chta", from: hour(-5), to: hour(-4) })];
      const refused = await usage.push({ key: "k", digest: "d" }, wrong).catch((error: unknown) => error);
      expect((refused as EntriesRefused).faults).toEqual([
        { row: 1, field: "feature", code: "feature_unknown", read: "chta", expected: "chat", other: null },
      ]);
      expect(await lines(db())).toEqual([]);
      expect(await db().query("SELECT * FROM usage_push")).toEqual([]);
      await usage.push({ key: "k", digest: "e" }, [entry()]);
    });

    test("of a part of a time that was said before is refused; all of it in hours replaces it", async () => {
      const { usage } = stageUsage(db());
      await usage.push({ key: "a", digest: "1" }, [entry({ from: hour(-4), to: hour(-1) })]);
      const part = usage.push({ key: "b", digest: "2" }, [entry({ from: hour(-3) })]);
      await expect(part).rejects.toThrow(EntriesRefused);
      const pieces = [-4, -3, -2].map((h) => entry({ from: hour(h), to: hour(h + 1), okMicro: 10n }));
      const { answer } = await usage.push({ key: "c", digest: "3" }, pieces);
      expect(answer).toEqual({ lines: 3, added: 3, replaced: 1, unchanged: 0 });
    });

    test("cut off before its commit leaves nothing, at every statement", async () => {
      const { clock } = stageUsage(db());
      const body = [
        entry({ revenueMicro: 5n, refundMicro: 2n, currency: "CNY" }),
        entry({ feature: "draw", from: hour(-9), to: hour(-8) }),
      ];
      for (let point = 1; ; point += 1) {
        const cut = cutAt(db(), point);
        const done = await usageOver(cut, clock)
          .push({ key: "cut", digest: "d" }, body)
          .then(
            () => true,
            () => false,
          );
        if (done) break;
        expect(point).toBeLessThan(60);
        for (const table of ["usage_line", "usage_source", "usage_push", "revenue_line"])
          expect(await db().query(`SELECT * FROM ${table}`)).toEqual([]);
      }
      expect(await lines(db())).toHaveLength(2);
    });

    test("of revenue and refunds is kept beside units, and answered by day", async () => {
      const { usage } = stageUsage(db());
      const money = { revenueMicro: 8_000_000n, refundMicro: 3_000_000n, currency: "USD" };
      await usage.push({ key: "a", digest: "1" }, [entry({ okMicro: null, ...money })]);
      expect((await usage.revenue(days(0))).get(ids["chat"]!)).toEqual([
        {
          day: TODAY,
          amounts: [{ currency: "USD", soldMicro: 0n, measuredMicro: 5_000_000n, refundMicro: -3_000_000n }],
          unpricedMicro: 0n,
        },
      ]);
      expect(await usage.units(days(0))).toEqual(new Map());
    });
  });

  describe("units by day", () => {
    test("a line over several days is spread, and its parts add up to it", async () => {
      const { usage } = stageUsage(db());
      await usage.put([entry({ from: hour(-50), to: hour(-1), okMicro: 1_000_001n })], csv, NOTE);
      const found = (await usage.units(days(3))).get(ids["chat"]!)!;
      expect(found.reduce((sum, { okMicro }) => sum + okMicro!, 0n)).toBe(1_000_001n);
      expect(found.map(({ coveredMs }) => coveredMs / HOUR_MS)).toEqual([14, 24, 11]);
    });

    test("two sources that disagree: the named one counts, the other is reported beside it", async () => {
      ids = await freshFeatures(db(), ["chat"], "csv");
      const { usage } = stageUsage(db());
      await usage.push({ key: "a", digest: "1" }, [entry()]);
      await usage.put([entry({ okMicro: 80_000_000n })], csv, NOTE);
      const [day] = (await usage.units(days(0))).get(ids["chat"]!)!;
      expect(day).toMatchObject({
        source: "csv",
        okMicro: 80_000_000n,
        others: [{ source: "push", okMicro: 100_000_000n }],
      });
      const views = await usage.sourcesOf(ids["chat"]!, days(0));
      expect(views.map(({ name, counts, okMicro }) => [name, counts, okMicro])).toEqual([
        ["push", false, "100000000"],
        ["csv", true, "80000000"],
      ]);
    });

    test("what is written is seen at once, in days that were asked for before", async () => {
      const { usage } = stageUsage(db());
      const asked = async () => (await usage.units(days(1))).get(ids["chat"]!)?.map(({ okMicro }) => okMicro);
      expect(await asked()).toBeUndefined();
      await usage.push({ key: "a", digest: "1" }, [entry()]);
      expect(await asked()).toEqual([100_000_000n]);
      await usage.push({ key: "b", digest: "2" }, [entry({ okMicro: 5n })]);
      expect(await asked()).toEqual([5n]);
    });

    test("a day without a word of a source that spoke before is expected and not covered", async () => {
      const { usage } = stageUsage(db());
      await usage.put([entry({ from: hour(-59), to: hour(-36) })], csv, NOTE);
      const found = (await usage.units(days(3))).get(ids["chat"]!)!;
      expect(found.map((d) => [d.okMicro, d.expectedMs / HOUR_MS, d.coveredMs / HOUR_MS])).toEqual([
        [(100_000_000n * 23n) / 23n, 23, 23],
        [null, 24, 0],
        [null, 12, 0],
      ]);
    });
  });

  describe("revenue", () => {
    const price = (perUnitMicro: bigint | null, from: number, to: number | null, currency = "CNY") => ({
      feature: "chat",
      currency,
      perUnitMicro,
      from: hour(from),
      to: to === null ? null : hour(to),
    });

    test("is price × units, by the hour where a price begins inside a day", async () => {
      const { usage } = stageUsage(db());
      await usage.setUnitPrices([price(20_000n, -1_000, -2)], NOTE);
      await usage.setUnitPrices([price(30_000n, -2, null)], NOTE);
      const rows = [-4, -3, -2, -1].map((h) => entry({ from: hour(h), to: hour(h + 1), okMicro: 10_000_000n }));
      await usage.push({ key: "a", digest: "1" }, rows);
      const [day] = (await usage.revenue(days(0))).get(ids["chat"]!)!;
      expect(day?.amounts).toEqual([{ currency: "CNY", soldMicro: 1_000_000n, measuredMicro: 0n, refundMicro: 0n }]);
    });

    test("said by a push and by a file is the same money and counts once; refunds are told apart", async () => {
      const { usage } = stageUsage(db());
      const said = (revenueMicro: bigint | null, refundMicro: bigint | null) =>
        entry({ okMicro: null, revenueMicro, refundMicro, currency: "CNY" });
      await usage.put([said(90n, 5n)], csv, NOTE);
      await usage.push({ key: "a", digest: "1" }, [said(100n, null)]);
      const amounts = async () => (await usage.revenue(days(0))).get(ids["chat"]!)![0]!.amounts[0];
      expect(await amounts()).toMatchObject({ measuredMicro: 95n, refundMicro: -5n });
      await freshNames(db(), "csv");
      expect(await amounts()).toMatchObject({ measuredMicro: 85n, refundMicro: -5n });
    });

    test("that another process said is seen by the next question: a file, pushes, and hours a job counted", async () => {
      const { usage, clock } = stageUsage(db());
      expect(await usage.revenue(days(0))).toEqual(new Map());
      const money = { revenueMicro: 5n, currency: "CNY" };
      await usageOver(db(), clock).put([entry(money)], csv, NOTE);
      expect((await usage.revenue(days(0))).get(ids["chat"]!)).toHaveLength(1);
      const ok = async (feature: string) => (await usage.units(days(0))).get(ids[feature]!)?.[0]?.okMicro;
      expect(await ok("chat")).toBe(100_000_000n);
      for (const okMicro of [7n, 8n]) {
        const pushed = [entry({ feature: "draw", okMicro })]; // all pushes stand under one revision
        await usageOver(db(), clock).push({ key: `k${okMicro}`, digest: "d" }, pushed);
        expect(await ok("draw")).toBe(okMicro);
      }
      const job = usageOver(db(), clock);
      await job.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-2) }, NOTE);
      await freshNames(db(), "vllm");
      expect(await ok("chat")).toBeNull();
      const [source] = await job.counters.list();
      const counted = { at: hour(-2), okMicro: 9n, failedMicro: null, coveredMs: HOUR_MS };
      await job.counters.commit(source!, [counted], hour(-1));
      expect(await ok("chat")).toBe(9n);
    });

    test("is read anew only in the days somebody wrote, however often they are asked for", async () => {
      const { clock } = stageUsage(db());
      const read: number[] = []; // days, by statement
      const query: Database["query"] = (sql, params) => {
        if (sql.includes("width_bucket")) read.push((params as [number[]])[0].length - 1);
        return db().query(sql, params);
      };
      const usage = usageOver({ ...db(), query }, clock);
      const summed = async () => {
        read.length = 0;
        await usage.revenue(days(89));
        return [...read];
      };
      const money = { revenueMicro: 5n, currency: "CNY" };
      const other = usageOver(db(), clock);
      await other.put([entry(money)], csv, NOTE);
      expect(await summed()).toEqual([90, 90, 90, 90]); // units and money: sums, and lines across borders
      expect(await summed()).toEqual([]);
      const cost = { feature: "chat", kind: "traffic", note: "", currency: "CNY", perDayMicro: 1n } as const;
      await other.setOtherCosts([{ ...cost, from: hour(-9), to: null }], NOTE);
      expect(await summed()).toEqual([]); // that is no line
      await other.put([entry({ ...money, okMicro: 3n })], csv, NOTE);
      expect(await summed()).toEqual([1, 1, 1, 1]);
      for (let i = 0; i < 20; i += 1) await other.put([entry({ ...money, okMicro: BigInt(i) })], csv, NOTE);
      expect(await summed()).toEqual([90, 90, 90, 90]); // more than are remembered
      expect((await usage.units(days(0))).get(ids["chat"]!)?.[0]?.okMicro).toBe(19n);
    });

    test("of units without a price is not known, and said so", async () => {
      const { usage } = stageUsage(db());
      await usage.push({ key: "a", digest: "1" }, [entry()]);
      expect((await usage.revenue(days(0))).get(ids["chat"]!)).toEqual([
        { day: TODAY, amounts: [], unpricedMicro: 100_000_000n },
      ]);
    });

    test("two prices of one time cannot both be: a wish ends what it overlaps, and repeats write nothing", async () => {
      const { usage } = stageUsage(db());
      await usage.setUnitPrices([price(20_000n, -100, null)], NOTE);
      const changed = await usage.setUnitPrices([price(25_000n, -50, -40, "USD")], NOTE);
      expect(changed).toMatchObject({ added: 3, replaced: 1 });
      const held = (await usage.unitPrices("chat")).map((p) => [p.perUnitMicro, p.currency, p.why]);
      expect(held).toEqual([
        ["20000", "CNY", "test"],
        ["25000", "USD", "test"],
        ["20000", "CNY", "test"],
      ]);
      const again = await usage.setUnitPrices([price(25_000n, -50, -40, "USD")], NOTE);
      expect(again).toEqual({ revisionId: null, added: 0, replaced: 0, unchanged: 1 });
      await usage.setUnitPrices([price(null, -1_000, null)], NOTE);
      expect(await usage.unitPrices(null)).toEqual([]);
    });

    test.each([
      ["an unknown feature", { feature: "chta" }, /there is no "chta"; did you mean chat/],
      ["a negative price", { perUnitMicro: -1n }, /negative/],
      ["a price that ends before it begins", { to: hour(-2_000) }, /not after/],
      ["a currency that is none", { currency: "RMB" }, /"RMB" is none/],
    ])("%s is refused in words", async (_, over, words) => {
      const { usage } = stageUsage(db());
      await expect(usage.setUnitPrices([{ ...price(1n, -1_000, null), ...over }], NOTE)).rejects.toThrow(words);
      expect(await usage.unitPrices(null)).toEqual([]);
    });
  });

  test("other costs are for each calendar day that begins while they hold, of today for the hours that are over", async () => {
    const { usage, clock } = stageUsage(db());
    const cost = { feature: "chat", kind: "storage", note: "images", currency: "CNY", perDayMicro: 7n } as const;
    const begin = shift(NOON, -12 * HOUR_MS - 2 * DAY_MS); // midnight in Shanghai, two days ago
    await usage.setOtherCosts([{ ...cost, from: begin, to: shift(begin, DAY_MS + 1) }], NOTE);
    await usage.setOtherCosts([{ ...cost, kind: "traffic", note: "", from: shift(begin, 1), to: null }], NOTE);
    const found = (await usage.otherCosts(days(3))).get(ids["chat"]!)!;
    expect(found.map(({ day, kind, micro }) => [day - TODAY, kind, micro])).toEqual([
      [-2, "storage", 7n],
      [-1, "storage", 7n],
      [-1, "traffic", 7n],
      [0, "traffic", 3n], // at noon
    ]);
    const today = async () => (await usage.otherCosts(days(0))).get(ids["chat"]!)?.map(({ micro }) => micro);
    await clock.advance(HOUR_MS * 12 - 1);
    expect(await today()).toEqual([6n]); // 23 hours are over
    await clock.advance(1);
    expect(await today()).toEqual([7n]);
    expect(await usage.otherCosts({ from: TODAY + 1, to: TODAY + 8 })).toEqual(new Map()); // not an hour of it is over
    expect((await usage.otherCostRows("chat")).map(({ kind, perDayMicro }) => [kind, perDayMicro])).toEqual([
      ["storage", "7"],
      ["traffic", "7"],
    ]);
  });

  describe("a source of counters", () => {
    test("is read from as far back as its Prometheus, and says what it became", async () => {
      const { usage } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: null }, NOTE);
      const [source] = await usage.counters.list();
      expect(source).toMatchObject({ feature: "chat", name: "vllm", readTo: hour(-14 * 24), since: hour(-14 * 24) });
      expect(source?.promql).toEqual({
        prometheus: "prom-1",
        good: ['vllm:request_success_total{model_name="chat"}'],
        failed: ['vllm:request_success_total{finished_reason=~"abort|error",model_name="chat"}'],
        minus: ['vllm:request_success_total{finished_reason=~"abort|error",model_name="chat"}'],
        unitsPerCount: 1_000_000n,
      });
      expect(await usage.sources("chat")).toMatchObject([
        { name: "vllm", kind: "promql", counts: true, promql, why: "test" },
      ]);
    });

    test("commits hours and its watermark together; hours before its first number are not missing", async () => {
      const { usage } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-6) }, NOTE);
      const [source] = await usage.counters.list();
      const counted = [null, null, 5n, null, 7n].map((okMicro, i) => ({
        at: hour(i - 6),
        okMicro,
        failedMicro: null,
        coveredMs: okMicro === null ? 0 : HOUR_MS,
      }));
      expect(await usage.counters.commit(source!, counted, hour(-1))).toBe(true);
      const [day] = (await usage.units(days(0))).get(ids["chat"]!)!;
      expect(day).toMatchObject({ okMicro: 12n, coveredMs: 2 * HOUR_MS, missingMs: HOUR_MS, expectedMs: 3 * HOUR_MS });
      expect((await usage.sourcesOf(ids["chat"]!, days(0)))[0]).toMatchObject({ missingHours: 1, lastAt: hour(-1) });
      expect((await usage.counters.list())[0]?.readTo).toBe(hour(-1));
    });

    test("that was changed while it was read stores nothing; nor does one that was removed", async () => {
      const { usage } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-6) }, NOTE);
      const [source] = await usage.counters.list();
      await usage.saveSource({ feature: "chat", name: "vllm", promql: { ...promql, match: "" }, since: null }, NOTE);
      const counted = [{ at: hour(-6), okMicro: 5n, failedMicro: null, coveredMs: HOUR_MS }];
      expect(await usage.counters.commit(source!, counted, hour(-5))).toBe(false);
      const [next] = await usage.counters.list();
      await usage.removeSource({ feature: "chat", name: "vllm" }, NOTE);
      expect(await usage.counters.commit(next!, counted, hour(-5))).toBe(false);
      expect(await lines(db())).toEqual([]);
      expect(await usage.counters.list()).toEqual([]);
    });

    test("cut off before its commit keeps neither hours nor watermark", async () => {
      const { usage, clock } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-6) }, NOTE);
      const [source] = await usage.counters.list();
      const counted = [{ at: hour(-6), okMicro: 5n, failedMicro: null, coveredMs: HOUR_MS }];
      for (let point = 1; ; point += 1) {
        const cut = usageOver(cutAt(db(), point), clock);
        const done = await cut.counters.commit(source!, counted, hour(-5)).catch(() => null);
        if (done === true) break;
        expect(point).toBeLessThan(30);
        expect(await lines(db())).toEqual([]);
        expect((await usage.counters.list())[0]?.readTo).toBe(hour(-6));
      }
      expect(await lines(db())).toHaveLength(1);
    });

    test("read again with another number is a new belief; with the same it is nothing", async () => {
      const { usage } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-6) }, NOTE);
      const [source] = await usage.counters.list();
      const counted = (okMicro: bigint) => [{ at: hour(-6), okMicro, failedMicro: null, coveredMs: HOUR_MS }];
      await usage.counters.commit(source!, counted(5n), hour(-5));
      await usage.counters.commit(source!, counted(5n), hour(-5));
      expect(await lines(db())).toHaveLength(1);
      await usage.counters.commit(source!, counted(6n), hour(-5));
      expect((await lines(db())).map(({ ok, knownTo }) => [ok, knownTo === null])).toEqual([
        [5, false],
        [6, true],
      ]);
    });

    test("changed without a word about its past is read on from where it was read to", async () => {
      const { usage } = stageUsage(db());
      await usage.saveSource({ feature: "chat", name: "vllm", promql, since: hour(-6) }, NOTE);
      const [source] = await usage.counters.list();
      await usage.counters.commit(source!, [], hour(-3));
      const other = { prometheus: "prom-1", good: ["app_images_total"] };
      await usage.saveSource({ feature: "chat", name: "vllm", promql: other, since: null }, NOTE);
      expect((await usage.counters.list())[0]).toMatchObject({ since: hour(-3), readTo: hour(-3) });
      await usage.saveSource({ feature: "chat", name: "vllm", promql: other, since: hour(-5) }, NOTE);
      expect((await usage.counters.list())[0]).toMatchObject({ since: hour(-5), readTo: hour(-5) });
    });

    test.each([
      ["a Prometheus nobody configured", { prometheus: "prom-2" }, /prometheus: "prom-2": did you mean prom-1/],
      ["an adapter nobody wrote", { adapter: "vllm-request" }, /did you mean vllm-requests/],
      ["matchers that name a metric", { match: "up" }, /labels only/],
      ["no counter at all", { adapter: undefined, match: undefined }, /good: "nothing"/],
      ["a function", { adapter: undefined, match: undefined, good: ["rate(x[5m])"] }, /good\.0: "rate\(x\[5m\]\)"/],
      [
        "a selector without a name",
        { adapter: undefined, match: undefined, good: ['{job="x"}'] },
        /name of one metric/,
      ],
      ["a factor of 0", { unitsPerCount: "0" }, /decimal above 0/],
    ])("with %s is refused in words", async (_, over, words) => {
      const { usage } = stageUsage(db());
      const written = JSON.parse(JSON.stringify({ ...promql, ...over })) as typeof promql;
      await expect(
        usage.saveSource({ feature: "chat", name: "vllm", promql: written, since: null }, NOTE),
      ).rejects.toThrow(words);
      expect(await usage.sources(null)).toEqual([]);
    });

    test("cannot have the name of pushes or files, and needs a feature", async () => {
      const { usage } = stageUsage(db());
      await expect(usage.saveSource({ feature: "chat", name: "push", promql, since: null }, NOTE)).rejects.toThrow(
        /name/,
      );
      await expect(usage.saveSource({ feature: "x", name: "a", promql, since: null }, NOTE)).rejects.toThrow(/no "x"/);
      await expect(usage.removeSource({ feature: "chat", name: "a" }, NOTE)).rejects.toThrow(/no source "a"/);
    });
  });

  describe("a catalogue", () => {
    const catalogue = {
      unitPrices: [{ feature: "chat", currency: "CNY", perUnitMicro: 20_000n, from: hour(-100), to: null }],
      otherCosts: [
        { feature: "chat", kind: "storage", note: "", currency: "CNY", perDayMicro: 5n, from: hour(-100), to: null },
      ],
      revenue: [
        {
          feature: "draw",
          source: "features.yaml",
          kind: "revenue",
          from: hour(-48),
          to: hour(-24),
          currency: "CNY",
          amountMicro: 9n,
        },
      ],
      usage: [{ feature: "chat", name: "vllm", promql }],
    } as const;

    test("becomes so, and the second time it is so already: no revision, no row", async () => {
      const { usage } = stageUsage(db());
      const apply = () => db().transaction((tx) => usage.applyCatalogue(tx, catalogue, NOTE));
      expect((await apply()).map(({ what, act }) => [what, act])).toEqual([
        ["unit_price", "add"],
        ["other_cost", "add"],
        ["revenue", "add"],
        ["usage", "add"],
      ]);
      const count = async () => await db().query("SELECT id FROM revision WHERE subject IN ('usage', 'revenue')");
      const before = await count();
      expect((await apply()).map(({ act }) => act)).toEqual(["same", "same", "same", "same"]);
      expect(await count()).toEqual(before);
      usage.changed();
      expect((await usage.revenue(days(3))).get(ids["draw"]!)).toHaveLength(2);
    });

    test("asks for the locks in the order everybody does, and another process sees its money", async () => {
      const { usage, clock } = stageUsage(db());
      const asked: unknown[] = [];
      await db().transaction((tx) => {
        const query: typeof tx.query = (sql, params) => {
          if (sql.includes("pg_advisory_xact_lock")) asked.push(params?.[0]);
          return tx.query(sql, params);
        };
        const only = { ...catalogue, unitPrices: [], otherCosts: [], usage: [] };
        return usage.applyCatalogue({ ...tx, query }, only, NOTE);
      });
      expect(asked.slice(0, 2)).toEqual([REVISION_LOCK, REVENUE_LOCK]);
      expect((await usage.revenue(days(3))).get(ids["draw"]!)).toHaveLength(2);
      const [line] = catalogue.revenue;
      const other = usageOver(db(), clock);
      const next = { ...catalogue, revenue: [{ ...line, amountMicro: 20n }] };
      await db().transaction((tx) => other.applyCatalogue(tx, next, NOTE));
      const said = (await usage.revenue(days(3))).get(ids["draw"]!)!;
      expect(said.reduce((sum, { amounts }) => sum + amounts[0]!.measuredMicro, 0n)).toBe(20n);
    });

    test("shows what changes before it is taken, and nothing of it stays when its transaction is undone", async () => {
      const { usage } = stageUsage(db());
      await db().transaction((tx) => usage.applyCatalogue(tx, catalogue, NOTE));
      const next = { ...catalogue, unitPrices: [{ ...catalogue.unitPrices[0], perUnitMicro: 30_000n }] };
      let seen: unknown;
      await db()
        .transaction(async (tx) => {
          seen = (await usage.applyCatalogue(tx, next, NOTE))[0];
          throw new Error("dry run");
        })
        .catch(() => undefined);
      expect(seen).toMatchObject({
        act: "change",
        fields: [{ field: "amount", before: "0.02 CNY", after: "0.03 CNY" }],
      });
      expect((await usage.unitPrices(null))[0]?.perUnitMicro).toBe("20000");
    });
  });

  test("prices change under a new belief and the old one can still be read", async () => {
    const { usage, clock } = stageUsage(db());
    const at = { feature: "chat", currency: "CNY", from: hour(-10), to: null };
    await usage.setUnitPrices([{ ...at, perUnitMicro: 1n }], NOTE);
    await clock.advance(5);
    await usage.setUnitPrices([{ ...at, perUnitMicro: 2n }], NOTE);
    const rows = await db().query<{ amount: number; open: boolean }>(
      `SELECT per_unit_micro AS amount, known_to_ms IS NULL AS open FROM unit_price ORDER BY known_from_ms`,
    );
    expect(rows).toEqual([
      { amount: 1, open: false },
      { amount: 2, open: true },
    ]);
  });

  test("a zone that changes moves the borders of the days that were asked for before", async () => {
    const clock = manualClock(NOON);
    const put = usageOver(db(), clock);
    await put.push({ key: "a", digest: "1" }, [entry({ from: hour(-14), to: hour(-10) })]);
    const shanghai = (await put.units(days(1))).get(ids["chat"]!)!.map(({ okMicro }) => okMicro);
    expect(shanghai).toEqual([50_000_000n, 50_000_000n]);
    const utc = usageOver(db(), clock, { yaml: YAML.replace("Asia/Shanghai", "UTC") });
    expect((await utc.units(days(1))).get(ids["chat"]!)!.map(({ okMicro }) => okMicro)).toEqual([100_000_000n, null]);
  });
}

const freshNames = async (db: Database, unitSource: string) =>
  await db.query("UPDATE feature SET unit_source = $1", [unitSource]);

const csv = { kind: "csv", name: "csv" } as const;

/** A database whose transactions break at their n-th statement, or before they commit. */
function cutAt(db: Database, point: number): Database {
  let passed = 0;
  const step = (): void => {
    passed += 1;
    if (passed === point) throw new Error("cut");
  };
  return {
    ...db,
    query: (sql, params) => db.query(sql, params),
    transaction: (work) =>
      db.transaction(async (tx) => {
        const done = await work({ ...tx, query: (sql, params) => (step(), tx.query(sql, params)) });
        step();
        return done;
      }),
  };
}
