import { isIP } from "node:net";
import type { Logger } from "pino";
import type { Fetcher } from "../collectors/collector.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../db/model/clock.ts";
import type { CardEvent } from "../db/model/events.ts";
import type { CardFrame, Report } from "../db/model/frame.ts";
import { SECOND_MS, shift } from "../db/model/time.ts";
import type { Config } from "./config/config.ts";
import type { SourcesPort } from "./context.ts";
import { DEFAULT_STATE_RULES, type StateRules } from "./domain/card-state.ts";
import { openFetcher } from "./egress/fetcher.ts";
import { openPolicy } from "./egress/policy.ts";
import type { Booker } from "./ingest/booker.ts";
import { bookStore } from "./ingest/book-store.ts";
import { CardRegistry, type KnownCard } from "./ingest/card-registry.ts";
import { cardScrape } from "./ingest/card-scrape.ts";
import { HealthWatch, withoutHealth } from "./ingest/health-watch.ts";
import { recallHealth } from "./ingest/recall-health.ts";
import { Ingest } from "./ingest/ingest.ts";
import { KernelFiles } from "./ingest/kernel-files.ts";
import { KernelIntake } from "./ingest/kernel-intake.ts";
import { KubeNodes } from "./ingest/kube-nodes.ts";
import { LiveFleet } from "./ingest/live-fleet.ts";
import { PrometheusSources } from "./ingest/prometheus-sources.ts";
import { registryStore } from "./ingest/registry-store.ts";
import { ScrapeLoop } from "./ingest/scrape-loop.ts";
import { ScrapeSources } from "./ingest/scrape-sources.ts";
import { type BookStore, type NodeDown, SlotBook } from "./ingest/slot-book.ts";
import { TargetHealth } from "./ingest/target-health.ts";
import type { FeaturesPort } from "./usecases/mapping/features-port.ts";

/** The name under which slots of targets we scrape ourselves are committed. */
export const SCRAPE_SOURCE = "scrape";
/** After its end a slot waits for the longest scrape begun in it, and a moment for its frame to be taken in. */
function graceOf({ sources }: Config): number {
  const timeouts = sources.map((s) => (s.kind === "prometheus" ? 0 : s.scrape.timeoutMs));
  return Math.max(10 * SECOND_MS, ...timeouts) + 5 * SECOND_MS;
}

export type Pipeline = {
  readonly live: LiveFleet;
  readonly watch: HealthWatch;
  readonly kernelLog: KernelIntake;
  readonly sources: SourcesPort;
  readonly registry: CardRegistry;
  readonly kube: KubeNodes;
  readonly fetcher: Fetcher;
  /** What cards are judged by; the lines between the states are those of the configuration at the start. */
  readonly rules: StateRules;
  /** Takes in a report of another making: the end of the demo's history. */
  take(report: Report): void;
  /** Begins to collect. */
  start(): Promise<void>;
  /** Takes up a new configuration. */
  follow(config: Config): void;
  /** Stops collecting, then saves what is open. */
  stop(): Promise<void>;
};

export type PipelineParts = {
  readonly config: () => Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly features: Pick<FeaturesPort, "know" | "kindOf" | "factsArrived">;
  readonly ledger: Booker;
};

