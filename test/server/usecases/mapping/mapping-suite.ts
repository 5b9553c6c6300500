import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { HolderMatch } from "../../../../db/model/feature.ts";
import type { WrittenRule } from "../../../../db/model/mapping-views.ts";
import { HOUR_MS, shift } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { changeRules, readHolderFeatures, readRules } from "../../../../db/store/mapping.ts";
import { ensurePartitions } from "../../../../db/store/partitions.ts";
import { registerHolders } from "../../../../db/store/registry.ts";
import { beginRevision, readRevisions } from "../../../../db/store/revisions.ts";
import { applyYaml, exportYaml, previewYaml } from "../../../../server/usecases/mapping/catalogue.ts";
import {
  archiveFeature,
  previewRules,
  saveFeature,
  saveRules,
} from "../../../../server/usecases/mapping/change-rules.ts";
import type { Config } from "../../../../server/config/config.ts";
import { readConfig } from "../../../../server/config/read.ts";
import { createFeatures, type FeaturesPort } from "../../../../server/usecases/mapping/features-port.ts";
import { mappingPage } from "../../../../server/usecases/mapping/mapping-page.ts";
import { createUsage } from "../../../../server/usecases/usage/create-usage.ts";
import type { UsagePort } from "../../../../server/usecases/usage/usage-port.ts";
import { type ManualClock, manualClock } from "../../../tools/manual-clock.ts";
import { stageConfig } from "../../../tools/stage-config.ts";
import "../../../tools/seed.ts";

const START = unixMs(Date.UTC(2026, 10, 10, 12, 10));
const NOW_HOUR = Math.floor(START / HOUR_MS);
const note = { who: "console", why: "test", source: "console" };
const PODS = ["chat-1", "chat-2", "video-1", "train-0"] as const;

type Stage = {
  readonly db: Database;
  readonly clock: ManualClock;
  readonly features: FeaturesPort;
  readonly config: ReturnType<typeof stageConfig>;
  readonly usage: UsagePort;
  readonly ids: Readonly<Record<(typeof PODS)[number], number>>;
};

/** A configuration that names a Prometheus. */
function withPrometheus(config: Config): Config {
  const reading = readConfig("sources: [{name: prom-1, type: prometheus, url: http://127.0.0.1:9}]", "dapan.yaml", {});
  if (!reading.ok) throw new Error("the stage's sources are wrong");
  return { ...config, sources: reading.config.sources };
}

async function setStage(db: Database): Promise<Stage> {
  await db.query(
    "TRUNCATE holder_hour, ledger_hour, holder_feature, holder_kube, mapping_rule, price, revision CASCADE",
  );
  await db.query("TRUNCATE feature CASCADE"); // and everything said of one
  await db.query("DELETE FROM setting WHERE key = 'ledger.remaps'");
  await ensurePartitions(db, ["holder_hour", "ledger_hour"], [START, START - 40 * 24 * HOUR_MS]);
  const holders = PODS.map((pod) => {
    return {
      cluster: "k1",
      namespace: pod.split("-")[0] as string,
      pod,
      container: "main",
      podUid: `uid-${pod}`,
      share: 1,
    };
  });
  const [a = 0, b = 0, c = 0, d = 0] = await registerHolders(db, holders);
  const clock = manualClock(START);
  const features = await createFeatures({ db, clock });
  const ids = { "chat-1": a, "chat-2": b, "video-1": c, "train-0": d };
  const config = stageConfig();
  const readers = { of: () => null, stop: () => undefined };
  const usage = createUsage({ db, clock, config: () => withPrometheus(config.current()), readers, env: {} });
  return { db, clock, features, config: { ...config, current: () => withPrometheus(config.current()) }, usage, ids };
}

/** Busy time of a holder in one pool and hour. */
async function hold(db: Database, hour: number, poolId: number, holderId: number, ms: number): Promise<void> {
  await db.query(
    `INSERT INTO holder_hour (hour_no, pool_id, holder_id, busy_ms, idle_held_ms, starting_ms, free_ms, fault_ms, unknown_ms)
     VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0)`,
    [hour, poolId, holderId, ms],
  );
}

