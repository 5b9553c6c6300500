import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { ConfigHolder, PricingPort } from "../context.ts";
import type { LedgerPort } from "../usecases/ledger/ledger-port.ts";
import type { FeaturesPort } from "../usecases/mapping/features-port.ts";
import { span } from "../telemetry/span.ts";

/** Prices and rules may be changed by another process (the command line): nobody tells us, so we look. */
const LOOK_MS = MINUTE_MS;

export type LedgerJobParts = {
  readonly ledger: Pick<LedgerPort, "catchUp">;
  readonly pricing: Pick<PricingPort, "onChange">;
  readonly features: Pick<FeaturesPort, "onChange">;
  readonly config: Pick<ConfigHolder, "onChange">;
  readonly clock: Clock;
  readonly log: Logger;
};

export type LedgerJob = { stop(): Promise<void> };

/**
 * Keeps older hours of the ledger at what prices, rules and the calendar say today: at the start, where a process before
 * left work; when one of them changes; and every minute. A round that fails is logged; the next one goes on where it was.
 */
export function startLedger({ ledger, pricing, features, config, clock, log }: LedgerJobParts): LedgerJob {
  const stopping = new AbortController();
  let work = Promise.resolve();
  let wanted = false;
  const round = async () => {
    wanted = false; // whoever changes something from here on is not seen by this round
    try {
      await span("job ledger", {}, () => ledger.catchUp(stopping.signal));
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.error({ err: error }, "older hours could not be booked anew; they stay as they are, again within a minute");
    }
  };
  const look = () => {
    if (wanted || stopping.signal.aborted) return;
    wanted = true;
    work = work.then(round);
  };
  const stops = [pricing.onChange(look), features.onChange(look), config.onChange(look)];
  const run = async () => {
    while (!stopping.signal.aborted) {
      look();
      await clock.sleep(LOOK_MS, stopping.signal).catch(() => undefined); // ends early when stopping
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      for (const stop of stops) stop();
      await running;
      await work;
    },
  };
}
