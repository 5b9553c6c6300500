import { cardExporters } from "../../collectors/card-exporters.ts";
import type { Fetcher } from "../../collectors/collector.ts";
import { PrometheusPuller } from "../../collectors/prometheus/pull.ts";
import { parseSelector } from "../../collectors/prometheus/selector.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { SourceView, TargetView } from "../../db/model/views.ts";
import { readCommittedSlots } from "../../db/store/ledger.ts";
import type { Config, PrometheusSource as PrometheusConfig } from "../config/config.ts";
import { placeOf } from "../config/place-rules.ts";
import { shownUrl } from "../egress/shown-url.ts";
import { type PrometheusSource, startPrometheusSource } from "./prometheus-source.ts";
import { commitPulledSlot, type PulledSlotDeps } from "./pulled-slot.ts";
import { credentialHeaders } from "./scrape-headers.ts";

type Running = { readonly config: PrometheusConfig; readonly source: PrometheusSource };

/** The Prometheus servers we read, each slot by slot on its own. */
export class PrometheusSources {
  private readonly clock: Clock;
  private readonly fetcher: Fetcher;
  private readonly slots: PulledSlotDeps;
  private readonly onLive: (source: string, frames: readonly CardFrame[]) => void;
  private readonly env: Readonly<Record<string, string | undefined>>;
  private readonly fill: <R extends Report>(report: R) => R;
  private running: Running[] = [];

  constructor(parts: {
    clock: Clock;
    fetcher: Fetcher;
    slots: PulledSlotDeps;
    onLive: (source: string, frames: readonly CardFrame[]) => void;
    env: Readonly<Record<string, string | undefined>>;
    /** Completes a place from what else is known of the node. */
    fill?: <R extends Report>(report: R) => R;
  }) {
    this.clock = parts.clock;
    this.fetcher = parts.fetcher;
    this.slots = parts.slots;
    this.onLive = parts.onLive;
    this.env = parts.env;
    this.fill = parts.fill ?? ((report) => report);
  }

  /** Takes up the sources of a configuration. Ones that did not change keep running. */
  async follow(config: Config): Promise<void> {
    const wanted = config.sources.filter((s): s is PrometheusConfig => s.kind === "prometheus");
    const print = (s: PrometheusConfig) => JSON.stringify([s, [...s.labels], config.labels]);
    const same = new Set(wanted.map(print));
    const ending = this.running.filter((r) => !same.has(print(r.config)));
    this.running = this.running.filter((r) => !ending.includes(r));
    await Promise.all(ending.map((r) => r.source.stop()));
    const kept = new Set(this.running.map((r) => print(r.config)));
    for (const source of wanted) if (!kept.has(print(source))) this.running.push(this.start(source, config));
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((r) => r.source.stop()));
  }

  views(): readonly SourceView[] {
    return this.running.map(({ config, source }) => {
      const health = source.health();
      const { name, kind } = config;
      return {
        name,
        kind,
        address: shownUrl(new URL(config.url)),
        targetsUp: health.up === true ? 1 : 0,
        targetsTotal: 1,
        cards: health.cards,
        lastSuccessAt: health.lastSuccessAt,
        samplesPerSecond: health.samples === null ? null : health.samples / 300,
        clockSkewMs: health.clockSkewMs,
        lastFault: health.fault,
        lastError: health.error,
        lastErrorAt: health.errorAt,
        backlogSlots: health.backlogSlots,
      };
    });
  }

  targets(): readonly TargetView[] {
    return this.running.map(({ config, source }) => {
      const health = source.health();
      return {
        source: config.name,
        origin: config.name,
        address: shownUrl(new URL(config.url)),
        up: health.up,
        lastAttemptAt: health.lastAttemptAt,
        lastSuccessAt: health.lastSuccessAt,
        durationMs: health.durationMs,
        samples: health.samples,
        bytes: health.bytes,
        cards: health.cards,
        duplicateSeries: 0,
        refusedValues: health.refusedFuture,
        clockSkewMs: health.clockSkewMs,
        fault: health.fault,
        error: health.error,
        errorAt: health.errorAt,
      };
    });
  }

  private start(source: PrometheusConfig, { labels: rules }: Config): Running {
    const headers = credentialHeaders(source.credentials, {
      clock: this.clock,
      environment: (name) => this.env[name],
    });
    const puller = new PrometheusPuller(
      {
        name: source.name,
        url: source.url,
        tenant: source.tenant,
        timeoutMs: source.timeoutMs,
        maxBodyBytes: source.maxBodyBytes,
        caFile: source.caFile,
        authorization: async () => headers()["authorization"] ?? "",
        selectors: source.matchers.map(parseSelector),
        intervalMs: source.intervalMs,
        replicaLabels: source.replicaLabels,
        placeOf: (labels) => placeOf(new Map([...labels, ...source.labels]), rules),
        exporters: cardExporters,
      },
      { fetcher: this.fetcher, clock: this.clock },
    );
    const running = startPrometheusSource({
      name: source.name,
      puller,
      clock: this.clock,
      lagMs: source.lagMs,
      backfillMs: source.backfillMs,
      liveEveryMs: Math.max(source.intervalMs, MINUTE_MS), // tens of MB at 10,000 cards
      committedSlots: (window) => readCommittedSlots(this.slots.db, source.name, window),
      commitSlotFrames: (name, slot, reports, seq) =>
        commitPulledSlot(this.slots, name, slot, reports.map(this.fill), seq),
      onLive: (frames) => this.onLive(source.name, frames.map(this.fill)),
    });
    return { config: source, source: running };
  }
}
