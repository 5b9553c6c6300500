import type { CollectError, GetAnswer } from "../../collectors/collector.ts";
import type { Target } from "../../collectors/discovery/target.ts";
import type { UnixMs } from "../../db/model/units.ts";

/** A target and how to read it. */
export type ScrapeJob = {
  readonly source: string; // name of the configured source
  readonly target: Target;
  readonly intervalMs: number;
  readonly timeoutMs: number; // connect + headers + body; at most nine tenths of the interval are used
  readonly maxBodyBytes: number; // uncompressed
  /** Credentials, read at each scrape so that a rotated secret works. May throw CollectError `bad_config`. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly caFile: string | null;
};

/** What a body turned out to hold. */
export type ScrapeYield = {
  readonly samples: number;
  readonly cards: number;
  readonly duplicateSeries: number;
  readonly refusedValues: number;
};

/** Where the outcome of a scrape goes. */
export type ScrapeSink = {
  /**
   * A whole body, at the instant the scrape began. Parses and takes it in before returning or resolving: the body's
   * buffer is used again afterwards.
   * @throws CollectError when the body is not to be believed; nothing of it may then be kept.
   */
  onBody(job: ScrapeJob, answer: GetAnswer, at: UnixMs): ScrapeYield | Promise<ScrapeYield>;
  /** The target could not be read at `at`: what it said before stops speaking there. */
  onSilence(job: ScrapeJob, at: UnixMs, error: CollectError): void;
  /** The target is no longer listed. */
  onRemoved?(job: ScrapeJob, at: UnixMs): void;
};
