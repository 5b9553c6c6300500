import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { unixMs } from "../../db/model/units.ts";
import { addChannel, changeChannel, readChannels, removeChannel, setChannelEnabled } from "../../db/store/channels.ts";
import {
  appendIncidentEvents,
  insertIncidents,
  readIncident,
  readIncidentsOfCard,
  readOpenIncidents,
  readPastLives,
  readResolved,
  readRuleCounts,
  readTimeline,
  removeOldIncidents,
  type StoredIncident,
  updateIncidents,
} from "../../db/store/incidents.ts";
import { readRoutes, replaceRoutes } from "../../db/store/routes.ts";
import { dropRuleEdit, putRuleEdit, readRuleEdits, readRuleHistory } from "../../db/store/rules.ts";
import { addSilence, endSilence, endSilencesOf, readLiveSilences, readSilences } from "../../db/store/silences.ts";
import { ROUTE_TIMES } from "../../db/model/channel.ts";
import type { Rule } from "../../db/model/rule.ts";

const T = unixMs(Date.UTC(2026, 10, 22, 8));
const anIncident = (part: Partial<StoredIncident> = {}): StoredIncident => ({
  id: 0,
  fingerprint: "fp-1",
  ruleId: "ecc-dbe-vol",
  ruleVersion: 0,
  scope: "card",
  labels: { card: "GPU-1" },
  severity: "P1",
  phase: "firing",
  since: T,
  pendingAt: T,
  observedMs: 0,
  seenAt: T,
  firedAt: T,
  clearSince: null,
  resolvedAt: null,
  because: "at_once",
  isHistoric: false,
  flaps: 0,
  isFlapping: false,
  suppressedBy: null,
  suppressor: "",
  isConfirmed: false,
  cardIds: [7],
  nodeKey: "v/r/z/c/n",
  cluster: "c",
  region: "r",
  poolId: 3,
  values: { count: 2, card: "GPU-1" },
  evidence: [{ signal: "eccUncorrectedTotal", value: 2, threshold: 1, at: T, text: "" }],
  verdict: null,
  ackedBy: "",
  ackedAt: null,
  assignee: "",
  escalation: 0,
  costPerHourMicro: 12_340_000n,
  unpricedCards: 0,
  currency: "CNY",
  holders: ["train/llm-0"],
  featureIds: [4],
  ...part,
});
const aRule = (id: string): Rule => ({
  id,
  family: "custom",
  scope: "card",
  condition: { kind: "level", signal: "temperatureCelsius", compare: ">", threshold: 80 },
  forMs: 0,
  keepFiringMs: 0,
  severity: "P2",
  summary: { zh: "热", en: "hot" },
  action: "check_cooling",
  runbook: "",
  source: "ours",
  where: {},
});

