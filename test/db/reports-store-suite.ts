import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { WHOLE_FLEET } from "../../db/model/report.ts";
import { HOUR_MS, MINUTE_MS, shift } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { readArchive, readRevisions, readRunBefore, readRunRow } from "../../db/store/report-archive.ts";
import {
  pauseDefinition,
  putDefinition,
  readDefinition,
  readDefinitions,
  removeDefinition,
} from "../../db/store/report-definitions.ts";
import {
  addDeliveries,
  claimDelivery,
  putReportFile,
  readDeliveriesOfRun,
  readReportFile,
  readRunsToDeliver,
  settleDelivery,
} from "../../db/store/report-deliveries.ts";
import { addLink, readLinks, revokeLink, followLink } from "../../db/store/report-links.ts";
import {
  addRun,
  claimRun,
  failRun,
  findRun,
  finishRun,
  noteProgress,
  postponeRun,
  readOpenRuns,
  readRun,
  readRunValue,
  requeueRun,
} from "../../db/store/report-runs.ts";
import { periodBefore, periodOf } from "../../server/domain/patrol/periods.ts";

const NOW = unixMs(Date.UTC(2026, 10, 23, 1, 7));
const MADE = {
  value: '{"a":1}',
  valueHash: "h",
  headline: { zh: "一句", en: "One <b>line</b>" },
  coverage: 0.9997,
  at: NOW,
};
const week = periodOf("weekly", "2026-W47", "Asia/Shanghai")!;

