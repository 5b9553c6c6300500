import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Clock } from "../db/model/clock.ts";
import { lockCollecting } from "../db/collecting-lock.ts";
import type { Database } from "../db/database.ts";
import type { ChannelRecord } from "../db/store/channels.ts";
import { readArrivals } from "../db/store/arrivals.ts";
import { SECOND_MS } from "../db/model/time.ts";
import { openDatabase } from "../db/open.ts";
import { builtConsole, readAssets } from "./api/assets.ts";
import { inputFault } from "./api/router.ts";
import { createApi } from "./api/server.ts";
import type { Config, ConfigReading } from "./config/config.ts";
import { holdConfig } from "./config/holder.ts";
import { databaseUrlOf } from "./config/secrets.ts";
import type { Deps } from "./context.ts";
import type { Booker } from "./ingest/booker.ts";
import { roomAt, watchWrites } from "./ingest/write-watch.ts";
import { startHousekeeping } from "./jobs/housekeeping.ts";
import { startLedger } from "./jobs/ledger.ts";
import { startPatrol } from "./jobs/patrol.ts";
import { startReports } from "./jobs/reports.ts";
import { startReview } from "./jobs/review.ts";
import { startTiers } from "./jobs/tiers.ts";
import { startUsage } from "./jobs/usage.ts";
import { openPipeline, ownDatabase, type Pipeline } from "./pipeline.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { watchFleet, watchProcess } from "./telemetry/process-metrics.ts";
import { startTracing } from "./telemetry/tracing.ts";
import { openAccounts } from "./usecases/access/open-accounts.ts";
import { startAudit } from "./jobs/audit.ts";
import { createApprovals } from "./usecases/approvals/approvals-port.ts";
import { auditSign } from "./usecases/audit/chain.ts";
import { createAudit } from "./usecases/audit/create-audit.ts";
import { headFileOf } from "./usecases/audit/head-file.ts";
import { createBoardPast } from "./usecases/board/board-past.ts";
import { createSavedViews } from "./usecases/board/saved-views.ts";
import { createBoardReads } from "./usecases/board-reads.ts";
import { createCosts } from "./usecases/costs/costs-port.ts";
import { watchLedger } from "./usecases/ledger/ledger-telemetry.ts";
import { createLedger } from "./usecases/ledger/ledger-port.ts";
import { createFeatures } from "./usecases/mapping/features-port.ts";
import { createAliases } from "./usecases/pricing/aliases-port.ts";
import { createImports } from "./usecases/pricing/imports-port.ts";
import { liveNamed, pastNamed } from "./usecases/pricing/named-pools.ts";
import { createInventory } from "./usecases/inventory/inventory-port.ts";
import { createPricing } from "./usecases/pricing/pricing-port.ts";
import { openGuardRules } from "./usecases/patrol/guard-rules.ts";
import { createPatrol } from "./usecases/patrol/patrol-port.ts";
import { troubleAlert } from "./usecases/patrol/report-trouble.ts";
import { pdfMaker } from "./usecases/patrol/make-pdf.ts";
import { reportValue } from "./usecases/patrol/report-value.ts";
import { createReports } from "./usecases/patrol/reports-port.ts";
import { createReview } from "./usecases/review/review-port.ts";
import { isOurs } from "./ingest/card-registry.ts";
import { startNotifier } from "./notify/notifier.ts";
import { storeOutbox } from "./notify/store-outbox.ts";
import { openSender } from "./egress/sender.ts";
import { openChannel } from "./secrets/channel-secrets.ts";
import { NO_KEY } from "./secrets/key.ts";
import { openSecrets } from "./secrets/open-secrets.ts";
import { tidySecrets } from "./secrets/tidy.ts";
import { readEventsOf } from "../db/store/lab.ts";
import { createAlerts } from "./usecases/alerts/create-alerts.ts";
import { evidenceReads } from "./usecases/alerts/evidence/evidence-reads.ts";
import { pastHolders } from "./usecases/alerts/lab/past-holders.ts";
import { liveRound } from "./usecases/alerts/live-round.ts";
import { askedOf, createPromqlAnswers } from "./usecases/alerts/promql-answers.ts";
import { MoneyOfRounds } from "./usecases/alerts/round-money.ts";
import { readRunbooks, runbookFolder } from "./usecases/alerts/runbooks.ts";
import { createTiers } from "./usecases/tiers/tiers-port.ts";
import { openCounterReaders } from "./usecases/usage/counter-readers.ts";
import { createUsage } from "./usecases/usage/create-usage.ts";

/** A process that was told to stop does so within 10 s; the next waits for it that long and a little. */
const PREDECESSOR_MS = 15 * SECOND_MS;