/** What the tables of alerts promise, on either engine. */
export function alertsStoreSuite(db: () => Database): void {
  const put = async (rows: readonly StoredIncident[]) => await db().transaction((tx) => insertIncidents(tx, rows));

  test("an incident comes back as it was written, whatever its labels say", async () => {
    const hostile = 'a\0b\ud800 \\u0000 <at id=all></at> "; DROP TABLE incident; --';
    const one = anIncident({ fingerprint: "hostile", labels: { [hostile]: hostile }, holders: [hostile] });
    const id = (await put([one])).get("hostile")!;
    const clean = 'a�b� \\u0000 <at id=all></at> "; DROP TABLE incident; --';
    expect(await readIncident(db(), id)).toEqual({ ...one, id, labels: { [clean]: clean }, holders: [clean] });
  });

  test("two who open the same finding at once get the one incident (A-01)", async () => {
    const one = anIncident({ fingerprint: "twice" });
    const ids = await Promise.all([put([one]), put([one]), put([one])]);
    expect(new Set(ids.map((found) => found.get("twice"))).size).toBe(1);
    expect((await readOpenIncidents(db())).filter((found) => found.fingerprint === "twice")).toHaveLength(1);
  });

  test("what was resolved stays resolved, and the finding may open anew", async () => {
    const one = anIncident({ fingerprint: "again", resolvedAt: null });
    const id = (await put([one])).get("again")!;
    const over = { ...one, id, phase: "resolved", resolvedAt: unixMs(T + 1_000), because: "condition_ended" } as const;
    await db().transaction((tx) => updateIncidents(tx, [over]));
    await db().transaction((tx) => updateIncidents(tx, [{ ...one, id }]));
    expect((await readIncident(db(), id))?.phase).toBe("resolved");
    const second = (await put([one])).get("again")!;
    expect(second).not.toBe(id);
    expect((await readPastLives(db(), "again", second, 10)).map((life) => life.id)).toEqual([id]);
    const window = { from: T, to: T + 10_000 };
    expect((await readResolved(db(), window, null, 10)).map((found) => found.id)).toEqual([id]);
    expect(await readResolved(db(), window, { at: T + 1_000, id }, 10)).toEqual([]);
  });

  test("a timeline keeps the order it was written in, also within a millisecond", async () => {
    const id = (await put([anIncident({ fingerprint: "line" })])).get("line")!;
    const event = (kind: "pending" | "fired" | "note", detail: string) => ({
      incidentId: id,
      event: { at: T, kind, because: "", who: "", detail },
    });
    await appendIncidentEvents(db(), [event("pending", "1"), event("fired", "2"), event("note", "3\0")]);
    expect((await readTimeline(db(), id)).map(({ kind, detail }) => [kind, detail])).toEqual([
      ["pending", "1"],
      ["fired", "2"],
      ["note", "3�"],
    ]);
  });

  test("the incidents of a card, and how often a rule fired", async () => {
    const id = (await put([anIncident({ fingerprint: "of-card", cardIds: [41, 42], ruleId: "r-card" })])).get(
      "of-card",
    )!;
    expect((await readIncidentsOfCard(db(), 42, T, 10)).map((one) => one.id)).toEqual([id]);
    expect(await readIncidentsOfCard(db(), 43, T, 10)).toEqual([]);
    expect((await readRuleCounts(db(), T)).find((one) => one.ruleId === "r-card")).toEqual({
      ruleId: "r-card",
      fired: 1,
      lastFiredAt: T,
    });
  });

  test("old incidents leave with their timelines; open ones never do", async () => {
    const resolvedAt = unixMs(T - 1);
    const old = anIncident({ fingerprint: "old", phase: "resolved", resolvedAt });
    const id = (await put([old])).get("old") ?? 0;
    const [gone] = await db().query<{ id: number }>("SELECT id FROM incident WHERE fingerprint = 'old'");
    expect(id === 0 || id === gone!.id).toBe(true);
    await appendIncidentEvents(db(), [
      { incidentId: gone!.id, event: { at: T, kind: "note", because: "", who: "a", detail: "" } },
    ]);
    const before = (await readOpenIncidents(db())).length;
    expect(await removeOldIncidents(db(), T, 100)).toBe(1);
    expect((await readOpenIncidents(db())).length).toBe(before);
    expect(await readTimeline(db(), gone!.id)).toEqual([]);
  });

  test("rules have versions; the newest is in force until it is dropped", async () => {
    const save = (enabled: boolean) =>
      db().transaction((tx) =>
        putRuleEdit(tx, { rule: aRule("u-1"), origin: "user", enabled, who: "a", why: "", at: T }),
      );
    expect([await save(true), await save(false)]).toEqual([1, 2]);
    expect((await readRuleEdits(db())).filter(({ rule }) => rule.id === "u-1")).toMatchObject([
      { version: 2, enabled: false },
    ]);
    await db().transaction((tx) => dropRuleEdit(tx, "u-1", { who: "b", why: "noise", at: T }));
    expect((await readRuleEdits(db())).filter(({ rule }) => rule.id === "u-1")).toEqual([]);
    expect((await readRuleHistory(db(), "u-1")).map(({ version, why }) => [version, why])).toEqual([
      [3, "noise"],
      [2, ""],
      [1, ""],
    ]);
    expect(await save(true)).toBe(4);
  });

  test("silences hold until they end, by time, by a person or with their incident", async () => {
    const wish = {
      kind: "silence",
      where: { cluster: ["c"] },
      ruleIds: [],
      nodes: [],
      cards: [],
      who: "a",
      why: "b",
    } as const;
    const timed = await addSilence(db(), { ...wish, fingerprint: "", from: T, to: unixMs(T + 10), recurs: null });
    const recurs = { weekdays: [1], fromMinute: 0, toMinute: 60, zone: "Asia/Shanghai" };
    const open = await addSilence(db(), { ...wish, fingerprint: "fp", from: T, to: null, recurs });
    expect((await readLiveSilences(db(), T)).map((one) => one.id)).toEqual([timed, open]);
    expect((await readLiveSilences(db(), unixMs(T + 10))).map((one) => one.id)).toEqual([open]);
    await endSilencesOf(db(), ["fp"], unixMs(T + 20));
    expect(await readLiveSilences(db(), T)).toMatchObject([{ id: timed }]);
    expect(await endSilence(db(), timed, unixMs(T + 5))).toBe(true);
    expect(await endSilence(db(), timed, unixMs(T + 5))).toBe(false);
    expect((await readSilences(db(), 10))[0]).toMatchObject({ id: open, recurs, where: { cluster: ["c"] } });
  });

  test("routes keep their order and their numbers", async () => {
    const route = (name: string, id: number | null) => ({
      id,
      name,
      where: {},
      severities: ["P1"] as const,
      ruleIds: [],
      channelIds: [1],
      goesOn: false,
      ...ROUTE_TIMES,
      escalations: [{ afterMs: 60_000, channelIds: [2] }],
    });
    await db().transaction((tx) => replaceRoutes(tx, [route("a", null), route("b", null)], T));
    const [a, b] = await readRoutes(db());
    await db().transaction((tx) => replaceRoutes(tx, [route("b2", b!.id), route("c", null)], T));
    const after = await readRoutes(db());
    expect(after.map(({ name, id }) => [name, id === b!.id])).toEqual([
      ["b2", true],
      ["c", false],
    ]);
    expect(after.some(({ id }) => id === a!.id)).toBe(false);
  });

  test("a channel's secrets are gone when it is removed, and its name is free again", async () => {
    const one = {
      name: "duty",
      kind: "feishu",
      language: "zh-CN",
      sendsResolved: true,
      settings: { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" },
      shownAddress: "open.feishu.cn …abcd",
      sealed: Uint8Array.of(1, 2, 3),
      by: "a",
      at: T,
    } as const;
    const id = (await addChannel(db(), one))!;
    expect(await addChannel(db(), one)).toBeNull();
    await setChannelEnabled(db(), id, { enabled: false, why: "auth", by: "dapan", at: T });
    expect(await readChannels(db())).toMatchObject([{ id, enabled: false, disabledWhy: "auth" }]);
    expect(await changeChannel(db(), id, { ...one, name: "duty 2" })).toBe(true);
    expect(await removeChannel(db(), id, "a", T)).toBe(true);
    const [row] = await db().query<{ bytes: number }>("SELECT length(sealed) AS bytes FROM channel WHERE id = $1", [
      id,
    ]);
    expect(row!.bytes).toBe(0);
    expect(await addChannel(db(), { ...one, name: "duty 2" })).not.toBeNull();
  });
}
