import { pino } from "pino";
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { Incident } from "../../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { addChannel, readChannels } from "../../../../db/store/channels.ts";
import { readOpenIncidents, readTimeline } from "../../../../db/store/incidents.ts";
import { putMessages } from "../../../../db/store/outbox.ts";
import { readRoutes, replaceRoutes } from "../../../../db/store/routes.ts";
import { readLiveSilences } from "../../../../db/store/silences.ts";
import { ROUTE_TIMES } from "../../../../db/model/channel.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import type { Round } from "../../../../server/domain/health/round.ts";
import { acknowledge, resolveByHand } from "../../../../server/usecases/alerts/acts.ts";
import { AlertEngine, ROUND_MS } from "../../../../server/usecases/alerts/engine.ts";
import { stepWriter, type StepWriter } from "../../../../server/usecases/alerts/engine-step.ts";
import { makeJudge } from "../../../../server/usecases/alerts/make-judge.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { aRound, cards, NOW, type NodeWish, type RoundWish } from "../../domain/health/a-round.ts";

const RULES: readonly RuleInForce[] = BUILT_IN_RULES.map((rule: Rule) => ({
  rule,
  version: 0,
  origin: "built_in",
  enabled: true,
}));

/** A turn for others takes no time. */
const impatient = (clock: ReturnType<typeof manualClock>): ReturnType<typeof manualClock> => ({
  ...clock,
  sleep: async (ms, signal) => await (ms === 0 ? undefined : clock.sleep(ms, signal)),
});

/** An engine over real tables, its rounds by hand, its clock by hand. */
class Stage {
  readonly clock = impatient(manualClock(NOW));
  readonly db: Database;
  wish: RoundWish = {};
  fails: "never" | "before" | "after" | "after_a_message" = "never";
  engine: AlertEngine;

  constructor(db: Database) {
    this.db = db;
    this.engine = this.make();
  }

  make(): AlertEngine {
    const { db, clock } = this;
    const write = stepWriter(db, async (tx, messages) => void (await putMessages(tx, messages)));
    const failing: StepWriter = async (step) => {
      if (this.fails === "before") throw new Error("the database went away");
      const written = await write(step);
      const isTelling = step.spoken.messages.length > 0;
      if (this.fails === "after" || (this.fails === "after_a_message" && isTelling))
        throw new Error("the answer was lost");
      return written;
    };
    return new AlertEngine({
      db,
      clock,
      log: pino({ level: "silent" }),
      judge: makeJudge({
        zone: () => "Asia/Shanghai",
        currency: () => "CNY",
        publicUrl: () => "https://dapan.test",
        box: null,
        hourlyOf: (ids) => BigInt(ids.length) * 10_000_000n,
      }),
      round: async () => this.round(),
      rules: () => RULES,
      silences: (now) => readLiveSilences(db, now),
      routes: () => readRoutes(db),
      channels: () => readChannels(db),
      toll: async (one: Incident) => ({
        costPerHourMicro: BigInt(one.cardIds.length) * 10_000_000n,
        unpricedCards: 0,
        currency: "CNY",
        holders: [],
        featureIds: [],
      }),
      write: failing,
      onMessages: () => undefined,
    });
  }

  round(): Round {
    return aRound({ ...this.wish, at: this.clock.now() });
  }

  /** Rounds for so long, one every 15 s, in a world that looks alike. */
  async run(ms: number, wish: RoundWish = this.wish): Promise<void> {
    this.wish = wish;
    for (let passed = 0; passed < ms; passed += ROUND_MS) {
      await this.clock.advance(ROUND_MS);
      await this.engine.judge().catch(() => undefined);
    }
  }

  /** Another process takes over, so long later. */
  async restart(afterMs: number): Promise<void> {
    await this.clock.advance(afterMs);
    this.engine = this.make();
    await this.engine.load();
  }