/** A line of an hour of a pool: what it cost, and the time that it is for. */
async function book(db: Database, hour: number, poolId: number, priceId: number, ms: number, micro: number) {
  await db.query(
    `INSERT INTO ledger_hour (hour_no, pool_id, feature_id, price_id, busy_ms, idle_held_ms, starting_ms, free_ms, fault_ms,
       unknown_ms, busy_micro, idle_held_micro, starting_micro, free_micro, fault_micro, unknown_micro)
     VALUES ($1, $2, -1, $3, $4, 0, 0, 0, 0, 0, $5, 0, 0, 0, 0, 0)`,
    [hour, poolId, priceId, ms, micro],
  );
}

async function priceIn(db: Database, currency: string): Promise<number> {
  const [selector] = await db.query<{ id: number }>(
    `INSERT INTO selector (vendor, region, zone, cluster, model, billing, contract) VALUES ($1, '', '', '', '', '', '')
     ON CONFLICT DO NOTHING RETURNING id`,
    [currency],
  );
  const [known] = selector
    ? [selector]
    : await db.query<{ id: number }>("SELECT id FROM selector WHERE vendor = $1", [currency]);
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO price (selector_id, basis, currency, amount_micro, cards_per_instance, from_ms, anchor_ms, known_from_ms,
       revision_id, is_list) VALUES ($1, 'card_hour', $2, 1, 1, 0, 0, 1, 1, false) RETURNING id`,
    [known?.id, currency],
  );
  return row?.id ?? 0;
}

const ruleOf = (name: string, feature: string, match: HolderMatch, over: Partial<WrittenRule> = {}): WrittenRule => ({
  name,
  feature,
  match,
  ...over,
});

async function addFeatures(stage: Stage, ...keys: string[]): Promise<void> {
  for (const key of keys) await saveFeature(stage, { key }, note);
}

const save = async (stage: Stage, ...rules: WrittenRule[]) =>
  await saveRules(stage, { rules, version: await stage.features.follow() }, note);

const assigned = async ({ db, ids }: Stage) =>
  (await readHolderFeatures(db, Object.values(ids))).map(({ holderId, fromHour, toHour, featureId }) => [
    PODS.find((pod) => ids[pod] === holderId),
    fromHour === 0 ? 0 : fromHour - NOW_HOUR,
    toHour === null ? null : toHour - NOW_HOUR,
    featureId,
  ]);

/** Held time by feature, as the ledger would book it. */
async function byFeature({ db }: Stage): Promise<Map<number, number>> {
  const rows = await db.query<{ id: number; ms: number }>(
    `SELECT coalesce(f.feature_id, -1) AS id, sum(h.busy_ms)::int8 AS ms FROM holder_hour h
     LEFT JOIN holder_feature f ON f.holder_id = h.holder_id AND f.from_hour <= h.hour_no AND (f.to_hour IS NULL OR f.to_hour > h.hour_no)
     GROUP BY 1`,
  );
  return new Map(rows.map(({ id, ms }) => [id, ms]));
}

/** Rules, holders and features over a database of either engine. */
export function mappingSuite(get: () => Database, runs: number): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await setStage(get());
  });
  assignTests(() => stage);
  changeTests(() => stage);
  previewTests(() => stage, runs);
  yamlTests(() => stage);
}

function assignTests(get: () => Stage): void {
  describe("new holders", () => {
    test("get what the rules say in the transaction that books them, and again only when it was rolled back", async () => {
      const stage = get();
      const { db, features, ids } = stage;
      await addFeatures(stage, "chat");
      await save(stage, ruleOf("chat", "chat", { namespace: "chat" }));
      const all = Object.values(ids);
      await expect(
        db.transaction(async (tx) => {
          await features.assignNew(tx, all);
          throw new Error("the slot was not taken");
        }),
      ).rejects.toThrow("not taken");
      expect(await assigned(stage)).toEqual([]);
      await db.transaction((tx) => features.assignNew(tx, all));
      const chat = features.list()[0]?.id;
      expect(await assigned(stage)).toEqual([
        ["chat-1", 0, null, chat],
        ["chat-2", 0, null, chat],
      ]);
      expect(features.featureOf(ids["video-1"], NOW_HOUR)).toBe(-1);
      expect(features.featureOf(0, NOW_HOUR)).toBe(0);
    });

    test("booked by another process count in a rule's preview at once, whatever was looked at before", async () => {
      const stage = get();
      const { db, ids } = stage;
      await addFeatures(stage, "chat");
      const rules = [ruleOf("chat", "chat", { namespace: "chat" })];
      expect((await previewRules(stage, rules)).moves).toEqual([]);
      await hold(db, NOW_HOUR, 1, ids["chat-1"], 1_000);
      expect((await previewRules(stage, rules)).moves).toMatchObject([{ from: "unattributed", to: "chat", ms: 1_000 }]);
    });

    test("that whoever changed the rules did not know of are booked anew by who books them", async () => {
      const stage = get();
      const { db, features, ids } = stage;
      await addFeatures(stage, "chat");
      const settle = () => db.transaction((tx) => features.assignNew(tx, [ids["chat-1"], ids["train-0"]]));
      await settle();
      expect(await features.remaps()).toEqual([]);
      await db.transaction(async (tx) => {
        const revision = await beginRevision(tx, { ...note, subject: "mapping", now: () => START });
        const match = { namespace: "chat" };
        const rule = { name: "chat", position: 0, featureId: features.list()[0]!.id, match, from: unixMs(0), to: null };
        await changeRules(tx, revision, { ended: [], added: [rule] });
      });
      await settle();
      const remap = { id: 1, sinceHour: 0, holderIds: [ids["chat-1"]], revisionId: null };
      expect(await features.remaps()).toEqual([remap]);
      await settle();
      expect(await features.remaps()).toEqual([remap]);
    });

    test("do the kind of work of their feature, and are looked up when nobody knew them", async () => {
      const stage = get();
      const { clock, features, ids } = stage;
      await saveFeature(stage, { key: "train", kind: "training" }, note);
      await save(stage, ruleOf("train", "train", { pod: "train-.*" }));
      expect(features.kindOf(ids["train-0"])).toBe("other");
      await clock.advance(1);
      await expect.poll(() => features.kindOf(ids["train-0"])).toBe("training");
      expect(features.kindOf(ids["chat-1"])).toBe("other");
      expect(features.ruleOf(ids["train-0"], NOW_HOUR)?.name).toBe("train");
    });

    test("take the rules another process has written", async () => {
      const stage = get();
      const { db, clock, ids } = stage;
      const server = await createFeatures({ db, clock });
      const told: unknown[] = [];
      server.onChange((change) => told.push(change));
      await addFeatures(stage, "chat");
      await save(stage, ruleOf("chat", "chat", { namespace: "chat" }));
      await db.transaction((tx) => server.assignNew(tx, [ids["chat-1"]]));
      expect(server.featureOf(ids["chat-1"], NOW_HOUR)).toBe(stage.features.list()[0]?.id);
      expect(told).toEqual([null]);
    });

    test("move when Kubernetes says more of them, from the hour their pod began", async () => {
      const stage = get();
      const { db, features, ids } = stage;
      await addFeatures(stage, "chat");
      await save(stage, ruleOf("chat", "chat", { labels: { app: "chat" } }));
      const id = ids["chat-1"];
      await db.transaction((tx) => features.assignNew(tx, [id]));
      expect(features.featureOf(id, NOW_HOUR)).toBe(-1);
      await db.query("INSERT INTO holder_kube VALUES ($1, 'Deployment', 'chat', $2, $3, $3)", [
        id,
        JSON.stringify({ app: "chat" }),
        START - 2 * HOUR_MS,
      ]);
      const told: unknown[] = [];
      features.onChange((change) => told.push(change));
      await features.factsArrived([id, ids["video-1"]]);
      expect(features.featureOf(id, NOW_HOUR)).toBe(features.list()[0]?.id);
      expect(told).toEqual([{ sinceHour: NOW_HOUR - 2, holderIds: [id] }]);
      expect(await features.remaps()).toEqual([{ id: 1, sinceHour: NOW_HOUR - 2, holderIds: [id], revisionId: null }]);
      await features.factsArrived([id]);
      expect(told).toHaveLength(1);
    });
  });
}

function changeTests(get: () => Stage): void {
  describe("a change of rules", () => {
    test("is one revision with all of it, and none when it says nothing new", async () => {
      const stage = get();
      const { db, features } = stage;
      await addFeatures(stage, "chat", "video");
      const rules = [ruleOf("chat", "chat", { namespace: "chat" }), ruleOf("video", "video", { pod: "video-.*" })];
      await save(stage, ...rules);
      const at = (await readRevisions(db, ["mapping"], 9))[0]?.at as UnixMs;
      expect(await save(stage, ...rules)).toMatchObject({ rules: { ended: 0, added: 0 } });
      await save(stage, ruleOf("first", "video", { namespace: "x" }), ...rules);
      expect(await readRevisions(db, ["mapping"], 9)).toHaveLength(2);
      expect((await readRules(db, null)).map(({ name, revision }) => [name, revision])).toEqual([
        ["first", features.rules()[0]?.revision],
        ["chat", features.rules()[1]?.revision],
        ["video", features.rules()[1]?.revision],
      ]);
      expect((await readRules(db, at)).map(({ name }) => name)).toEqual(["chat", "video"]);
    });

    test("keeps what was believed before with its end", async () => {
      const stage = get();
      await addFeatures(stage, "chat", "video");
      await save(stage, ruleOf("a", "chat", { namespace: "chat" }));
      const at = (await readRevisions(stage.db, ["mapping"], 1))[0]?.at as UnixMs;
      await stage.clock.advance(1_000);
      await save(stage, ruleOf("a", "video", { namespace: "chat" }));
      const [old] = await readRules(stage.db, at);
      const [now] = await readRules(stage.db, null);
      expect(old?.knownTo).toBe(now?.knownFrom);
      expect([old?.featureId, now?.featureId]).toEqual(stage.features.list().map(({ id }) => id));
    });

    test("cannot put two beliefs of one name in force at one instant, whoever writes them", async () => {
      const { db } = get();
      await addFeatures(get(), "chat");
      const featureId = get().features.list()[0]?.id ?? 0;
      const terms = { name: "a", featureId, match: {}, to: null };
      const two = [0, 1].map((n) => ({ ...terms, position: n + 1, from: unixMs(n * HOUR_MS) }));
      const write = db.transaction(async (tx) => {
        const revision = await beginRevision(tx, { ...note, subject: "mapping", now: () => START });
        await changeRules(tx, revision, { ended: [], added: two });
      });
      await expect(write).rejects.toThrow("mapping_rule_once");
      expect(await readRules(db, null)).toEqual([]);
    });

    test("made on a page that is not the newest is refused", async () => {
      const stage = get();
      await addFeatures(stage, "chat");
      const version = await stage.features.follow();
      await save(stage, ruleOf("a", "chat", {}));
      const late = saveRules(stage, { rules: [], version }, note);
      await expect(late).rejects.toThrow("somebody changed features or rules meanwhile");
      expect(stage.features.rules()).toHaveLength(1);
    });

    test("with a fault writes nothing and says which", async () => {
      const stage = get();
      await addFeatures(stage, "chat");
      const wrong = save(stage, ruleOf("a", "chat", {}), ruleOf("b", "nobody", { pod: "(a+" }));
      await expect(wrong).rejects.toThrow(/rules\[1\]\.feature "nobody".*rules\[1\]\.match\.pod "\(a\+"/);
      expect(await readRules(stage.db, null)).toEqual([]);
    });

    test("notes what is to be booked anew, until it is booked", async () => {
      const stage = get();
      const { db, features, ids } = stage;
      await hold(db, NOW_HOUR - 1, 1, ids["chat-1"], 1_000);
      await hold(db, NOW_HOUR - 1, 1, ids["train-0"], 1_000);
      await addFeatures(stage, "chat");
      const told: unknown[] = [];
      features.onChange((change) => told.push(change));
      await save(stage, ruleOf("a", "chat", { namespace: "chat" }, { from: "2026-11-10" }));
      const sinceHour = Date.UTC(2026, 10, 9, 16) / HOUR_MS;
      expect(told).toEqual([null, { sinceHour, holderIds: [ids["chat-1"]] }]);
      const again = await createFeatures({ db, clock: stage.clock });
      const [remap] = await again.remaps();
      expect(remap).toMatchObject({ sinceHour, holderIds: [ids["chat-1"]] });
      await save(stage);
      expect((await again.remaps()).map(({ id }) => id)).toEqual([1, 2]);
      await db.transaction((tx) => again.settleRemaps(tx, [1]));
      expect((await again.remaps()).map(({ id }) => id)).toEqual([2]);
    });
  });

  describe("a feature", () => {
    test("is not archived while rules give it holders", async () => {
      const stage = get();
      await addFeatures(stage, "chat");
      await save(stage, ruleOf("a", "chat", {}));
      const archive = () => archiveFeature(stage, { key: "chat", archived: true }, note);
      await expect(archive()).rejects.toThrow("mapping rules still give holders to chat (a)");
      await save(stage, ruleOf("a", "chat", {}, { to: "2026-11-10" }));
      await archive();
      expect(stage.features.list()[0]?.archivedAt).toBe(stage.clock.now());
      await expect(save(stage, ruleOf("a", "chat", {}))).rejects.toThrow("archived");
      await expect(archiveFeature(stage, { key: "chta", archived: true }, note)).rejects.toThrow("no feature chta");
    });

    test("with a hostile name is stored as it is", async () => {
      const stage = get();
      const name = `<img src=x onerror=alert(1)> '"; DROP TABLE feature; -- 聊天 \u202e`;
      await saveFeature(stage, { key: "x", name, owns: [{ vendor: "__proto__" }] }, note);
      expect(stage.features.list()[0]).toMatchObject({ name: name.trim(), owns: [{ vendor: "__proto__", model: "" }] });
    });
  });

  test("the page shows who holds without a rule, and how many each rule takes", async () => {
    const stage = get();
    const { db, ids } = stage;
    for (const [i, pod] of PODS.entries()) await hold(db, NOW_HOUR - 1, 1, ids[pod], (i + 1) * 1_000);
    await hold(db, NOW_HOUR - 30, 1, ids["train-0"], 999_999);
    await addFeatures(stage, "chat");
    await save(stage, ruleOf("chat", "chat", { namespace: "chat" }, { from: "2026-11-01T09:00" }));
    const page = await mappingPage(stage);
    expect(page.rules).toMatchObject([
      {
        name: "chat",
        feature: "chat",
        fromText: "2026-11-01T09:00",
        toText: "",
        holders: 2,
        who: "console",
        why: "test",
      },
    ]);
    expect(page.unattributed.map(({ holder, ms }) => [holder, ms[0]])).toEqual([
      ["k1/train/train-0", 4_000],
      ["k1/video/video-1", 3_000],
    ]);
    expect(page.version).toBe(await stage.features.follow());
  });
}