export type StartOptions = {
  readonly config: Config;
  readonly reload: (() => ConfigReading) | null; // reads the config file again; null when there is none
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly demo: boolean;
  /** The process cannot go on (the embedded database stopped, another process collects now): stop and end it. */
  readonly onFatal: (error: Error) => void;
  /** Runs with everything open and nothing collected yet: the demo writes its history here. */
  readonly beforeStart?: (parts: {
    readonly db: Database;
    readonly pipeline: Pipeline;
    readonly ledger: Booker;
    readonly features: Deps["features"];
    readonly usage: Deps["usage"];
    readonly alerts: Deps["alerts"];
    readonly reports: Deps["reports"];
  }) => Promise<void>;
  /** What start-up is doing, for the person waiting. */
  readonly onProgress?: (step: string) => void;
};

export type Running = {
  readonly url: string;
  /** Reads the config again; a wrong one is logged and not taken. */
  reload(): boolean;
  /** Stops taking, writes what is open, closes. */
  stop(): Promise<void>;
};

/** Puts the process together and serves it. @throws when the database or the port cannot be had; nothing stays open then */
export async function startServer(options: StartOptions): Promise<Running> {
  const { config, clock, log, onProgress = () => undefined } = options;
  const startedAt = clock.now();
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const tracing = startTracing(config.telemetry.serviceName, options.env);
    closers.push(() => tracing.stop());
    const metrics = createMetrics(true);
    closers.push(() => metrics.stop());
    closers.push(watchProcess(metrics.instruments, startedAt));

    onProgress(
      config.database.kind === "pglite" ? `opening the database in ${config.database.dataDir}` : "opening PostgreSQL",
    );
    const at =
      config.database.kind === "pglite" ? config.database : { url: await databaseUrlOf(config.database, options.env) };
    if ("url" in at) {
      const { url } = at;
      const lock = await lockCollecting({ url, clock, waitMs: PREDECESSOR_MS, onLost: options.onFatal });
      closers.push(() => lock.release()); // taken before the schema is touched: the other process may be older
    }
    const db = await openDatabase({
      at,
      clock,
      onFatal: options.onFatal,
      onFault: (error) => log.warn({ err: error }, "a database connection broke and was replaced"),
    });
    closers.push(() => db.close());

    const holder = holdConfig(config, options.reload, log);
    const room = config.database.kind === "pglite" ? roomAt.bind(null, config.database.dataDir) : null;
    const writes = watchWrites(db, room);
    const parts = { config: () => holder.current(), db: writes.db, clock, log, env: options.env };
    const aliases = await createAliases(db, clock);
    const features = await createFeatures({ db, clock });
    const pricing = createPricing({
      db,
      clock,
      config: () => holder.current(),
      onAliases: (tell) => aliases.onChange(tell),
    });
    const ledger = createLedger({ db: writes.db, clock, log, config: () => holder.current(), pricing, features });
    const pipeline = await openPipeline({ ...parts, features, ledger });
    holder.onChange((next) => pipeline.follow(next));
    const tiers = createTiers({
      db,
      clock,
      pricing,
      currency: () => holder.current().currency,
      aliases: (knownAt) => aliases.at(knownAt),
    });
    const review = createReview({ db, clock, pricing, tiers, currency: () => holder.current().currency });
    const inventory = createInventory({
      db,
      clock,
      zone: () => holder.current().timeZone,
      live: pipeline.live,
      registry: pipeline.registry,
      onCard: (card) => pipeline.live.know(card),
      kube: pipeline.kube,
      aliases,
    });
    const readers = openCounterReaders({ ...parts, fetcher: pipeline.fetcher });
    const usage = createUsage({ ...parts, readers });
    const costs = createCosts({ db, clock, onWritten: (tell) => ledger.onChange(tell) });
    const past = pastNamed(createBoardPast(db), aliases);
    const live = liveNamed(pipeline.live, aliases.current);
    const board = createBoardReads(db, clock);
    const secrets = await openSecrets({ db, clock, config, env: options.env });
    const box = secrets?.box ?? null;
    if (secrets !== null) await tidySecrets(db, secrets, log);
    const audit = createAudit({ db: writes.db, clock, log, sign: auditSign(box), headFile: headFileOf(config) });
    await audit.open();
    const approvals = createApprovals({
      db: writes.db,
      clock,
      box,
      kinds: () => holder.current().auth.secondPerson,
      inputFault,
    });
    const access = await openAccounts({ ...parts, audit, box, fetcher: pipeline.fetcher });
    const sender = openSender({ clock, egress: { allow: config.egress.allow, refuse: ownDatabase(config) } });
    const secretsOf = async (channel: ChannelRecord) => {
      if (box === null) throw new Error(NO_KEY);
      return await openChannel(box, channel);
    };
    const notifier = startNotifier({
      store: storeOutbox(writes.db),
      sender,
      clock,
      log,
      secretsOf,
      zone: () => holder.current().timeZone,
      publicUrl: () => holder.current().publicUrl,
      heartbeatHour: () => holder.current().heartbeatHour,
    });
    closers.push(() => notifier.stop());
    const money = new MoneyOfRounds({
      aliases,
      past,
      pricing,
      costs,
      features,
      ledger,
      usage,
      clock,
      config: holder,
      log,
    });
    const guardRules = await openGuardRules(db, clock);
    const alerts = await createAlerts({
      stricter: (rules) => guardRules.stricter(rules),
      db: writes.db,
      clock,
      log,
      config: () => holder.current(),
      box,
      notifier,
      live,
      board,
      pricing,
      features,
      round: liveRound({
        db,
        clock,
        log,
        watch: pipeline.watch,
        registry: pipeline.registry,
        live: pipeline.live,
        features,
        kube: pipeline.kube,
        sources: pipeline.sources,
        money: () => money.now(),
      }),
      answers: createPromqlAnswers({ clock, sources: () => askedOf(holder.current(), readers) }),
      runbooks: readRunbooks(runbookFolder(path.dirname(fileURLToPath(import.meta.url)))),
      evidence: evidenceReads(pipeline, board),
      lab: {
        cards: () => [...pipeline.registry.all()].filter(isOurs),
        holders: (window) => pastHolders(db, features, window),
        events: (cardIds, window) => readEventsOf(db, cardIds, window),
      },
    });
    const patrol = createPatrol({
      db,
      clock,
      config: () => holder.current(),
      alerts,
      sources: pipeline.sources,
      startedAt,
      writeTrouble: () => writes.trouble(),
      guardRules,
      onFault: (error) => log.error({ err: error }, "the patrol somebody asked for could not be made"),
    });
    const reports = createReports({
      db: writes.db,
      clock,
      log,
      zone: () => holder.current().timeZone,
      publicUrl: () => holder.current().publicUrl,
      makeValue: (question) => reportValue({ db, clock, config: () => holder.current() }, question),
      makePdf: pdfMaker(clock),
      sender,
      secretsOf,
      testChannel: (id) => notifier.test(id),
      tell: (trouble) => alerts.takeOutside([troubleAlert(trouble)]),
    });
    const deps: Deps = {
      clock,
      config: holder,
      access,
      audit,
      approvals,
      board,
      past,
      pricing,
      imports: createImports(clock),
      aliases,
      features,
      ledger,
      costs,
      usage,
      tiers,
      review,
      alerts,
      patrol,
      reports,
      kernelLog: pipeline.kernelLog,
      inventory,
      arrivals: (window) => readArrivals(db, window),
      views: createSavedViews(db),
      live,
      sources: pipeline.sources,
      writeTrouble: () => writes.trouble(),
      log,
      demo: options.demo,
      startedAt,
    };
    watchFleet(metrics.instruments, deps);
    watchLedger(metrics.instruments, ledger);
    const assets = readAssets(builtConsole(path.dirname(fileURLToPath(import.meta.url))));
    const api = await createApi({ deps, assets, metrics });
    closers.push(() => api.close());
    await options.beforeStart?.({ db, pipeline, ledger, features, usage, alerts, reports });
    await pipeline.start();
    await alerts.start();
    const reviewJob = startReview(review, tiers, clock, log);
    const reportsJob = startReports(reports, { db, clock, log });
    const patrolJob = startPatrol(patrol, clock, log);
    const tiersJob = startTiers({ tiers, pricing, live: pipeline.live, config: holder, clock, log });
    const ledgerJob = startLedger({ ledger, pricing, features, config: holder, clock, log });
    const usageJob = startUsage({ counters: usage.counters, readers, db: writes.db, clock, log });
    const auditJob = startAudit(audit, clock, log);
    const housekeeping = startHousekeeping(db, clock, log, config.storage);
    closers.push(async () => {
      await alerts.stop(); // before what it judges stops changing
      const asked = usageJob.stop(); // its questions end before the pipeline closes what they are dialled with
      await pipeline.stop(); // first of all: what is open is saved whatever else takes its time
      await asked;
      await reviewJob.stop();
      await patrolJob.stop();
      await reportsJob.stop();
      await tiersJob.stop();
      await ledgerJob.stop();
      await auditJob.stop();
      await housekeeping.stop();
    });
    const url = await api.listen({ ...config.listen });
    const reload = () => {
      const isTaken = holder.reload();
      metrics.instruments.configReloads.add(1, { result: isTaken ? "ok" : "refused" });
      return isTaken;
    };
    return { url, reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
