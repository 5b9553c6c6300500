import type { Logger } from "pino";
import { CollectError } from "../../collectors/collector.ts";
import type { Clock } from "../../db/model/clock.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, shift, type Window } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { Executor } from "../../db/database.ts";
import { forgetPushes } from "../../db/store/usage.ts";
import { span } from "../telemetry/span.ts";
import { closedTo, type CounterReaders, type NamedReader, readHours } from "../usecases/usage/counter-readers.ts";
import type { CounterSource, UsageCounters } from "../usecases/usage/usage-port.ts";

/** An hour is over once an hour; a source that is new, or that could not be read, waits no longer than this. */
const EVERY_MS = MINUTE_MS;
/** Hours read in one go, at most and at first; in between as many as keep an answer at so many samples. "ours". */
const MOST_HOURS = 24;
const FIRST_HOURS = 2;
const SAMPLES_AT_ONCE = 1_500_000;
/** Samples may arrive late (remote write that catches up): with each new hour, so many before it are read once more. */
const REREAD_HOURS = 2;
/** An idempotency key is good for so long. Said in docs/usage.md. */
const PUSH_DAYS = 7;

export type UsageJobParts = {
  readonly counters: UsageCounters;
  readonly readers: CounterReaders;
  readonly db: Executor;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Reads the closed hours of every promql source, and after an outage all hours missed. A source that fails waits for the next round. */
export function startUsage(parts: UsageJobParts): { readonly stop: () => Promise<void> } {
  const { counters, readers, db, clock, log } = parts;
  const stopping = new AbortController();
  const samplesPerHour = new Map<number, number>(); // by source, as it was last
  let forgotAt = -Infinity;
  const round = async (): Promise<void> => {
    const byServer = new Map<string, CounterSource[]>();
    for (const source of await counters.list())
      byServer.set(source.promql.prometheus, [...(byServer.get(source.promql.prometheus) ?? []), source]);
    await Promise.all(
      [...byServer].map(async ([name, sources]) => {
        for (const source of sources) await readSource(name, source);
      }),
    );
    if (clock.now() - forgotAt < DAY_MS) return;
    await forgetPushes(db, shift(clock.now(), -PUSH_DAYS * DAY_MS));
    forgotAt = clock.now();
  };
  const readSource = async (name: string, source: CounterSource): Promise<void> => {
    const named = readers.of(name);
    if (named === null) return counters.note(source.id, `dapan.yaml has no Prometheus source "${name}" any more`);
    try {
      for (let at = source.readTo; at < closedTo(named, clock.now()) && !stopping.signal.aborted;) {
        await waitForBudget(named, clock, stopping.signal);
        const hours = nextHours(source.since, at, closedTo(named, clock.now()), samplesPerHour.get(source.id));
        const { reading, hours: counted } = await readHours(named, source.promql, hours, stopping.signal);
        const samples = [...reading.good, ...reading.failed, ...reading.minus]
          .flatMap(({ replicas }) => [...replicas.values()])
          .reduce((sum, { times }) => sum + times.length, 0);
        samplesPerHour.set(source.id, (samples * HOUR_MS) / (hours.to - hours.from));
        if (!(await counters.commit(source, counted, hours.to))) return; // changed meanwhile: the next round has it as it is
        counters.note(source.id, reading.good.length > 0 ? null : unmatched(source));
        at = hours.to;
      }
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (!(error instanceof CollectError)) log.error({ err: error, source: source.name }, "units could not be stored");
      counters.note(source.id, error instanceof Error ? error.message : String(error));
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await span("job usage", {}, round).catch((error: unknown) =>
        log.error({ err: error }, "units could not be read; again in a minute"),
      );
      await clock.sleep(EVERY_MS, stopping.signal).catch(() => undefined); // ends early when stopping
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort(new Error("stopping"));
      readers.stop();
      await running;
    },
  };
}

/** Which hours to read next: those after the watermark, and with them the last ones before it. */
export function nextHours(since: UnixMs, readTo: UnixMs, closed: UnixMs, samplesPerHour = 0): Window {
  const fitting = samplesPerHour === 0 ? FIRST_HOURS : Math.floor(SAMPLES_AT_ONCE / samplesPerHour) - REREAD_HOURS;
  const count = Math.min(Math.max(fitting, 1), MOST_HOURS);
  return {
    from: unixMs(Math.max(since, readTo - REREAD_HOURS * HOUR_MS)),
    to: unixMs(Math.min(closed, readTo + count * HOUR_MS)),
  };
}

const unmatched = ({ promql: { good } }: CounterSource): string =>
  `no counter matches ${good.join(" or ")}: nothing was counted; check the name and its labels`;

async function waitForBudget({ budget, reader }: NamedReader, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const rest = budget.waitMs(clock.monotonicMs(), reader.client.askedMs);
    if (rest === 0) return;
    await clock.sleep(rest, signal);
  }
}
