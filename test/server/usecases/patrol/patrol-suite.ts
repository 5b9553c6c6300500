import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { EngineTrouble, RuleRow } from "../../../../db/model/alert-views.ts";
import { CHECK_GROUPS } from "../../../../db/model/patrol.ts";
import type { GuardEdit, ItemEdit } from "../../../../db/model/patrol-views.ts";
import { WHOLE_FLEET } from "../../../../db/model/report.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { commitDay } from "../../../../db/store/bulk.ts";
import { readCardPeriod } from "../../../../db/store/patrol-facts.ts";
import { readPatrol } from "../../../../db/store/patrol.ts";
import { registerCards } from "../../../../db/store/registry.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { BUILT_IN_ITEMS } from "../../../../server/domain/patrol/check-items.ts";
import { openGuardRules } from "../../../../server/usecases/patrol/guard-rules.ts";
import { createPatrol, type PatrolPort } from "../../../../server/usecases/patrol/patrol-port.ts";
import { blankBatch } from "../../../db/batches.ts";
import { type ManualClock, manualClock } from "../../../tools/manual-clock.ts";
import { stageConfig } from "../../../tools/stage-config.ts";

const DAY = Date.UTC(2026, 10, 9); // a UTC day; the console is in Shanghai, whose days begin at 16:00
const CARDS = ["GPU-a", "GPU-b", "GPU-c", "GPU-d"];
const NOW = unixMs(DAY + 3 * DAY_MS + HOUR_MS);

/** Rules as the desk shows them: all on, heard and sound. */
const RULES = BUILT_IN_RULES.map((rule): RuleRow => ({
  rule,
  version: 0,
  origin: "built_in",
  enabled: true,
  open: 0,
  fired7d: 0,
  lastFiredAt: null,
  fault: "",
  needs: [],
  isSaid: true,
}));

type Sources = Parameters<typeof createPatrol>[0]["sources"];
type Wish = { readonly targets?: readonly { readonly source: string }[]; readonly trouble?: EngineTrouble | null };

