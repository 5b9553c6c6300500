import type { Fetcher } from "../../collectors/collector.ts";
import { fileSdReader } from "../../collectors/discovery/file-sd.ts";
import { httpSdReader } from "../../collectors/discovery/http-sd.ts";
import { staticTargets } from "../../collectors/discovery/static-targets.ts";
import type { Target } from "../../collectors/discovery/target.ts";
import { TargetWatch } from "../../collectors/discovery/target-watch.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { SourceView } from "../../db/model/views.ts";
import type { Config, FileSdSource, HttpSdSource, SourceConfig, StaticSource } from "../config/config.ts";
import { shownUrl } from "../egress/shown-url.ts";
import { credentialHeaders } from "./scrape-headers.ts";
import type { ScrapeJob } from "./scrape-job.ts";
import type { ScrapeLoop } from "./scrape-loop.ts";
import type { SourceEntry, TargetHealth } from "./target-health.ts";

type ScrapedSource = StaticSource | FileSdSource | HttpSdSource;
type Following = { readonly source: ScrapedSource; targets: readonly Target[]; readonly stop: () => void };

/** The sources we scrape ourselves: follows their lists of targets and keeps the scrape loop on the union. */
export class ScrapeSources {
  private readonly clock: Clock;
  private readonly fetcher: Fetcher;
  private readonly loop: ScrapeLoop;
  private readonly health: TargetHealth;
  private readonly env: Readonly<Record<string, string | undefined>>;
  private following: Following[] = [];

  constructor(parts: {
    clock: Clock;
    fetcher: Fetcher;
    loop: ScrapeLoop;
    health: TargetHealth;
    env: Readonly<Record<string, string | undefined>>; // where secrets named by variable stand
  }) {
    this.clock = parts.clock;
    this.fetcher = parts.fetcher;
    this.loop = parts.loop;
    this.health = parts.health;
    this.env = parts.env;
  }

  /** Takes up the sources of a configuration, in place of those before. Targets in both keep their rhythm. */
  async follow(config: Config): Promise<void> {
    for (const { stop } of this.following) stop();
    const before = new Map(this.following.map((f) => [f.source.name, f.targets]));
    this.following = [];
    const looks: Promise<void>[] = [];
    for (const source of config.sources) {
      if (!isScraped(source)) continue;
      const following: Following = { source, targets: before.get(source.name) ?? [], stop: () => watch?.stop() };
      const watch = this.watch(source, following);
      if (watch) looks.push(watch.start());
      else following.targets = staticTargets((source as StaticSource).targets, source.labels);
      this.following.push(following);
    }
    this.apply();
    await Promise.all(looks);
  }

  stop(): void {
    for (const { stop } of this.following) stop();
  }

  views(): readonly SourceView[] {
    return this.health.sources(this.following.map(({ source }) => entryOf(source)));
  }

  private watch(source: ScrapedSource, following: Following): TargetWatch | null {
    if (source.kind === "static") return null;
    const read =
      source.kind === "file_sd"
        ? fileSdReader({ files: source.files, labels: source.labels })
        : httpSdReader(
            {
              name: source.name,
              url: new URL(source.url),
              refreshMs: source.refreshMs,
              labels: source.labels,
              headers: this.headersOf(source),
              caFile: source.caFile,
            },
            this.fetcher,
          );
    return new TargetWatch({
      clock: this.clock,
      everyMs: source.refreshMs,
      read,
      onChange: ({ targets, fault, faultAt, succeededAt }, targetsChanged) => {
        this.health.discovered(source.name, fault, (fault ? faultAt : succeededAt) ?? this.clock.now());
        if (!targetsChanged || (fault !== null && targets.length === 0)) return; // a failed first look says nothing
        following.targets = targets;
        this.apply();
      },
    });
  }

  private apply(): void {
    this.loop.setTargets(this.following.flatMap(({ source, targets }) => this.jobs(source, targets)));
  }

  private jobs(source: ScrapedSource, targets: readonly Target[]): ScrapeJob[] {
    const headers = this.headersOf(source);
    const { intervalMs, timeoutMs, maxBodyBytes } = source.scrape;
    const { name, caFile } = source;
    return targets.map((target) => ({ source: name, target, intervalMs, timeoutMs, maxBodyBytes, headers, caFile }));
  }

  private headersOf(source: ScrapedSource): () => Readonly<Record<string, string>> {
    return credentialHeaders(source.credentials, { clock: this.clock, environment: (name) => this.env[name] });
  }
}

const isScraped = (source: SourceConfig): source is ScrapedSource => source.kind !== "prometheus";

function entryOf(source: ScrapedSource): SourceEntry {
  const { name, kind } = source;
  if (kind === "static") return { name, kind, address: source.targets.map((t) => shownAddress(t)).join(", ") };
  if (kind === "file_sd") return { name, kind, address: source.files.join(", ") };
  return { name, kind, address: shownAddress(source.url) };
}

const shownAddress = (address: string): string => (URL.canParse(address) ? shownUrl(new URL(address)) : address);