function previewTests(get: () => Stage, runs: number): void {
  describe("a preview", () => {
    test("says time and money by currency, from whom to whom, and since when", async () => {
      const stage = get();
      const { db, ids } = stage;
      const [yuan, dollar] = [await priceIn(db, "CNY"), await priceIn(db, "USD")];
      const hour = NOW_HOUR - 5;
      await hold(db, hour, 1, ids["chat-1"], 1_000);
      await hold(db, hour, 1, ids["chat-2"], 2_000);
      await hold(db, hour, 2, ids["chat-1"], 500);
      await hold(db, hour, 1, ids["video-1"], 3_000);
      await book(db, hour, 1, yuan, 4_000, 8_000);
      await book(db, hour, 1, dollar, 2_000, 300);
      await book(db, hour, 2, 0, 500, 0); // no price
      await addFeatures(stage, "chat");
      const preview = await previewRules(stage, [ruleOf("chat", "chat", { namespace: "chat" })]);
      expect(preview).toEqual({
        faults: [],
        moves: [
          {
            from: "unattributed",
            to: "chat",
            ms: 3_500,
            micro: [
              { currency: "CNY", micro: "4000" },
              { currency: "USD", micro: "150" },
            ],
            holders: 2,
            examples: ["k1/chat/chat-2", "k1/chat/chat-1"],
          },
        ],
        since: hour * HOUR_MS,
        keptSince: hour * HOUR_MS,
        hours: 1,
      });
      expect(stage.features.rules()).toEqual([]);
    });

    test("with a fault moves nothing", async () => {
      const stage = get();
      const preview = await previewRules(stage, [ruleOf("a", "nobody", {})]);
      expect(preview.faults).toMatchObject([{ code: "unknown_feature", where: "rules[0].feature", value: "nobody" }]);
      expect(preview).toMatchObject({ moves: [], since: null, hours: 0 });
    });

    const match = fc.constantFrom<HolderMatch>(
      {},
      { namespace: "chat" },
      { pod: ".*-1" },
      { pod: "(chat|train)-.*" },
      { namespace: "nobody" },
      { labels: { app: ".*" } },
    );
    const hours = fc.constantFrom("2026-11-10T08:00", "2026-11-10T12:00", "2026-11-10T18:00", undefined);
    const rule = fc.record({ match, feature: fc.constantFrom("chat", "video"), from: hours });
    const list = fc.array(rule, { maxLength: 4 });

    test("says what saving does, hour by hour", async () => {
      const stage = get();
      const { db, ids } = stage;
      await addFeatures(stage, "chat", "video");
      for (let hour = NOW_HOUR - 14; hour <= NOW_HOUR; hour++)
        for (const [i, pod] of PODS.entries()) await hold(db, hour, 1 + (i % 2), ids[pod], hour * 7 + i * 13);
      const idOf = new Map(stage.features.list().map(({ key, id }) => [key, id]));
      const keyOf = new Map([...idOf].map(([key, id]) => [id, key]));
      await fc.assert(
        fc.asyncProperty(list, async (sketches) => {
          const rules = sketches.map(({ match, feature, from }, i) =>
            ruleOf(`r${i}`, feature, match, from === undefined ? {} : { from }),
          );
          const before = await byFeature(stage);
          const preview = await previewRules(stage, rules);
          expect(preview.faults).toEqual([]);
          await save(stage, ...rules);
          const expected = new Map(before);
          for (const { from, to, ms } of preview.moves) {
            const [a, b] = [idOf.get(from) ?? -1, idOf.get(to) ?? -1];
            expected.set(a, (expected.get(a) ?? 0) - ms);
            expected.set(b, (expected.get(b) ?? 0) + ms);
          }
          const shown = (sums: ReadonlyMap<number, number>) =>
            Object.fromEntries(
              [...sums].filter(([, ms]) => ms !== 0).map(([id, ms]) => [keyOf.get(id) ?? "loose", ms]),
            );
          expect(shown(await byFeature(stage))).toEqual(shown(expected));
          expect((await previewRules(stage, rules)).moves).toEqual([]);
        }),
        { numRuns: runs },
      );
    });
  });
}

