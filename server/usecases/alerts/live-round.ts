import type { Logger } from "pino";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Holder } from "../../../db/model/frame.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import type { LiveFleetPort, SourcesPort } from "../../context.ts";
import type { Round, RoundFeature, RoundMoney } from "../../domain/health/round.ts";
import type { CardRegistry } from "../../ingest/card-registry.ts";
import type { HealthWatch } from "../../ingest/health-watch.ts";
import type { KubeNodes } from "../../ingest/kube-nodes.ts";
import { type FeatureOf, WatchRounds } from "../../ingest/watch-round.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import { ExpectedCards } from "./expected-cards.ts";
import { LiveGangs } from "./live-gangs.ts";
import { LiveNodes } from "./live-nodes.ts";
import { LiveSources } from "./live-sources.ts";

export type LiveRoundParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Pick<Logger, "error">;
  readonly watch: HealthWatch;
  readonly registry: Pick<CardRegistry, "all" | "holderId">;
  readonly live: Pick<LiveFleetPort, "row" | "rows" | "identity">;
  readonly features: Pick<FeaturesPort, "list" | "featureOf">;
  readonly kube: Pick<KubeNodes, "word" | "pod" | "startedAt">;
  readonly sources: SourcesPort;
  readonly money: () => readonly RoundMoney[]; // as known now
};

/** Everything the rules may look at, as it is now. The answers of PromQL rules are left to whoever asks for them. */
export function liveRound(parts: LiveRoundParts): () => Promise<Round> {
  const { clock, watch, registry, live, features, kube, sources } = parts;
  const expected = new ExpectedCards(parts);
  const nodes = new LiveNodes({ kube, targets: () => sources.targets(), expected });
  const gangs = new LiveGangs({
    activity: watch.activity,
    kube,
    startedAt: (holder, cluster) => kube.startedAt(registry.holderId(holder, cluster)),
  });
  const rounds = new WatchRounds({ watch, registry, live });
  const health = new LiveSources();
  return async () => {
    await expected.refresh();
    const now = clock.now();
    const featureOf = featureReader(registry, features, Math.floor(now / HOUR_MS));
    const seen = rounds.at(now, featureOf);
    return {
      at: now,
      cards: seen.cards,
      nodes: nodes.at(seen, now),
      gangs: gangs.at(seen, now),
      sources: health.at(sources.list(), sources.targets(), now),
      money: parts.money(),
      events: { of: (cardId) => watch.events.of(cardId) },
      answers: new Map(),
    };
  };
}

/** Whose work a holder does in an hour, one object a feature. */
function featureReader(
  registry: Pick<CardRegistry, "holderId">,
  features: Pick<FeaturesPort, "list" | "featureOf">,
  hourNo: number,
): FeatureOf {
  const byId = new Map(features.list().map(({ id, name, team, kind }) => [id, { id, name, team, kind }]));
  const known = new WeakMap<Holder, RoundFeature | null>(); // cards of a node share their holders' objects
  return (holder, cluster) => {
    let feature = known.get(holder);
    if (feature === undefined) {
      feature = byId.get(features.featureOf(registry.holderId(holder, cluster), hourNo)) ?? null;
      known.set(holder, feature);
    }
    return feature;
  };
}