export function reportsStoreSuite(db: () => Database): void {
  let next = 1_000;
  const add = async (more: Partial<Parameters<typeof addRun>[1]> = {}) => {
    const to = {
      definitionId: next++,
      period: week,
      scope: WHOLE_FLEET,
      revision: 1,
      state: "waiting",
      at: NOW,
      ...more,
    } as const;
    return { to, id: (await addRun(db(), to))! };
  };

  test("a definition is kept as it was said, changed, paused and put away", async () => {
    const wish = {
      id: null,
      name: "每周 <img>",
      kind: "weekly",
      cron: "7 9 * * 1",
      zone: "Asia/Shanghai",
      scope: { ...WHOLE_FLEET, vendors: ["a", "b"] },
      language: "zh-CN",
      recipients: [{ kind: "mail", channelId: 3, to: ["lead@example.com"] }],
      isPaused: false,
    } as const;
    const id = (await putDefinition(db(), wish, NOW))!;
    expect(await readDefinition(db(), id)).toEqual({ ...wish, showsMoney: true, id, changedAt: NOW });
    expect(await putDefinition(db(), { ...wish, id, name: "other", showsMoney: false }, shift(NOW, 5))).toBe(id);
    expect(await pauseDefinition(db(), id, true, shift(NOW, 9))).toBe(true);
    expect((await readDefinitions(db())).find((one) => one.id === id)).toMatchObject({
      name: "other",
      showsMoney: false,
      isPaused: true,
      changedAt: NOW + 9,
    });
    expect(await removeDefinition(db(), id, NOW)).toBe(true);
    expect((await readDefinitions(db())).some((one) => one.id === id)).toBe(false);
    expect(await putDefinition(db(), { ...wish, id }, NOW)).toBeNull();
  });

  test("one run per definition, scope, period and revision, whoever asks and how often", async () => {
    const { to } = await add();
    const many = await Promise.all(Array.from({ length: 5 }, () => addRun(db(), to)));
    expect(many).toEqual([null, null, null, null, null]);
    expect(await addRun(db(), { ...to, revision: 2 })).not.toBeNull();
    const scoped = { ...to, scope: { ...WHOLE_FLEET, vendors: ["b", "a"] } };
    expect(await addRun(db(), scoped)).not.toBeNull();
    expect(await addRun(db(), { ...scoped, scope: { ...WHOLE_FLEET, vendors: ["a", "b"] } })).toBeNull();
  });

  test("one maker at a time; who slept past the lease may not write", async () => {
    const { id, to } = await add();
    const [one, two] = await Promise.all([claimRun(db(), id, NOW, MINUTE_MS), claimRun(db(), id, NOW, MINUTE_MS)]);
    const first = (one ?? two)!;
    expect([one, two].filter((claim) => claim !== null)).toHaveLength(1);
    expect(await readOpenRuns(db(), NOW)).not.toContain(id);
    expect(await readOpenRuns(db(), shift(NOW, MINUTE_MS))).toContain(id);
    const second = (await claimRun(db(), id, shift(NOW, MINUTE_MS), MINUTE_MS))!;
    expect(second).toMatchObject({ fence: first.fence + 1, attempt: 2 });
    expect(await noteProgress(db(), first, { step: "money", progress: 0.5, leaseUntil: NOW + HOUR_MS })).toBe(false);
    expect(await db().transaction((tx) => finishRun(tx, first, MADE))).toBe(false);
    expect(await db().transaction((tx) => finishRun(tx, second, MADE))).toBe(true);
    expect(await db().transaction((tx) => finishRun(tx, second, MADE))).toBe(false);
    expect(await readRun(db(), id)).toMatchObject({
      state: "done",
      progress: 1,
      coverage: 0.9997,
      valueHash: "h",
      period: "2026-W47",
    });
    expect(await readRunValue(db(), id)).toEqual({ a: 1 });
    expect(await findRun(db(), to)).toMatchObject({ id });
  });

  test("a lease from before the clock went back holds nothing", async () => {
    const { id } = await add();
    await claimRun(db(), id, shift(NOW, 24 * HOUR_MS), MINUTE_MS);
    expect(await readOpenRuns(db(), NOW)).toContain(id);
    expect(await claimRun(db(), id, NOW, MINUTE_MS)).not.toBeNull();
  });

  test("waiting does not count as a try; a fault does, and a failed run can be asked for again", async () => {
    const { id } = await add();
    const first = (await claimRun(db(), id, NOW, MINUTE_MS))!;
    await postponeRun(db(), first, { until: shift(NOW, MINUTE_MS), step: "backfill", error: "" });
    expect(await readRun(db(), id)).toMatchObject({ state: "waiting", step: "backfill" });
    expect(await claimRun(db(), id, shift(NOW, 1_000), MINUTE_MS)).toBeNull();
    const second = (await claimRun(db(), id, shift(NOW, MINUTE_MS), MINUTE_MS))!;
    expect(second.attempt).toBe(1);
    await postponeRun(db(), second, { until: shift(NOW, 2 * MINUTE_MS), step: "", error: "disk full" });
    const third = (await claimRun(db(), id, shift(NOW, 2 * MINUTE_MS), MINUTE_MS))!;
    expect(third.attempt).toBe(2);
    await failRun(db(), third, "disk full", NOW);
    expect(await readRun(db(), id)).toMatchObject({ state: "failed", error: "disk full" });
    expect(await requeueRun(db(), id, NOW)).toBe(true);
    expect(await requeueRun(db(), id, NOW)).toBe(false);
    expect(await readOpenRuns(db(), NOW)).toContain(id);
  });

  test("a revision stands beside the one it replaces; the archive finds runs by words, kinds and definition", async () => {
    const { id, to } = await add();
    const second = (await addRun(db(), { ...to, revision: 2 }))!;
    const earlier = (await addRun(db(), { ...to, period: periodBefore(week) }))!;
    for (const one of [id, second, earlier]) {
      const claim = (await claimRun(db(), one, NOW, MINUTE_MS))!;
      await db().transaction((tx) => finishRun(tx, claim, MADE));
    }
    expect((await readRun(db(), id))!.supersededBy).toBe(second);
    expect((await readRevisions(db(), second)).map(({ runId, revision }) => [runId, revision])).toEqual([
      [id, 1],
      [second, 2],
    ]);
    expect(await readRunBefore(db(), second)).toBe(earlier);
    expect(await readRunBefore(db(), earlier)).toBeNull();
    const filter = { q: "", kinds: [], definitionId: to.definitionId, withSuperseded: false } as const;
    const page = { now: NOW, after: null, limit: 50 };
    const ids = async (more: object) =>
      (await readArchive(db(), { ...filter, ...more }, page)).rows.map(({ run }) => run.id);
    expect(await ids({})).toEqual([second, earlier]);
    expect(await ids({ withSuperseded: true })).toEqual([second, id, earlier]);
    expect(await ids({ q: "w47" })).toEqual([second]);
    expect(await ids({ q: "<B>LINE" })).toEqual([second, earlier]);
    expect(await ids({ q: "%" })).toEqual([]);
    expect(await ids({ kinds: ["daily"] })).toEqual([]);
    const after = { from: week.from, id: second };
    const rest = await readArchive(db(), filter, { ...page, after, limit: 1 });
    expect([rest.total, rest.rows.map(({ run }) => run.id)]).toEqual([2, [earlier]]);
  });

  test("a report is stale when its hours were written after it was begun", async () => {
    const { id } = await add();
    await db().transaction(async (tx) => finishRun(tx, (await claimRun(tx, id, NOW, MINUTE_MS))!, MADE));
    expect((await readRunRow(db(), id, NOW))!.isStale).toBe(false);
    const columns = await db().query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'ledger_difference' AND column_name LIKE ANY('{%_ms,%_micro}') AND column_name <> 'at_ms'`,
    );
    await db().query(
      `INSERT INTO ledger_difference (at_ms, cause, hour_no, pool_id, feature_id, price_id, ${columns.map(({ name }) => name).join(", ")})
       VALUES ($1, 'late_data', $2, 1, 1, 1, ${columns.map(() => "0").join(", ")})`,
      [shift(NOW, 1), Math.floor(week.from / HOUR_MS) + 3],
    );
    expect((await readRunRow(db(), id, NOW))!.isStale).toBe(true);
  });

  test("a report goes to each endpoint once, and a try that lost its lease settles nothing", async () => {
    const { id } = await add();
    const all = [
      { endpoint: "mail:3:a@b.c", body: "pdf", outboxId: "" },
      { endpoint: "chat:5", body: "digest", outboxId: "msg_gone" },
    ] as const;
    await addDeliveries(db(), id, all, NOW);
    await addDeliveries(db(), id, all, NOW);
    expect(await readRunsToDeliver(db(), NOW)).toContain(id);
    const first = (await claimDelivery(db(), id, NOW, MINUTE_MS))!;
    expect(first.endpoint).toBe("mail:3:a@b.c");
    expect(await claimDelivery(db(), id, NOW, MINUTE_MS)).toBeNull();
    const second = (await claimDelivery(db(), id, shift(NOW, MINUTE_MS), MINUTE_MS))!;
    const settled = { state: "sent", body: "pdf", error: "", due: NOW, at: NOW } as const;
    expect(await settleDelivery(db(), first, settled)).toBe(false);
    expect(
      await settleDelivery(db(), second, {
        ...settled,
        state: "waiting",
        error: "busy",
        due: shift(NOW, 5 * MINUTE_MS),
      }),
    ).toBe(true);
    expect(await claimDelivery(db(), id, shift(NOW, 4 * MINUTE_MS), MINUTE_MS)).toBeNull();
    const third = (await claimDelivery(db(), id, shift(NOW, 5 * MINUTE_MS), MINUTE_MS))!;
    expect(await settleDelivery(db(), third, settled)).toBe(true);
    expect(await readDeliveriesOfRun(db(), id)).toEqual([
      { endpoint: "chat:5", state: "sent", body: "digest", attempts: 0, sentAt: null, error: "" },
      { endpoint: "mail:3:a@b.c", state: "sent", body: "pdf", attempts: 3, sentAt: NOW, error: "" },
    ]);
    expect((await readRunRow(db(), id, NOW))!.deliveries).toEqual({ waiting: 0, sent: 2, failed: 0 });
  });

  test("a file is kept as it was first made", async () => {
    const { id } = await add();
    const file = { bytes: new Uint8Array([37, 80, 0, 255]), pages: 7, sha256: "x", at: NOW };
    await putReportFile(db(), id, "en", file);
    await putReportFile(db(), id, "en", { ...file, pages: 8 });
    const kept = await readReportFile(db(), id, "en");
    expect({ ...kept, bytes: [...kept!.bytes] }).toEqual({ bytes: [37, 80, 0, 255], pages: 7 });
    expect(await readReportFile(db(), id, "zh-CN")).toBeNull();
  });

  test("a link leads to its report until it ends or is revoked", async () => {
    const { id } = await add();
    const link = { id: `hash-${id}`, hint: "abcd", who: "console", createdAt: NOW, expiresAt: NOW + HOUR_MS };
    await addLink(db(), id, link);
    expect(await followLink(db(), link.id, NOW)).toEqual({ runId: id, expiresAt: NOW + HOUR_MS, showsMoney: true });
    expect(await followLink(db(), link.id, shift(NOW, HOUR_MS))).toBeNull();
    expect(await followLink(db(), "other", NOW)).toBeNull();
    expect((await readRunRow(db(), id, NOW))!.links).toBe(1);
    expect(await revokeLink(db(), link.id, NOW)).toBe(true);
    expect(await revokeLink(db(), link.id, NOW)).toBe(false);
    expect(await followLink(db(), link.id, NOW)).toBeNull();
    expect(await readLinks(db(), id)).toEqual([{ ...link, revokedAt: NOW, readAt: NOW }]);
    expect((await readRunRow(db(), id, NOW))!.links).toBe(0);
  });
}
