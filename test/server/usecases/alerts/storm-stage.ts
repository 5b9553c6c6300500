import type { Logger } from "pino";
import type { Database } from "../../../../db/database.ts";
import { ROUTE_TIMES } from "../../../../db/model/channel.ts";
import type { RuleInForce } from "../../../../db/model/rule.ts";
import { addChannel, readChannels } from "../../../../db/store/channels.ts";
import { putMessages } from "../../../../db/store/outbox.ts";
import { readRoutes, replaceRoutes } from "../../../../db/store/routes.ts";
import { AlertEngine, ROUND_MS } from "../../../../server/usecases/alerts/engine.ts";
import { stepWriter } from "../../../../server/usecases/alerts/engine-step.ts";
import { makeJudge } from "../../../../server/usecases/alerts/make-judge.ts";
import { foundIn } from "../../../../server/domain/alerts/shed.ts";
import type { Round } from "../../../../server/domain/health/round.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { inForce } from "../../domain/alerts/hand.ts";
import { aRound, cards, NOW } from "../../domain/health/a-round.ts";

const CHANNELS = 2;

/** A fleet that runs hot from one round to the next, judged by so many rules that all find it: the engine over real tables. */
export class StormStage {
  readonly engine: AlertEngine;
  /** Of the last round. */
  findings = 0;
  /** CPU of the dearest pure step, ms. */
  slowestAdvanceMs = 0;
  /** Called where a round weighs most: findings in hand, incidents made, rows being written. */
  probe: (where: "found" | "judged" | "writing") => void = () => undefined;
  private readonly clock = manualClock(NOW);
  private readonly db: Database;
  private readonly calm: Round;
  private readonly hot: Round;
  private readonly rules: readonly RuleInForce[];
  private isHot = false;

  constructor(db: Database, { nodes, rules, log }: { nodes: number; rules: number; log: Logger }) {
    this.db = db;
    this.calm = roundOf(nodes, 50);
    this.hot = roundOf(nodes, 99);
    this.rules = Array.from({ length: rules }, (_, i) =>
      inForce({ id: `hot-${i}`, severity: "P2", forMs: 0, where: {}, runbook: "temperature" }),
    );
    const judge = makeJudge({
      zone: () => "Asia/Shanghai",
      currency: () => "CNY",
      publicUrl: () => "https://dapan.test",
      box: null,
      hourlyOf: (ids) => BigInt(ids.length) * 10_000_000n,
    });
    this.engine = new AlertEngine({
      db,
      clock: {
        ...this.clock,
        sleep: async (ms, signal) => await (ms === 0 ? undefined : this.clock.sleep(ms, signal)),
      },
      log,
      judge: {
        ...judge,
        advance: (step) => {
          this.findings = foundIn(step.saws);
          this.probe("found");
          const began = process.cpuUsage();
          const next = judge.advance(step);
          const { user, system } = process.cpuUsage(began);
          this.slowestAdvanceMs = Math.max(this.slowestAdvanceMs, (user + system) / 1_000);
          this.probe("judged");
          return next;
        },
      },
      round: async () => this.round(),
      rules: () => this.rules,
      silences: async () => [],
      routes: () => readRoutes(db),
      channels: () => readChannels(db),
      toll: async (one) => ({
        costPerHourMicro: BigInt(one.cardIds.length) * 10_000_000n,
        unpricedCards: 0,
        currency: "CNY",
        holders: [],
        featureIds: [],
      }),
      write: stepWriter(db, async (tx, messages) => {
        this.probe("writing");
        await putMessages(tx, messages);
      }),
      onMessages: () => undefined,
    });
  }

  /** Two channels that hear of everything. */
  async prepare(): Promise<void> {
    const { db } = this;
    const ids: number[] = [];
    for (let i = 0; i < CHANNELS; i += 1) {
      const id = await addChannel(db, {
        name: `storm-${i}`,
        kind: "feishu",
        language: "en",
        sendsResolved: true,
        settings: { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" },
        sealed: Uint8Array.of(1),
        shownAddress: "x",
        by: "t",
        at: NOW,
      });
      ids.push(id!);
    }
    const all = { id: null, name: "all", where: {}, severities: [], ruleIds: [], goesOn: false, escalations: [] };
    await db.transaction((tx) => replaceRoutes(tx, [{ ...all, channelIds: ids, ...ROUTE_TIMES }], NOW));
    await this.engine.load();
  }

  /** Rounds for so long, of a fleet that runs hot or does not. */
  async run(ms: number, isHot: boolean): Promise<void> {
    this.isHot = isHot;
    for (let passed = 0; passed < ms; passed += ROUND_MS) {
      await this.clock.advance(ROUND_MS);
      await this.engine.judge();
    }
  }

  /** What stands in tables and in memory. */
  async left(): Promise<{ open: number; incidents: number; outbox: number; groups: number; channels: number }> {
    const count = async (table: string) =>
      (await this.db.query<{ n: number }>(`SELECT count(*)::int4 AS n FROM ${table}`))[0]!.n;
    return {
      open: this.engine.open().length,
      incidents: await count("incident"),
      outbox: await count("outbox"),
      groups: await count("alert_group"),
      channels: CHANNELS,
    };
  }

  private round(): Round {
    return { ...(this.isHot ? this.hot : this.calm), at: this.clock.now() };
  }
}

function roundOf(nodes: number, temperatureCelsius: number): Round {
  const round = aRound({
    nodes: Array.from({ length: nodes }, (_, n) => ({
      name: `gpu-${n}`,
      cluster: `train-${n % 10}`,
      region: `r${n % 4}`,
      cards: cards(8, { says: { temperatureCelsius } }, `n${n}`),
    })),
  });
  const read = round.cards.level("temperatureCelsius");
  return { ...round, cards: { ...round.cards, level: () => read } };
}
