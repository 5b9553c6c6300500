import type { Fetcher } from "../../../collectors/collector.ts";
import { CollectError } from "../../../collectors/collector.ts";
import { CounterReader } from "../../../collectors/usage/counter-reader.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { CounterReading } from "../../../db/model/counter.ts";
import type { PromqlUsage } from "../../../db/model/feature.ts";
import { microText } from "../../../db/model/money.ts";
import { HOUR_MS, hourOf, MINUTE_MS, shift, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { UsageTrial, WrittenPromql } from "../../../db/model/usage-views.ts";
import type { Config, PrometheusSource } from "../../config/config.ts";
import { BRIDGE_MS, countHours, type CountedHour } from "../../domain/usage/increase.ts";
import { ServiceError } from "../../errors.ts";
import { QueryBudget } from "../../ingest/query-budget.ts";
import { credentialHeaders } from "../../ingest/scrape-headers.ts";
import { prometheis } from "./keep-sources.ts";
import { readPromql } from "./promql-source.ts";

/** Reads counters of one Prometheus of the configuration. */
export type NamedReader = {
  readonly reader: Pick<CounterReader, "read" | "client">;
  readonly budget: QueryBudget;
  readonly lagMs: number;
};

/** The Prometheus servers of the configuration, by name, each with one reader that keeps what it learned. */
export type CounterReaders = {
  /** null = the configuration has no such Prometheus. */
  of(name: string): NamedReader | null;
  /** Drops connections; questions in flight end. */
  stop(): void;
};

type Parts = {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly fetcher: Fetcher;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export function openCounterReaders(parts: Parts): CounterReaders {
  const readers = new Map<string, NamedReader & { readonly print: string }>();
  return {
    of(name) {
      const source = prometheis(parts.config()).find((one) => one.name === name);
      const known = readers.get(name);
      if (source === undefined || known?.print !== printOf(source)) {
        known?.reader.client.forget();
        readers.delete(name);
      }
      if (source === undefined) return null;
      const made = readers.get(name) ?? { ...openReader(source, parts), print: printOf(source) };
      readers.set(name, made);
      return made;
    },
    stop() {
      for (const { reader } of readers.values()) reader.client.forget();
    },
  };
}

const printOf = (source: PrometheusSource): string => JSON.stringify(source);

function openReader(source: PrometheusSource, { clock, fetcher, env }: Parts): NamedReader {
  const headers = credentialHeaders(source.credentials, { clock, environment: (name) => env[name] });
  const { name, url, tenant, timeoutMs, maxBodyBytes, caFile, intervalMs, replicaLabels, lagMs } = source;
  const authorization = async (): Promise<string> => headers()["authorization"] ?? "";
  const reader = new CounterReader(
    { name, url, tenant, timeoutMs, maxBodyBytes, caFile, authorization, intervalMs, replicaLabels },
    { fetcher, clock },
  );
  return { reader, budget: new QueryBudget(clock.monotonicMs()), lagMs };
}

/** Hours of a source, read and counted. */
export async function readHours(
  { reader }: Pick<NamedReader, "reader">,
  promql: PromqlUsage,
  hours: Window,
  signal: AbortSignal,
): Promise<{ readonly reading: CounterReading; readonly hours: CountedHour[] }> {
  const reading = await reader.read(promql, { from: shift(hours.from, -BRIDGE_MS), to: hours.to }, signal);
  const { unitsPerCount, failed } = promql;
  return { reading, hours: countHours(reading, hours, { unitsPerCount, countsFailed: failed.length > 0 }) };
}

/** The end of the newest hour that is over and whole there, by the slower of their clock and ours. */
export function closedTo({ reader, lagMs }: Pick<NamedReader, "reader" | "lagMs">, now: UnixMs): UnixMs {
  return hourOf(shift(now, Math.min(0, reader.client.clockSkewMs ?? 0) - Math.max(lagMs, MINUTE_MS)));
}

const TRIAL_HOURS = 6;

/** What a source would have read of the last hours. Writes nothing. @throws ServiceError invalid when it cannot be asked at all */
export async function tryCounters(
  readers: CounterReaders,
  clock: Clock,
  config: Config,
  written: WrittenPromql,
): Promise<UsageTrial> {
  const reading = readPromql(
    written,
    prometheis(config).map(({ name }) => name),
  );
  if (!reading.ok)
    throw new ServiceError(
      "invalid",
      reading.faults.map(({ at, value, hint }) => `${at.join(".")}: "${value}": ${hint}`).join("; "),
    );
  const named = readers.of(reading.promql.prometheus);
  if (named === null) throw new ServiceError("invalid", "prometheus: it is not in dapan.yaml any more");
  const to = closedTo(named, clock.now());
  try {
    const never = new AbortController().signal;
    const window = { from: shift(to, -TRIAL_HOURS * HOUR_MS), to };
    const { reading: raw, hours } = await readHours(named, reading.promql, window, never);
    return {
      error: "",
      series: { good: raw.good.length, failed: raw.failed.length, minus: raw.minus.length },
      hours: hours.map(({ at, okMicro, failedMicro, coveredMs }) => ({
        at,
        okMicro: okMicro === null ? null : microText(okMicro),
        failedMicro: failedMicro === null ? null : microText(failedMicro),
        coveredMs,
      })),
    };
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    return { error: error.message.slice(0, 512), series: { good: 0, failed: 0, minus: 0 }, hours: [] };
  }
}
