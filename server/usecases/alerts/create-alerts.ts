import type { Logger } from "pino";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Incident } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../db/model/rule.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { readChannels } from "../../../db/store/channels.ts";
import type { IncidentToll } from "../../../db/store/incidents.ts";
import { putMessages } from "../../../db/store/outbox.ts";
import { readRoutes } from "../../../db/store/routes.ts";
import { readLiveSilences } from "../../../db/store/silences.ts";
import type { Config } from "../../config/config.ts";
import type { BoardReads, LiveFleetPort, PoolPrice, PricingPort } from "../../context.ts";
import { BUILT_IN_RULES } from "../../domain/health/built-in.ts";
import type { Round } from "../../domain/health/round.ts";
import { ruleFault, signalsOf } from "../../domain/health/rule-fault.ts";
import { fill } from "../../domain/alerts/fill.ts";
import { nextHold } from "../../domain/alerts/silence-times.ts";
import type { Notifier } from "../../notify/notifier.ts";
import type { Box } from "../../secrets/box.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import type { AlertsPort } from "./alerts-port.ts";
import { deliveriesOf, openChannelsDesk } from "./channels-desk.ts";
import { AlertEngine } from "./engine.ts";
import { stepWriter } from "./engine-step.ts";
import { type EvidenceReads, makeEvidence } from "./evidence/make-evidence.ts";
import { openLinks } from "./links.ts";
import { openIncidentsDesk } from "./incidents-desk.ts";
import { type LabParts, openLab } from "./lab/lab.ts";
import { makeJudge } from "./make-judge.ts";
import type { PromqlAnswers } from "./promql-answers.ts";
import { openRuleBook } from "./rule-book.ts";
import { openRulesDesk } from "./rules-desk.ts";
import { openSilencesDesk } from "./silences-desk.ts";
import { type TollCard, tollOf } from "./toll.ts";

export type AlertsParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => Config;
  readonly box: Box | null;
  readonly notifier: Notifier;
  readonly live: Pick<LiveFleetPort, "rows" | "row">;
  readonly board: Pick<BoardReads, "cardEvents">;
  readonly pricing: Pick<PricingPort, "hourlyByPool" | "piecesByPool" | "rates">;
  readonly features: Pick<FeaturesPort, "list">;
  readonly round: () => Promise<Round>;
  /** The rules as guard windows want them now. */
  readonly stricter: (rules: readonly RuleInForce[]) => readonly RuleInForce[];
  readonly answers: PromqlAnswers;
  readonly runbooks: ReadonlyMap<string, string>;
  readonly evidence: EvidenceReads;
  readonly lab: Pick<LabParts, "cards" | "holders" | "events">;
};

export type Alerts = AlertsPort & {
  /** Begins to judge, where the process before left off. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Alerts over the tables: the engine, and the desks at which people work with it. */
export async function createAlerts(parts: AlertsParts): Promise<Alerts> {
  const { db, clock, log, config, live, pricing, notifier, box } = parts;
  const book = await openRuleBook({ db, clock, builtIn: BUILT_IN_RULES, faultOf: ruleFault });
  let prices: ReadonlyMap<number, PoolPrice> = new Map(); // as of the newest round: messages must not wait for the book
  const cards = new LiveCards(live);
  const judge = makeJudge({
    zone: () => config().timeZone,
    currency: () => config().currency,
    publicUrl: () => config().publicUrl,
    box,
    hourlyOf: (cardIds) => tollOf(cardIds, (id) => cards.of(id), prices).costPerHourMicro,
  });
  const engine: AlertEngine = new AlertEngine({
    clock,
    log,
    db,
    judge,
    rules: () => parts.stricter(book.inForce()),
    round: async (rules) => {
      prices = await pricing.hourlyByPool(clock.now(), null);
      const enabled = rules.flatMap(({ rule, enabled: isOn }): Rule[] => (isOn ? [rule] : []));
      const [round, answers] = await Promise.all([parts.round(), parts.answers.answers(enabled)]);
      cards.refresh(round);
      engine.hears(round);
      return { ...round, answers };
    },
    silences: (now) => readLiveSilences(db, now),
    routes: () => readRoutes(db),
    channels: () => readChannels(db),
    toll: async ({ cardIds }: Incident): Promise<IncidentToll> => ({
      ...tollOf(cardIds, (id) => cards.of(id), prices),
      currency: config().currency,
    }),
    write: stepWriter(db, async (tx, messages) => void (await putMessages(tx, messages))),
    onMessages: () => notifier.wake(),
  });
  const incidents = openIncidentsDesk({
    db,
    clock,
    config,
    engine,
    book,
    live,
    pricing,
    board: parts.board,
    features: () => parts.features.list(),
    fill,
    deliveries: (id) => deliveriesOf(db, id),
    runbook: (name) => parts.runbooks.get(name) ?? "",
  });
  const silences = openSilencesDesk({ db, clock, engine, nextOf: nextHold });
  return {
    ...incidents,
    ...openRulesDesk({ db, clock, engine, book, signalsOf }),
    ...silences,
    ...openChannelsDesk({ db, clock, box, notifier, engine }),
    ...openLab({ db, clock, log, judge, book, faultOf: ruleFault, signalsOf, ...parts.lab }),
    async evidence(id, sight) {
      const page = await incidents.incident(id, sight);
      return page === null ? null : await makeEvidence(page, parts.evidence);
    },
    ...openLinks({
      clock,
      box,
      channels: () => readChannels(db),
      desk: incidents,
      silences,
      open: () => engine.open(),
    }),
    takeOutside: (alerts) => engine.takeOutside(alerts),
    onChange: (callback) => engine.onChange(callback),
    async start() {
      await engine.load();
      engine.start();
    },
    stop: () => engine.stop(),
  };
}

/** The live cards by number, as of the newest round. */
class LiveCards {
  private readonly live: Pick<LiveFleetPort, "rows">;
  private byId: ReadonlyMap<number, CardRow> = new Map();
  private featureOf: ReadonlyMap<number, number> = new Map();

  constructor(live: Pick<LiveFleetPort, "rows">) {
    this.live = live;
  }

  refresh({ cards }: Pick<Round, "cards">): void {
    this.byId = new Map(this.live.rows().map((row) => [row.id, row]));
    this.featureOf = new Map(
      cards.feature.flatMap((feature, row) => (feature === null ? [] : [[cards.id[row]!, feature.id] as const])),
    );
  }

  of(id: number): TollCard | null {
    const row = this.byId.get(id);
    return row === undefined
      ? null
      : { poolId: row.poolId, holder: row.holder, featureId: this.featureOf.get(id) ?? null };
  }
}