/** Three days of four cards; of the second day one had an uncorrected error at noon. */
export function patrolSuite(db: () => Database): void {
  let clock: ManualClock;
  let patrol: PatrolPort;

  const open = async ({ targets = [], trouble = null }: Wish = {}): Promise<PatrolPort> => {
    const config = stageConfig().current();
    return createPatrol({
      db: db(),
      clock,
      config: () => config,
      alerts: {
        rules: async () => ({ asOf: 0, rows: RULES }),
        head: async () => ({ trouble }),
      } as unknown as Parameters<typeof createPatrol>[0]["alerts"],
      sources: { list: () => [], targets: () => targets as ReturnType<Sources["targets"]> },
      startedAt: DAY - DAY_MS,
      writeTrouble: () => null,
      guardRules: await openGuardRules(db(), clock),
      onFault: (error) => {
        throw error;
      },
    });
  };

  beforeAll(async () => {
    const place = { vendor: "v", region: "east", zone: "z", cluster: "k", billing: "monthly" } as const;
    const known = await registerCards(
      db(),
      CARDS.map((uuid) => ({
        place,
        model: "T4",
        card: { uuid, modelName: "Tesla T4", node: "n1", position: uuid, driver: "", migProfiles: [] },
        at: unixMs(DAY),
        source: "scrape",
      })),
    );
    for (let day = 0; day < 3; day++) {
      const batches = Array.from({ length: SLOTS_PER_DAY }, (_, i) => {
        const batch = blankBatch(DAY + day * DAY_MS + i * SLOT_MS, CARDS.length);
        for (const row of CARDS.keys()) {
          batch.cardId[row] = known.cardId[row]!;
          batch.poolId[row] = known.poolId[row]!;
          for (const name of ["ownedMs", "observedMs", "busyMs"] as const) batch.columns[name][row] = SLOT_MS;
          batch.columns.temperatureMax[row] = 60 + row;
        }
        if (day === 1 && i === SLOTS_PER_DAY / 2) batch.columns.eccUncorrected[2] = 3;
        return batch;
      });
      const committedAt = unixMs(DAY + (day + 1) * DAY_MS);
      await commitDay(db(), { source: "scrape", batches, events: [], committedAt, as: "rows" });
    }
    clock = manualClock(NOW);
    patrol = await open();
  }, 60_000);

  test("a new installation is looked at once, over the hours there are, and says before what it waits for", async () => {
    const now = clock;
    clock = manualClock(unixMs(DAY + 7 * HOUR_MS + 1));
    const target = { source: "late" };
    const waiting = await open({ targets: [target], trouble: { kind: "not_yet", since: null } });
    expect(await waiting.waitsFor()).toEqual({ slotsOf: [], rules: true }); // a target's cards are settled under another name
    expect((await waiting.checks()).waits).toEqual({ slotsOf: [], rules: true });
    await db().query("UPDATE card SET source = 'prom'");
    expect(await waiting.waitsFor()).toEqual({ slotsOf: ["prom"], rules: true });
    await db().query("UPDATE card SET source = 'scrape'");
    clock = manualClock(unixMs(DAY - HOUR_MS));
    const unseen = await open({ targets: [target] });
    expect(await unseen.waitsFor()).toEqual({ slotsOf: ["late"], rules: false }); // no card is known yet
    clock = manualClock(unixMs(DAY + 7 * HOUR_MS + 1));
    const fresh = await open();
    expect(await fresh.waitsFor()).toBeNull();
    expect(await fresh.runDaily()).toBe(true);
    expect(await fresh.checks()).toMatchObject({ at: DAY + 7 * HOUR_MS, waits: null });
    expect(await fresh.runDaily()).toBe(false);
    expect(await waiting.waitsFor()).toBeNull(); // it was looked at: the next one is due after midnight
    await db().query("DELETE FROM patrol_result");
    clock = now;
  });

  test("cards of windows that tile are added up the same as the whole, whatever zone cuts them", async () => {
    const sum = async (from: number, to: number) => {
      const cards = await readCardPeriod(db(), { from: unixMs(from), to: unixMs(to) });
      return cards.reduce((all, { ownedMs, eccUncorrected }) => [all[0]! + ownedMs, all[1]! + eccUncorrected], [0, 0]);
    };
    const whole = await sum(DAY, DAY + 3 * DAY_MS);
    expect(whole).toEqual([4 * 3 * DAY_MS, 3]);
    for (const cut of [0.5, 7, 8, 16, 23, 24, 25, 36, 40, 71].map((hours) => DAY + Math.ceil(hours) * HOUR_MS)) {
      const [a, b] = [await sum(DAY, cut), await sum(cut, DAY + 3 * DAY_MS)];
      expect([a[0]! + b[0]!, a[1]! + b[1]!]).toEqual(whole);
    }
    const [one] = await readCardPeriod(db(), { from: unixMs(DAY + HOUR_MS), to: unixMs(DAY + 2 * HOUR_MS) });
    expect(one).toMatchObject({ uuid: "GPU-a", node: "n1", model: "T4", ownedMs: HOUR_MS, temperatureMax: 60 });
    expect(one?.memoryTemperatureMax).toBeNull();
  });

  test("before the first patrol every item says that none has looked", async () => {
    const page = await patrol.checks();
    expect(page.rows.map(({ result }) => result.because)).toEqual(BUILT_IN_ITEMS.map(() => "not_yet"));
    expect(page).toMatchObject({ ranAt: null, at: null, isRunning: false });
    expect(page.rows.every(({ item, result }) => item.sentences[result.because] !== undefined)).toBe(true);
  });

  test("the daily patrol looks at the last day of the zone, once", async () => {
    expect(await patrol.runDaily()).toBe(true);
    expect(await patrol.runDaily()).toBe(false);
    const kept = await readPatrol(db(), NOW);
    expect(kept?.at).toBe(DAY + 2 * DAY_MS + 16 * HOUR_MS); // midnight in Shanghai
    expect([...(kept?.results.keys() ?? [])].toSorted()).toEqual(BUILT_IN_ITEMS.map(({ id }) => id).toSorted());
    expect(kept?.results.get("cards.ecc")).toMatchObject({ verdict: "ok", measure: 0, before: 3 }); // it was the day before
    expect(kept?.results.get("dapan.coverage")).toMatchObject({ verdict: "ok", values: { coverageRatio: 1 } });
    expect(kept?.results.get("nodes.down")).toMatchObject({ verdict: "ok" });
    expect(kept?.results.get("cost.waste")).toMatchObject({ verdict: "unknown", because: "not_booked" });
  });

  test("on demand it looks at the last 24 hours; the page says since when each verdict stands", async () => {
    await clock.advance(20 * MINUTE_MS);
    patrol.runNow();
    expect((await patrol.checks()).isRunning).toBe(true);
    patrol.runNow(); // asked twice: one look
    await patrol.settle();
    const page = await patrol.checks();
    expect(page).toMatchObject({ isRunning: false, at: NOW + 20 * MINUTE_MS, ranAt: NOW + 20 * MINUTE_MS });
    const places = page.rows.map(({ item }) => CHECK_GROUPS.indexOf(item.group));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const waste = page.rows.find(({ item }) => item.id === "cost.waste");
    expect(waste?.history.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    expect(waste?.since).toBe(DAY + 2 * DAY_MS + 16 * HOUR_MS);
    const behind = page.rows.find(({ item }) => item.id === "dapan.behind");
    expect(behind).toMatchObject({ result: { verdict: "warn", measure: 80 * MINUTE_MS }, since: NOW + 20 * MINUTE_MS });
  });

  test("a person's item compares a measure of the same facts, and is told from what is built in", async () => {
    const edit: ItemEdit = {
      id: null,
      title: "=HYPERLINK(1)\0",
      advice: "",
      condition: { measure: "dapan.coverage", compare: "<", warn: 1.01, bad: 0.5 },
    };
    const id = await patrol.saveItem(edit, "li");
    patrol.runNow();
    await patrol.settle();
    const row = (await patrol.checks()).rows.find(({ item }) => item.id === id);
    expect(row).toMatchObject({
      origin: "own",
      condition: edit.condition,
      result: { verdict: "warn", because: "own" },
    });
    expect(row?.item).toMatchObject({ group: "dapan", unit: "ratio" });
    expect(Object.keys(row?.result.values ?? {})).toEqual(["valueRatio"]);
    await patrol.saveItem({ ...edit, id, condition: { ...edit.condition, bad: 1.005 } }, "li");
    patrol.runNow();
    await patrol.settle();
    expect((await patrol.checks()).rows.find(({ item }) => item.id === id)?.result.verdict).toBe("bad");
    await patrol.removeItem(id);
    expect((await patrol.checks()).rows.some(({ item }) => item.id === id)).toBe(false);
    await expect(patrol.removeItem(id)).rejects.toThrow(/no item/);
    for (const [condition, says] of [
      [{ ...edit.condition, measure: "nothing" }, /no measure "nothing"/],
      [{ ...edit.condition, warn: null, bad: null }, /at least one limit/],
      [{ ...edit.condition, bad: 2 }, /must be below/],
    ] as const)
      await expect(patrol.saveItem({ ...edit, condition }, "li")).rejects.toThrow(says);
  });

  test("coverage is answered by days of the zone, and days that are none are refused", async () => {
    const page = await patrol.coverage({ from: "2026-11-10", to: "2026-11-11", scope: WHOLE_FLEET });
    expect(page.certificate).toMatchObject({ ownedMs: 8 * DAY_MS, observedMs: 8 * DAY_MS, holes: [] });
    expect(page.scopes).toMatchObject({ vendors: ["v"], regions: ["east"], models: ["T4"] });
    await expect(patrol.coverage({ from: "2026-11-31", to: "2026-12-01", scope: WHOLE_FLEET })).rejects.toThrow(
      /no day/,
    );
    await expect(patrol.coverage({ from: "2026-11-11", to: "2026-11-10", scope: WHOLE_FLEET })).rejects.toThrow(
      /before/,
    );
  });

  test("a guard window gets its readiness a day before and its closing after, each once and kept", async () => {
    const now = clock.now();
    const window: GuardEdit = {
      id: null,
      name: "双十一",
      owner: "li",
      from: now + 2 * DAY_MS,
      to: now + 3 * DAY_MS,
      scope: WHOLE_FLEET,
      duty: [{ who: "wang", reach: "1", from: now + 2 * DAY_MS, to: now + 3 * DAY_MS - HOUR_MS }],
      stricter: { waitScale: 0.5, families: [] },
    };
    const id = await patrol.saveGuard(window);
    const shown = async () => (await patrol.guard()).windows.find((one) => one.id === id);
    await patrol.keepGuard();
    expect(await shown()).toMatchObject({ phase: "ahead", readiness: null, name: "双十一" });
    await clock.advance(DAY_MS + MINUTE_MS);
    await patrol.keepGuard();
    const ready = (await shown())?.readiness;
    expect(ready?.points.map(({ topic }) => topic)).toEqual([
      "headroom",
      "incidents",
      "contracts",
      "coverage",
      "changes",
      "duty",
      "rules",
    ]);
    expect(ready?.points.find(({ topic }) => topic === "duty")).toMatchObject({ verdict: "bad", named: ["wang"] });
    expect(ready?.points.find(({ topic }) => topic === "duty")?.text.en).toContain("1.0 hours");
    await expect(patrol.guardReport(id, "closing")).rejects.toThrow(/not over yet/);
    await clock.advance(2 * DAY_MS);
    await patrol.keepGuard();
    expect(await shown()).toMatchObject({ phase: "over", closing: { points: expect.any(Array) } });
    await patrol.saveGuard({ ...window, id, to: window.to + HOUR_MS }); // it moved: what was said of it no longer holds
    expect(await shown()).toMatchObject({ readiness: null, closing: null });
    await patrol.removeGuard(id);
    expect(await shown()).toBeUndefined();
    await expect(patrol.saveGuard({ ...window, id })).rejects.toThrow(/no guard window/);
    await expect(patrol.saveGuard({ ...window, to: window.from })).rejects.toThrow(/must end after/);
  });

  test("while a window is on rules wait a part of their time, and as ever again when it is over or removed", async () => {
    const rules = await openGuardRules(db(), clock);
    const inForce = RULES.map(({ rule, version, origin, enabled }) => ({ rule, version, origin, enabled }));
    const waits = () => rules.stricter(inForce).map(({ rule }) => rule.forMs);
    const usual = inForce.map(({ rule }) => rule.forMs);
    expect(waits()).toEqual(usual);
    const own = createPatrol({ ...(await parts()), guardRules: rules });
    const now = clock.now();
    const id = await own.saveGuard({
      id: null,
      name: "guard",
      owner: "li",
      from: now,
      to: now + HOUR_MS,
      scope: WHOLE_FLEET,
      duty: [],
      stricter: { waitScale: 0.25, families: ["work"] },
    });
    const scaled = inForce.map(({ rule }) => (rule.family === "work" ? Math.round(rule.forMs / 4) : rule.forMs));
    expect(waits()).toEqual(scaled);
    expect(scaled).not.toEqual(usual);
    await clock.advance(HOUR_MS);
    expect(waits()).toEqual(usual);
    await own.removeGuard(id);
  });
  const parts = async () => {
    const config = stageConfig().current();
    return {
      db: db(),
      clock,
      config: () => config,
      alerts: { rules: async () => ({ rows: RULES }) } as unknown as Parameters<typeof createPatrol>[0]["alerts"],
      sources: { list: () => [], targets: () => [] },
      startedAt: DAY,
      writeTrouble: () => null,
      onFault: () => undefined,
    };
  };

  test("a day of the calendar is as a person says, and as published again when they take it back", async () => {
    const kindOf = async (day: string) => (await patrol.guard()).days.find((one) => one.day === day);
    expect(await kindOf("2026-12-31")).toBeUndefined();
    await patrol.setDay("2026-12-31", "holiday", "=1+1");
    expect(await kindOf("2026-12-31")).toEqual({ day: "2026-12-31", kind: "holiday", name: "=1+1", isChanged: true });
    await patrol.setDay("2026-12-31", null, "");
    expect(await kindOf("2026-12-31")).toBeUndefined();
    await expect(patrol.setDay("2026-02-30", "holiday", "")).rejects.toThrow(/no day/);
  });
}
