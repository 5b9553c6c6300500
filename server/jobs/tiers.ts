import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { SECOND_MS, SLOT_MS, slotOf } from "../../db/model/time.ts";
import type { ConfigHolder, LiveFleetPort, PricingPort, TiersPort } from "../context.ts";
import { span } from "../telemetry/span.ts";

/** After its end a slot is closed within its grace; tiers need no second of it, so they wait a little longer. */
const AFTER_SLOT_MS = 30 * SECOND_MS;

export type TiersJobParts = {
  readonly tiers: Pick<TiersPort, "judge">;
  readonly pricing: Pick<PricingPort, "onChange">;
  readonly live: Pick<LiveFleetPort, "onChange" | "pools">;
  readonly config: Pick<ConfigHolder, "onChange">;
  readonly clock: Clock;
  readonly log: Logger;
};

export type TiersJob = { stop(): Promise<void> };

/**
 * Judges the tiers at the start, after each slot (prices begin, terms and overrides end, cards fail as time goes by), and
 * when prices, rates, the configuration or the pools change. Changes of ladder, overrides and benchmarks judge at once
 * themselves (TiersPort). A round that fails is logged; the next one sees the same.
 */
export function startTiers({ tiers, pricing, live, config, clock, log }: TiersJobParts): TiersJob {
  const stopping = new AbortController();
  let work = Promise.resolve();
  let wanted = false;
  const round = async () => {
    wanted = false; // whoever changes something from here on is not seen by this round
    await span("job tiers", {}, () => tiers.judge()).catch((error: unknown) =>
      log.error({ err: error }, "tiers could not be judged; the last ones stay, again after the next slot"),
    );
  };
  const judge = () => {
    if (wanted || stopping.signal.aborted) return;
    wanted = true;
    work = work.then(round);
  };
  let pools = poolsOf(live);
  const stops = [
    pricing.onChange(judge),
    config.onChange(judge),
    live.onChange(() => {
      const now = poolsOf(live);
      if (now !== pools) judge();
      pools = now;
    }),
  ];
  const run = async () => {
    while (!stopping.signal.aborted) {
      judge();
      await clock.sleep(untilAfterSlot(clock.now()), stopping.signal).catch(() => undefined); // ends early when stopping
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

function untilAfterSlot(now: number): number {
  const next = slotOf((now - AFTER_SLOT_MS) as Parameters<typeof slotOf>[0]) + SLOT_MS + AFTER_SLOT_MS;
  return next - now;
}

/** Pools never lose their ids: as many as before are the same as before. */
const poolsOf = (live: Pick<LiveFleetPort, "pools">): number => live.pools().length;