  async messages(): Promise<{ title: string; status: string; lines: number; more: number }[]> {
    return await this.db.query(
      `SELECT notice->>'title' AS title, notice->>'status' AS status, jsonb_array_length(notice->'lines') AS lines,
         (notice->>'more')::int4 AS more FROM outbox ORDER BY id`,
    );
  }
}

const node = (name: string, cluster: string, wish: NodeWish): NodeWish => ({
  name,
  cluster,
  isExporterUp: true,
  expected: 8,
  ...wish,
});
/** Eight cards of which so many are gone while the exporter answers. */
const dropped = (count: number): RoundWish => ({
  nodes: [
    node("gpu-1", "train-1", {
      cards: [...cards(8 - count, {}, "live"), ...cards(count, { gap: "card_gone", silent: 2 * MINUTE_MS }, "gone")],
    }),
    ...[2, 3, 4].map((n) => node(`gpu-${n}`, "train-1", { cards: cards(8, {}, `n${n}`) })),
  ],
});

/** What the engine promises over real tables. */
export function engineSuite(db: () => Database): void {
  let stage: Stage;
  beforeEach(async () => {
    for (const table of [
      "incident_event",
      "incident",
      "outbox",
      "delivery",
      "alert_group",
      "silence",
      "channel",
      "alert_route",
    ])
      await db().query(`DELETE FROM ${table}`);
    const channel = await addChannel(db(), {
      name: "duty",
      kind: "feishu",
      language: "en",
      sendsResolved: true,
      settings: { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" },
      sealed: Uint8Array.of(1),
      shownAddress: "x",
      by: "t",
      at: NOW,
    });
    await db().transaction((tx) =>
      replaceRoutes(
        tx,
        [
          {
            id: null,
            name: "all",
            where: {},
            severities: ["P1", "P2"],
            ruleIds: [],
            channelIds: [channel!],
            goesOn: false,
            ...ROUTE_TIMES,
            escalations: [],
          },
        ],
        NOW,
      ),
    );
    stage = new Stage(db());
    await stage.engine.load();
  });
  const openOnes = async () => (await readOpenIncidents(db())).filter(({ phase }) => phase === "firing");

  test("a card that drops is one incident and one message, and one more when it is back", async () => {
    await stage.run(3 * MINUTE_MS, dropped(1));
    expect((await openOnes()).map(({ ruleId, cardIds }) => [ruleId, cardIds.length])).toEqual([["card-drop", 1]]);
    expect(await stage.messages()).toMatchObject([
      { status: "firing", title: expect.stringContaining("gpu-1") as string },
    ]);
    const [one] = await openOnes();
    await stage.run(10 * MINUTE_MS, dropped(0));
    expect(await openOnes()).toEqual([]);
    expect((await stage.messages()).map(({ status }) => status)).toEqual(["firing", "resolved"]);
    const told = await db().query<{ ids: number[] }>("SELECT incident_ids AS ids FROM outbox ORDER BY id");
    expect(told.map(({ ids }) => ids)).toEqual([[one!.id], [one!.id]]);
  });

  test("what happened to the cards is in their lives", async () => {
    await db().query("DELETE FROM card_event");
    await stage.run(3 * MINUTE_MS, dropped(2));
    await stage.run(5 * MINUTE_MS, dropped(0));
    const kinds = await db().query<{ kind: string }>("SELECT kind FROM card_event ORDER BY at_ms, card_id");
    expect(kinds.map(({ kind }) => kind)).toEqual(["dropped", "dropped", "came_back", "came_back"]);
  });

  test("a restart in pending goes on counting, and one in firing says nothing twice (ALR-02)", async () => {
    await stage.run(45 * SECOND_MS, dropped(1));
    expect((await readOpenIncidents(db()))[0]).toMatchObject({ phase: "pending" });
    await stage.restart(10 * MINUTE_MS);
    await stage.run(45 * SECOND_MS);
    expect((await readOpenIncidents(db()))[0]).toMatchObject({ phase: "firing", ruleId: "card-drop" });
    await stage.run(2 * MINUTE_MS);
    await stage.restart(10 * MINUTE_MS);
    await stage.run(10 * MINUTE_MS);
    expect(await stage.messages()).toHaveLength(1);
    expect(await openOnes()).toHaveLength(1);
  });

  test("a step that could not be written is judged again, and written once (ALR-01)", async () => {
    stage.fails = "before";
    await stage.run(2 * MINUTE_MS, dropped(1));
    expect(await readOpenIncidents(db())).toEqual([]);
    stage.fails = "never";
    await stage.run(3 * MINUTE_MS);
    expect(await openOnes()).toHaveLength(1);
    expect(await stage.messages()).toHaveLength(1);
  });

  test("a commit whose answer was lost opens no second incident", async () => {
    stage.fails = "after";
    await stage.run(MINUTE_MS, dropped(1));
    stage.fails = "never";
    await stage.run(3 * MINUTE_MS);
    expect(await db().query("SELECT 1 FROM incident")).toHaveLength(1);
    expect(await openOnes()).toHaveLength(1);
  });

  test("a commit whose answer was lost says nothing twice, neither that it fires nor that it is over", async () => {
    stage.fails = "after_a_message";
    await stage.run(5 * MINUTE_MS, dropped(1));
    expect((await stage.messages()).map(({ status }) => status)).toEqual(["firing"]);
    await stage.run(15 * MINUTE_MS, dropped(0));
    stage.fails = "never";
    await stage.run(MINUTE_MS);
    expect((await stage.messages()).map(({ status }) => status)).toEqual(["firing", "resolved"]);
    expect(await db().query("SELECT 1 FROM incident")).toHaveLength(1);
  });

  test.each([
    ["NUL", "north\0"],
    ["half of a character", "north\ud83d"],
    ["a pair where a long name is cut", `${"n".repeat(495)}\ud83d\ude00${"n".repeat(20)}`],
  ])("a place with %s in it is told like any other, also after a restart", async (_, region) => {
    const labels = new Map([
      ["alertname", "Odd"],
      ["severity", "critical"],
      ["region", region],
    ]);
    const startsAt = stage.clock.now();
    const one = { labels, annotations: new Map(), status: "firing", startsAt, endsAt: null, generatorUrl: "" } as const;
    await stage.engine.takeOutside([one]);
    await stage.run(MINUTE_MS, {});
    await stage.restart(MINUTE_MS);
    await stage.run(MINUTE_MS, {});
    expect(await openOnes()).toHaveLength(1);
    expect(await stage.messages()).toHaveLength(1);
  });

  test("what others call severe in words nobody knows, and places longer than a name, are taken like any alert", async () => {
    const long = Array.from({ length: 4_000 }, (_, i) => ((i * 7_919) % 36).toString(36)).join("");
    const noise = Array.from({ length: 4_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * i * 31) % 20_000))).join(
      "",
    );
    for (const severity of ["constructor", "__proto__", "toString", "critical"]) {
      await stage.engine.takeOutside([
        {
          labels: new Map([
            ["alertname", severity],
            ["severity", severity],
            ["region", noise],
            ["cluster", long],
          ]),
          annotations: new Map(),
          status: "firing",
          startsAt: stage.clock.now(),
          endsAt: null,
          generatorUrl: "",
        },
      ]);
    }
    await stage.run(MINUTE_MS, {});
    expect((await openOnes()).map(({ severity }) => severity).toSorted()).toEqual(["P1", "P3", "P3", "P3"]);
    expect(await stage.messages()).toHaveLength(1);
  });

  test("an hour without any reading fires no drop and resolves nothing (ALR-06)", async () => {
    await stage.run(3 * MINUTE_MS, dropped(1));
    const silentNode = node("gpu-1", "train-1", {
      isExporterUp: null,
      isReady: null,
      cards: cards(8, { gap: "no_reading", silent: HOUR_MS }, "live"),
    });
    await stage.run(HOUR_MS, { nodes: [silentNode] });
    expect((await openOnes()).filter(({ ruleId }) => ruleId === "card-drop")).toHaveLength(1);
    const drops = await db().query("SELECT 1 FROM incident WHERE rule_id = 'card-drop'");
    expect(drops).toHaveLength(1);
  });

  test("2,000 cards of a region lost at once are one message in the first five minutes (ALR-04, ALR-07)", async () => {
    const nodes = (isLost: boolean) =>
      Array.from({ length: 250 }, (_, n) =>
        node(`gpu-${n}`, "train-1", {
          isExporterUp: !isLost,
          cards: cards(8, isLost ? { gap: "source_down", silent: MINUTE_MS } : {}, `n${n}`),
        }),
      );
    await stage.run(MINUTE_MS, { nodes: nodes(false) });
    await stage.run(5 * MINUTE_MS, { nodes: nodes(true) });
    const said = await stage.messages();
    expect(said).toHaveLength(1);
    expect(said[0]!.title).toContain("2000");
  }, 60_000);

  test("three engines that see the same thing at once open one incident (A-01)", async () => {
    stage.wish = dropped(1);
    const engines = [stage.engine, stage.make(), stage.make()];
    for (const engine of engines) await engine.load();
    for (let round = 0; round < 10; round += 1) {
      await stage.clock.advance(ROUND_MS);
      await Promise.all(engines.map((engine) => engine.judge().catch(() => undefined)));
    }
    expect(await openOnes()).toHaveLength(1);
    expect(await db().query("SELECT 1 FROM incident")).toHaveLength(1);
  });

  test("people acknowledge and resolve; what is still so opens anew", async () => {
    await stage.run(3 * MINUTE_MS, dropped(1));
    const [one] = await openOnes();
    await stage.engine.act(one!.id, acknowledge("li", "on it"));
    await expect(stage.engine.act(one!.id, acknowledge("wang", ""))).rejects.toThrow(/acknowledged by li already/);
    await stage.engine.act(one!.id, resolveByHand("li", "replaced"));
    await expect(stage.engine.act(one!.id, acknowledge("li", ""))).rejects.toThrow(/not open any more/);
    const told = (await readTimeline(db(), one!.id)).map(({ kind, who }) => [kind, who]);
    expect(told.filter(([, who]) => who === "li")).toEqual([
      ["acknowledged", "li"],
      ["resolved", "li"],
    ]);
    await stage.run(3 * MINUTE_MS);
    const [again] = await openOnes();
    expect(again!.id).not.toBe(one!.id);
  });

  test("alerts of others open and resolve as their sender says, and run out where they said so", async () => {
    const alert = (status: "firing" | "resolved", endsAt: number | null) => ({
      labels: new Map([
        ["alertname", "Hot"],
        ["severity", "critical"],
      ]),
      annotations: new Map([["summary", "it is hot"]]),
      status,
      startsAt: stage.clock.now(),
      endsAt: endsAt === null ? null : unixMs(endsAt),
      generatorUrl: "",
    });
    await stage.engine.takeOutside([alert("firing", null)]);
    expect(await openOnes()).toMatchObject([{ ruleId: "outside-alert", severity: "P1", labels: { alertname: "Hot" } }]);
    await stage.run(2 * HOUR_MS, {});
    expect(await openOnes()).toHaveLength(1);
    await stage.engine.takeOutside([alert("resolved", stage.clock.now())]);
    expect(await openOnes()).toEqual([]);
    await stage.engine.takeOutside([alert("firing", stage.clock.now() + 5 * MINUTE_MS)]);
    await stage.run(6 * MINUTE_MS, {});
    expect(await openOnes()).toEqual([]);
  });
}