const YAML = `features:
  - key: chat
    name: 聊天
    team: assistant
    unit: 1k tokens
  - {key: train, kind: training, owns: [{vendor: vendor-a, model: H20}]}
rules:
  - name: chat
    feature: chat
    match: {namespace: chat, labels: {app: "chat|__proto__"}}
    from: 2026-11-01
  - name: train
    feature: train
    match: {pod: train-.*}
`;

const MONEY = `${YAML}unitPrices:
  - {feature: chat, price: 0.02, currency: CNY, to: 2026-11-05}
  - {feature: chat, price: 0.018, currency: CNY, from: 2026-11-05}
otherCosts:
  - {feature: chat, kind: storage, note: "logs: all", perDay: 120.5, currency: CNY, from: 2026-11-01}
revenue:
  - {feature: chat, amount: 1200, currency: CNY, from: 2026-11-01, to: 2026-11-02}
  - {feature: chat, kind: refund, amount: 12.5, currency: CNY, from: 2026-11-01, to: 2026-11-02}
usage:
  - feature: chat
    name: vllm
    promql: {prometheus: prom-1, adapter: vllm-tokens, match: '{model_name="chat"}'}
  - feature: train
    name: steps
    promql: {prometheus: prom-1, good: ["steps_total{job=\\"a\\"}"], unitsPerCount: 0.001}
`;