/** From targets to committed card time: everything between the network and the tables, ready to start. */
export async function openPipeline(parts: PipelineParts): Promise<Pipeline> {
  const { config, db, clock, log, env, features, ledger } = parts;
  const fetcher = openFetcher({
    clock,
    policy: openPolicy({ ...config().egress, refuse: ownDatabase(config()) }),
  });
  const kube = new KubeNodes({
    db,
    clock,
    fetcher,
    env,
    rules: () => config().labels,
    onHolderFacts: (ids) =>
      features.factsArrived(ids).catch((error: unknown) => {
        log.error({ err: error }, "whose the pods are could not be looked up anew; the next round tries again");
        throw error;
      }),
  });
  const rules: StateRules = {
    ...DEFAULT_STATE_RULES,
    kinds: config().states,
    kindOf: features.kindOf,
    startedAt: kube.startedAt,
  };
  const live: LiveFleet = new LiveFleet(rules, (...holder) => registry.holderId(...holder));
  const registry = new CardRegistry(
    registryStore(db),
    (...spoken) => live.isHeard(...spoken),
    (holderIds) => features.know(holderIds),
  );
  await registry.load();
  registry.setSources(sourceNames(config()));
  for (const card of registry.all()) live.know(card, "no_reading");
  live.publish();

  const watch = new HealthWatch(registry, rules);
  const kernelLog = new KernelIntake({ db, clock, registry, watch });
  const kernelFiles = new KernelFiles({ clock, log, intake: kernelLog });
  const onEvents = (events: readonly CardEvent[]) => watch.noteCommitted(events);
  const tables = bookStore(db, SCRAPE_SOURCE, clock, ledger);
  const store: BookStore = {
    ...tables,
    commitSlot: (closed) => tables.commitSlot(closed).then(() => onEvents(closed.events)),
  };
  const graceMs = graceOf(config());
  const isNodeDown: NodeDown = (uuid, window) => {
    const card = registry.get(uuid);
    return card !== undefined && kube.wasDown(card.pool.cluster, card.node, window);
  };
  const book = new SlotBook({ source: SCRAPE_SOURCE, clock, store, registry, rules, graceMs, isNodeDown });
  const ingest = new Ingest({ clock, log, book, registry, live, watch, journalMs: config().storage.journalMs });
  const health = new TargetHealth();
  await kube.load();
  const sink = cardScrape({
    clock,
    rules: () => config().labels,
    sampleLimit: (source) => sampleLimitOf(config(), source),
    take: (report) => ingest.take(kube.fill(report)),
  });
  const loop = new ScrapeLoop({ clock, fetcher, sink, health });
  const scraped = new ScrapeSources({ clock, fetcher, loop, health, env });

  const onCards = (cards: readonly KnownCard[]) => cards.forEach((card) => live.know(card));
  const onLive = (source: string, frames: readonly CardFrame[]) =>
    void hearLive(registry, live, watch, source, frames).catch((error: unknown) =>
      log.error({ err: error, source }, "newest readings could not be shown; the next ones will"),
    );
  const slots = { db, clock, registry, rules, isNodeDown, onCards, onEvents, ledger };
  const pulled = new PrometheusSources({ clock, fetcher, env, onLive, fill: kube.fill, slots });

  let following = Promise.resolve(); // one configuration after the other: two reloads must not start a source twice
  const follow = (wanted: Config) => {
    registry.setSources(sourceNames(wanted));
    kernelFiles.follow(wanted.kernelLogs);
    following = following
      .then(() => kube.follow(wanted)) // first: nodes say where the cards of the others stand
      .then(() => Promise.all([scraped.follow(wanted), pulled.follow(wanted)]))
      .then(
        () => undefined,
        (error: unknown) => log.error({ err: error }, "a source of the new configuration could not be taken up"),
      );
  };
  return {
    live,
    watch,
    kernelLog,
    registry,
    kube,
    fetcher,
    rules,
    sources: {
      list: () => [...scraped.views(), ...pulled.views()],
      targets: () => [...health.targets(), ...pulled.targets()],
    },
    take: (report) => ingest.take(report),
    async start() {
      const { reports, newest, unreadable } = await book.restore();
      if (unreadable > 0)
        log.error({ unreadable }, "pieces of the journal could not be read; their readings are missing");
      if (reports > 0) log.info({ reports }, "took up the journal of the process before");
      onCards(await registry.settle(newest, SCRAPE_SOURCE));
      await recallHealth(watch, db, clock.now(), rules);
      for (const frame of newest) {
        watch.hear(frame);
        const ended = shift(frame.at, frame.reachMs);
        if (ended < clock.now())
          watch.silence({ kind: "silence", origin: frame.origin, at: ended, cause: "dapan_down" });
        live.hear(frame); // what still speaks is shown at once
      }
      ingest.start();
      loop.start();
      follow(config());
    },
    follow,
    async stop() {
      scraped.stop();
      kube.stop();
      await Promise.all([loop.stop(), pulled.stop(), kernelFiles.stop()]);
      await ingest.stop();
      await fetcher.close();
    },
  };
}

/** Newest readings of a Prometheus: shown, never counted; its slots are read whole. */
async function hearLive(
  registry: CardRegistry,
  live: LiveFleet,
  watch: HealthWatch,
  source: string,
  frames: readonly CardFrame[],
) {
  const strange = frames.filter((frame) => !registry.isSettled(frame));
  if (strange.length > 0) for (const card of await registry.settle(strange, source)) live.know(card);
  await registry.settleHolders(frames); // what they work on decides what their cards show
  for (const frame of frames) {
    watch.hear(frame);
    live.hear(withoutHealth(frame));
  }
  live.publish();
}

/** Under which names slots are committed: one for all we scrape, if we scrape at all, and one for each Prometheus. */
const sourceNames = ({ sources }: Config): string[] => [
  ...new Set(sources.map((s) => (s.kind === "prometheus" ? s.name : SCRAPE_SOURCE))),
];

function sampleLimitOf(config: Config, name: string): number {
  const source = config.sources.find((s) => s.name === name);
  return source && source.kind !== "prometheus" ? source.scrape.sampleLimit : 0;
}

/** Nobody may have us dial our own database: only an address can be refused, and a name resolves to one elsewhere. */
export function ownDatabase({ database }: Config): readonly { address: string; port: number }[] {
  if (database.kind !== "postgres") return [];
  const { hostname, port } = new URL(database.url);
  const address = hostname.replace(/^\[|\]$/g, "");
  return isIP(address) ? [{ address, port: Number(port || 5432) }] : [];
}
