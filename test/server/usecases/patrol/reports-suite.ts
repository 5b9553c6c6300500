import { describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { WHOLE_FLEET } from "../../../../db/model/report.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS, shift } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { ensurePartitions } from "../../../../db/store/partitions.ts";
import { removeOldFiles } from "../../../../db/store/report-deliveries.ts";
import { readRun } from "../../../../db/store/report-runs.ts";
import { makeValue } from "../../../../reports/make-value.ts";
import { sampleFacts } from "../../../fixtures/report-facts.ts";
import { aDefinition, MONDAY, openReports, putChannel } from "./reports-stage.ts";

const ALL = { q: "", kinds: [], definitionId: null, withSuperseded: true } as const;

export function reportsSuite(db: () => Database): void {
  const runsOf = (definitionId: number) =>
    db().query<{ id: number; period: string; state: string; revision: number; step: string }>(
      "SELECT id, period, state, revision, step FROM report_run WHERE definition_id = $1 ORDER BY from_ms, revision",
      [definitionId],
    );
  const read = async (stage: ReturnType<typeof openReports>, runId: number) => (await stage.reports.read(runId, "en"))!;

  describe("schedules (SCH-03)", () => {
    test("a report is made when it is due, once, whatever the clock does then", async () => {
      const stage = openReports(db(), { at: shift(MONDAY, -MINUTE_MS) });
      const id = await stage.reports.saveDefinition(aDefinition());
      await stage.settle();
      expect(await runsOf(id)).toEqual([]);
      await stage.clock.advance(MINUTE_MS);
      await stage.settle();
      expect(await runsOf(id)).toMatchObject([{ period: "2026-W47", state: "done", revision: 1 }]);
      stage.clock.jump(-HOUR_MS);
      await stage.settle();
      stage.clock.jump(2 * HOUR_MS);
      await stage.settle();
      await openReports(db(), { at: shift(MONDAY, HOUR_MS) }).settle(); // another process
      expect(await runsOf(id)).toHaveLength(1);
    });

    test("after downtime: within a day it is made up for, later it is missed, and somebody is told", async () => {
      const stage = openReports(db(), { at: shift(MONDAY, -9 * DAY_MS) });
      const weekly = await stage.reports.saveDefinition(aDefinition());
      const daily = await stage.reports.saveDefinition(
        aDefinition([], { kind: "daily", cron: "7 9 * * *", name: "Daily" }),
      );
      const later = openReports(db(), { at: shift(MONDAY, 23 * HOUR_MS) });
      await later.settle();
      expect((await runsOf(weekly)).map(({ period, state }) => [period, state])).toEqual([
        ["2026-W46", "missed"],
        ["2026-W47", "done"],
      ]);
      const days = await runsOf(daily);
      expect(days.filter(({ state }) => state === "done").map(({ period }) => period)).toEqual(["2026-11-22"]);
      expect(days.filter(({ state }) => state === "missed")).toHaveLength(8);
      expect(later.troubles.filter(({ name }) => name === "Daily")).toHaveLength(8);
      const missed = (await runsOf(weekly))[0]!;
      expect(await later.reports.run({ definitionId: weekly, period: missed.period })).toBe(missed.id);
      await later.settle();
      expect((await readRun(db(), missed.id))!.state).toBe("done");
    });

    test("what fell due while it was paused is not made up for", async () => {
      const stage = openReports(db(), { at: shift(MONDAY, -DAY_MS) });
      const id = await stage.reports.saveDefinition(aDefinition());
      await stage.reports.pauseDefinition(id, true);
      expect((await stage.reports.definitions()).rows.find(({ definition }) => definition.id === id)!.next).toEqual([]);
      stage.clock.jump(DAY_MS + HOUR_MS);
      await stage.settle();
      await stage.reports.pauseDefinition(id, false);
      await stage.settle();
      expect(await runsOf(id)).toEqual([]);
    });
  });

  test("a backfill is waited for, two hours at most; then it goes out (SCH-05)", async () => {
    const stage = openReports(db(), { at: shift(MONDAY, 7 * DAY_MS - MINUTE_MS) });
    const end = unixMs(Date.parse("2026-11-29T16:00:00Z"));
    await ensurePartitions(db(), ["slot_ledger"], [end]);
    const [source] = await db().query<{ id: number }>("INSERT INTO source (name) VALUES ('backfill') RETURNING id");
    const commit = (at: number) =>
      db().query("INSERT INTO slot_ledger VALUES ($1, $2, 1, $3, 1, 1, 1)", [at / SLOT_MS, source!.id, MONDAY]);
    await commit(end - DAY_MS);
    const id = await stage.reports.saveDefinition(aDefinition());
    const other = await stage.reports.saveDefinition(aDefinition());
    await stage.clock.advance(MINUTE_MS);
    await stage.settle();
    expect(await runsOf(id)).toMatchObject([{ state: "waiting", step: "backfill" }]);
    await stage.clock.advance(2 * HOUR_MS - MINUTE_MS);
    await stage.settle();
    expect((await runsOf(id))[0]!.state).toBe("waiting");
    await stage.clock.advance(MINUTE_MS);
    await stage.settle();
    expect((await runsOf(id))[0]!.state).toBe("done");
    await commit(end - SLOT_MS); // it is all there: nobody waits
    const asked = await stage.reports.run({
      definitionId: 0,
      kind: "weekly",
      period: "2026-W48",
      zone: "Asia/Shanghai",
      scope: WHOLE_FLEET,
    });
    let heard = 0;
    const forget = stage.reports.onAsked(() => (heard += 1)); // asked for before anybody worked
    expect(heard).toBe(1);
    forget();
    stage.reports.onAsked(() => (heard += 1))();
    expect(heard).toBe(1);
    await stage.settle();
    expect((await readRun(db(), asked))!.state).toBe("done");
    await db().query("DELETE FROM slot_ledger WHERE source_id = $1", [source!.id]);
    expect((await runsOf(other))[0]!.state).toBe("done");
  });

  test("a report is revised when its facts changed; the old one stays and says what replaced it", async () => {
    let seed = 1;
    const stage = openReports(db(), {
      makeValue: async ({ period, scope }) => ({ ...makeValue(sampleFacts({ seed })), period, scope }),
    });
    const ask = {
      definitionId: 0,
      kind: "weekly",
      period: "2026-W30",
      zone: "Asia/Tokyo",
      scope: WHOLE_FLEET,
    } as const;
    const first = await stage.reports.run(ask);
    await stage.settle();
    expect(await stage.reports.run(ask)).toBe(first);
    const before = await read(stage, first);
    seed = 2;
    const second = await stage.reports.revise(first);
    expect(await stage.reports.revise(first)).toBe(second); // it is queued already
    await stage.settle();
    const [old, now] = [await read(stage, first), await read(stage, second)];
    expect(old.document).toEqual(before.document);
    expect(old.row.run.supersededBy).toBe(second);
    expect(now.row.run).toMatchObject({ revision: 2, supersededBy: null });
    expect(now.row.run.valueHash).not.toBe(old.row.run.valueHash);
    expect(now.document!.supersedes).not.toBe("");
    expect(now.revisions.map(({ runId }) => runId)).toEqual([first, second]);
    const ids = async (withSuperseded: boolean) =>
      (await stage.reports.archive({ filter: { ...ALL, q: "W30", withSuperseded }, after: null, limit: 10 })).rows.map(
        ({ run }) => run.id,
      );
    expect([await ids(true), await ids(false)]).toEqual([[second, first], [second]]);
  });

  test("a PDF past its time is dropped, the report stays, and a PDF asked for then is made again", async () => {
    let made = 0;
    const makePdf = async () => ({ bytes: Buffer.from(`%PDF-1.7 ${++made}`), pages: 1 });
    const stage = openReports(db(), { makePdf });
    const ask = {
      definitionId: 0,
      kind: "weekly",
      period: "2026-W35",
      zone: "Asia/Tokyo",
      scope: WHOLE_FLEET,
    } as const;
    const runId = await stage.reports.run(ask);
    await stage.settle();
    const pdf = async () => Buffer.from((await stage.reports.pdf({ runId }, "en"))!.bytes).toString();
    expect([await pdf(), await pdf()]).toEqual(["%PDF-1.7 1", "%PDF-1.7 1"]);
    const now = stage.clock.now();
    expect(await removeOldFiles(db(), now, 100)).toBe(0); // of this very moment
    expect(await removeOldFiles(db(), now + 1, 100)).toBeGreaterThan(0);
    expect((await read(stage, runId)).document).not.toBeNull();
    expect(await pdf()).toBe("%PDF-1.7 2");
  });

  test("the archive is read in pages, each run once", async () => {
    const stage = openReports(db());
    for (const period of ["2026-W20", "2026-W21", "2026-W22"])
      await stage.reports.run({ definitionId: 0, kind: "weekly", period, zone: "Asia/Seoul", scope: WHOLE_FLEET });
    const seen: number[] = [];
    let total = -1;
    for (let after: string | null = null, more = true; more;) {
      const page = await stage.reports.archive({ filter: { ...ALL, definitionId: 0 }, after, limit: 2 });
      seen.push(...page.rows.map(({ run }) => run.id));
      total = page.total;
      after = page.next;
      more = after !== null;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(total);
    await expect(stage.reports.archive({ filter: ALL, after: "x", limit: 2 })).rejects.toThrow("no cursor");
    await stage.settle();
  });

  test("what cannot be made is tried again, then failed with its reason, and somebody is told", async () => {
    let tries = 0;
    const stage = openReports(db(), {
      at: shift(MONDAY, 14 * DAY_MS - MINUTE_MS),
      makeValue: async () => {
        tries++;
        throw new Error("the disk is full");
      },
    });
    const id = await stage.reports.saveDefinition(aDefinition());
    await stage.clock.advance(MINUTE_MS);
    for (let i = 0; i < 20; i++) {
      await stage.settle();
      await stage.clock.advance(MINUTE_MS);
    }
    expect(tries).toBeGreaterThanOrEqual(3);
    const [run] = await runsOf(id);
    expect(await readRun(db(), run!.id)).toMatchObject({ state: "failed", error: "the disk is full" });
    expect(stage.troubles.filter(({ what }) => what === "failed").length).toBeGreaterThanOrEqual(1);
    const mended = openReports(db(), { at: shift(MONDAY, 14 * DAY_MS + HOUR_MS) });
    await mended.reports.run({ definitionId: id, period: run!.period });
    await mended.settle();
    expect((await readRun(db(), run!.id))!.state).toBe("done");
    await mended.reports.removeDefinition(id);
  });

  test("what cannot be is refused in a sentence that names the part", async () => {
    const { reports } = openReports(db());
    const demand = { definitionId: 0, kind: "weekly", zone: "Asia/Shanghai", scope: WHOLE_FLEET } as const;
    const chat = await putChannel(db(), "webhook", { url: "https://example.com" });
    const mail = await putChannel(db(), "email", { url: "smtp://a@example.com" });
    const removed = await reports.saveDefinition(aDefinition());
    await reports.removeDefinition(removed);
    const rows: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["zone:", () => reports.run({ ...demand, period: "2026-W46", zone: "Mars/Olympus" })],
      ["period: 2026-W48 is not over yet", () => reports.run({ ...demand, period: "2026-W48" })],
      ['period: "2026-W60" is none', () => reports.run({ ...demand, period: "2026-W60" })],
      [
        "scope.vendors",
        () => reports.run({ ...demand, period: "2026-W46", scope: { ...WHOLE_FLEET, vendors: ["nobody"] } }),
      ],
      ["zone:", () => reports.saveDefinition(aDefinition([], { zone: "" }))],
      ["cron:", () => reports.saveDefinition(aDefinition([], { cron: "9" }))],
      ["name:", () => reports.saveDefinition(aDefinition([], { name: "  " }))],
      ["no chat that people read", () => reports.saveDefinition(aDefinition([{ kind: "chat", channelId: chat }]))],
      ["sends no mail", () => reports.saveDefinition(aDefinition([{ kind: "mail", channelId: chat, to: ["a@b.c"] }]))],
      [
        "is no mail address",
        () => reports.saveDefinition(aDefinition([{ kind: "mail", channelId: mail, to: ["a@b.c", "b"] }])),
      ],
      ["was removed", () => reports.saveDefinition(aDefinition([{ kind: "chat", channelId: 99_999 }]))],
      ["no such report", () => reports.revise(99_999)],
      ["no such report definition", () => reports.run({ definitionId: removed, period: "2026-W46" })],
    ];
    for (const [says, ask] of rows) await expect(ask()).rejects.toThrow(says);
  });

  test("a link shows its one report, without a way into the rest, until it ends or is revoked (SCH-16)", async () => {
    const stage = openReports(db());
    const { reports, clock } = stage;
    const runId = await reports.run({
      definitionId: 0,
      kind: "weekly",
      period: "2026-W31",
      zone: "Asia/Tokyo",
      scope: WHOLE_FLEET,
    });
    await expect(reports.share({ runId, days: 1 }, "me")).rejects.toThrow("not made yet");
    await stage.settle();
    const [one, two] = [await reports.share({ runId, days: 1 }, "me"), await reports.share({ runId, days: 2 }, "me")];
    const tokenOf = ({ url }: { readonly url: string }) => url.replace("/r/", "");
    expect(tokenOf(one)).toMatch(/^[\w-]{27}$/); // 160 bits
    const stored = JSON.stringify(await db().query("SELECT * FROM report_link"));
    expect(stored).not.toContain(tokenOf(one));
    const shared = (await reports.shared(tokenOf(one), "en"))!;
    expect(shared.document).toEqual({ ...(await read(stage, runId)).document, link: null });
    expect((await reports.pdf({ token: tokenOf(one) }, "en"))!.name).toBe("dapan-weekly-2026-W31-en.pdf");
    const table = shared.document.sections.flatMap(({ blocks }) => blocks).find((block) => block.kind === "table")!;
    const csv = await reports.csv({ token: tokenOf(one) }, table.kind === "table" ? table.id : "", "en");
    expect(csv!.bytes).toContain("\r\n");
    expect(await reports.csv({ token: tokenOf(one) }, "no-such-table", "en")).toBeNull();
    for (const wrong of ["", "x".repeat(27), one.link.id, `${tokenOf(one)}x`])
      expect(await reports.shared(wrong, "en")).toBeNull();
    await reports.revokeLink(two.link.id);
    expect(await reports.shared(tokenOf(two), "en")).toBeNull();
    await clock.advance(DAY_MS);
    expect(await reports.shared(tokenOf(one), "en")).toBeNull();
    expect(await reports.pdf({ token: tokenOf(one) }, "en")).toBeNull();
    expect(await reports.links(runId)).toHaveLength(2);
  });
}