function yamlTests(get: () => Stage): void {
  const apply = async (stage: Stage, text: string) => {
    const { fingerprint, faults } = await previewYaml(stage, text);
    expect(faults).toEqual([]);
    return await applyYaml(stage, text, fingerprint, note);
  };

  describe("features.yaml", () => {
    test("is shown as a difference, applied at once, and then says nothing new", async () => {
      const stage = get();
      await hold(stage.db, NOW_HOUR - 2, 1, stage.ids["train-0"], 5_000);
      const preview = await previewYaml(stage, YAML);
      expect(preview.changes.map(({ what, name, act }) => `${act} ${what} ${name}`)).toEqual([
        "add feature chat",
        "add feature train",
        "add rule chat",
        "add rule train",
      ]);
      expect(preview.moves).toMatchObject([{ from: "unattributed", to: "train", ms: 5_000, holders: 1 }]);
      expect(stage.features.list()).toEqual([]);
      await apply(stage, YAML);
      expect(stage.features.list().map(({ key, name, kind }) => [key, name, kind])).toEqual([
        ["chat", "聊天", "inference"],
        ["train", "train", "training"],
      ]);
      const again = await previewYaml(stage, YAML);
      expect(again.changes.every(({ act }) => act === "same")).toBe(true);
      expect(again.moves).toEqual([]);
      expect((await readRevisions(stage.db, ["feature", "mapping"], 9)).length).toBe(2);
      await apply(stage, YAML);
      expect((await readRevisions(stage.db, ["feature", "mapping"], 9)).length).toBe(2);
    });

    test("says of units and money too, in the same transaction, and exports them as they were written", async () => {
      const stage = get();
      const { changes } = await apply(stage, MONEY);
      expect(changes.map(({ act, what }) => `${act} ${what}`)).toEqual([
        "add feature",
        "add feature",
        "add rule",
        "add rule",
        "add unit_price",
        "add unit_price",
        "add other_cost",
        "add revenue",
        "add revenue",
        "add usage",
        "add usage",
      ]);
      expect((await stage.usage.unitPrices(null)).map(({ perUnitMicro }) => perUnitMicro)).toEqual(["20000", "18000"]);
      expect((await stage.usage.sources("chat")).map(({ name }) => name)).toContain("vllm");
      for (const text of [MONEY, await exportYaml(stage)]) {
        const again = await previewYaml(stage, text);
        expect(again.faults).toEqual([]);
        expect(again.changes.filter(({ act }) => act !== "same")).toEqual([]);
        expect(again.changes).toHaveLength(11);
      }
    });

    test("exports what was said to the minute: a cost as the days that begin in it, and those that hold none not at all", async () => {
      const stage = get();
      await apply(stage, MONEY);
      const cost = { feature: "chat", kind: "traffic", note: "", currency: "CNY", perDayMicro: 7n } as const;
      const at = (day: number, hour: number) => unixMs(Date.UTC(2026, 10, day, hour - 8)); // in Shanghai
      await stage.usage.setOtherCosts(
        [
          { ...cost, from: at(3, 9), to: at(5, 10) },
          { ...cost, note: "of an hour", from: at(3, 9), to: at(3, 10) },
        ],
        note,
      );
      const price = { feature: "chat", currency: "CNY", perUnitMicro: 9n };
      await stage.usage.setUnitPrices([{ ...price, from: shift(at(6, 9), 900_000), to: null }], note);
      const text = await exportYaml(stage);
      expect(text).toMatch(/kind: traffic\n.*perDay: 0\.000007\n.*\n +from: 2026-11-04\n +to: 2026-11-06\n/);
      expect(text).not.toContain("of an hour");
      const again = await previewYaml(stage, text);
      expect(again.faults).toEqual([]);
      expect(again.changes.filter(({ act }) => act !== "same")).toEqual([]);
    });

    test("with a fault in its units writes nothing of its rules, and says where", async () => {
      const stage = get();
      const wrong = MONEY.replace("adapter: vllm-tokens", "adapter: vllm-token").replace(
        "prom-1, good",
        "prom-2, good",
      );
      expect((await previewYaml(stage, wrong)).faults).toMatchObject([
        { where: "line 26, column 43: usage[0].promql.adapter", hint: "did you mean vllm-tokens?" },
        { where: "line 29, column 26: usage[1].promql.prometheus", value: "prom-2" },
      ]);
      const late = MONEY.replace("from: 2026-11-01, to: 2026-11-02}", "from: 2026-11-01, to: 2026-11-03}");
      await apply(stage, MONEY);
      const { faults, changes } = await previewYaml(stage, late.replace("name: 聊天", "name: Chat"));
      expect(changes.map(({ act, what }) => `${act} ${what}`)).toContain("change feature");
      expect(faults).toEqual([]);
      const part = MONEY.replace("from: 2026-11-01, to: 2026-11-02}", "from: 2026-11-01, to: 2026-11-01T12:00}");
      const refused = await previewYaml(stage, part.replace("name: 聊天", "name: Chat"));
      expect(refused.faults).toMatchObject([
        { where: "units and money", hint: expect.stringContaining("write the whole of that time") },
      ]);
      await expect(applyYaml(stage, part, "", note)).rejects.toThrow("write the whole of that time");
      expect(stage.features.list()[0]?.name).toBe("聊天");
    });

    test("says what changes field by field, and which rules go", async () => {
      const stage = get();
      await apply(stage, YAML);
      const { changes } = await previewYaml(
        stage,
        YAML.replace("聊天", "Chat")
          .replace(/ {2}- name: chat\n(?: {4}.*\n){3}/, "")
          .replace("train-.*", "train-\\d+"),
      );
      expect(changes.filter(({ act }) => act !== "same")).toEqual([
        { what: "feature", name: "chat", act: "change", fields: [{ field: "name", before: "聊天", after: "Chat" }] },
        {
          what: "rule",
          name: "train",
          act: "change",
          fields: [{ field: "pod", before: "train-.*", after: "train-\\d+" }],
        },
        expect.objectContaining({ what: "rule", name: "chat", act: "remove" }),
      ]);
    });

    test("tells that only the order of rules changed", async () => {
      const stage = get();
      await apply(stage, YAML);
      const [head = "", rules = ""] = YAML.split("rules:\n");
      const [chat = "", train = ""] = rules.split("  - name: train");
      const { changes } = await previewYaml(stage, `${head}rules:\n  - name: train${train}${chat}`);
      expect(changes.filter(({ act }) => act !== "same")).toMatchObject([
        { name: "train", act: "change", fields: [{ field: "order", before: "2", after: "1" }] },
      ]);
    });

    test("leaves alone what it does not mention", async () => {
      const stage = get();
      await apply(stage, YAML);
      await apply(stage, "features:\n  - {key: video}\n");
      expect(stage.features.list().map(({ key }) => key)).toEqual(["chat", "train", "video"]);
      expect(stage.features.rules()).toHaveLength(2);
    });

    test("with one fault writes nothing of the rest", async () => {
      const stage = get();
      const wrong = YAML.replace("feature: train", "feature: trian");
      const preview = await previewYaml(stage, wrong);
      expect(preview).toMatchObject({
        changes: [],
        faults: [{ code: "unknown_feature", where: "line 13, column 14: rules[1].feature", value: "trian" }],
      });
      await expect(applyYaml(stage, wrong, "", note)).rejects.toThrow("line 13, column 14");
      expect(stage.features.list()).toEqual([]);
    });

    test("is not applied when something else changed since it was looked at", async () => {
      const stage = get();
      const { fingerprint } = await previewYaml(stage, YAML);
      await addFeatures(stage, "chat");
      await expect(applyYaml(stage, YAML, fingerprint, note)).rejects.toThrow("since this preview");
      expect(stage.features.rules()).toEqual([]);
    });

    test("does not archive a feature that rules still give holders to", async () => {
      const stage = get();
      await apply(stage, YAML);
      const { faults } = await previewYaml(stage, "features:\n  - {key: chat, archived: true}\n");
      expect(faults).toMatchObject([
        { where: "line 2, column 27: features[0].archived", hint: expect.stringContaining("(chat)") },
      ]);
    });

    const text = fc.string({
      unit: fc.constantFrom("a", "聊", "'", '"', ":", "#", "-", "{", " ", "1", ".", "&", "*", "!", "\t", "\\", "<"),
      maxLength: 12,
    });
    const key = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,5}$/);
    const state = fc.record({
      features: fc.uniqueArray(
        fc.record({
          key,
          name: text,
          team: text.filter((said) => !said.includes("\t")),
          kind: fc.constantFrom("inference", "training", "notebook", "other"),
          archived: fc.boolean(),
        }),
        { selector: (one) => one.key, minLength: 1, maxLength: 4 },
      ),
      rules: fc.array(
        fc.record({
          feature: fc.nat(3),
          pod: fc.constantFrom("a.*", "[ab]", "123", "true", "", "# no"),
          from: fc.constantFrom("2026-11-01", "2026-03-08T07:00", undefined),
          to: fc.constantFrom("2026-11-02", "2027-01-01T08:00", undefined),
        }),
        { maxLength: 5 },
      ),
    });

    test("as it is exported changes nothing, whatever there is", async () => {
      await fc.assert(
        fc.asyncProperty(state, async ({ features, rules }) => {
          const stage = await setStage(get().db);
          for (const { archived: _archived, ...one } of features)
            await saveFeature(stage, { ...one, name: one.name.replaceAll("\t", " "), kind: one.kind }, note);
          const written = rules.map(({ feature, pod, from, to }, i) =>
            ruleOf(
              `r ${i}`,
              features[feature % features.length]?.key ?? "",
              { pod },
              { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
            ),
          );
          await save(stage, ...written);
          const used = new Set(written.map(({ feature }) => feature));
          for (const { key, archived } of features)
            if (archived && !used.has(key)) await archiveFeature(stage, { key, archived }, note);
          const yaml = await exportYaml(stage);
          const preview = await previewYaml(stage, yaml);
          expect(preview.faults).toEqual([]);
          expect(preview.changes.filter(({ act }) => act !== "same")).toEqual([]);
          expect(preview.changes).toHaveLength(features.length + rules.length);
        }),
        { numRuns: 12 },
      );
    });
  });
}
