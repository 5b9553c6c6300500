import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { span } from "../telemetry/span.ts";
import type { TiersPort } from "../context.ts";
import type { ReviewPort } from "../usecases/review/review-port.ts";

/** The advice rests on whole days: an hour after midnight UTC is soon enough, and prices change by day. */
const EVERY_MS = HOUR_MS;
/** The first round waits for the tiers, which it rests on; without cards there are none, and nothing to advise on. */
const FIRST_MS = MINUTE_MS;

/** Keeps the review list: judged anew each hour. A round that fails is tried again the next. */
export function startReview(
  review: Pick<ReviewPort, "round">,
  tiers: Pick<TiersPort, "current" | "onChange">,
  clock: Clock,
  log: Logger,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const pause = (ms: number) => clock.sleep(ms, stopping.signal).catch(() => undefined); // ends early when stopping
  const run = async () => {
    if (tiers.current().size === 0) await Promise.race([nextJudgement(tiers), pause(FIRST_MS)]);
    while (!stopping.signal.aborted) {
      await span("job review", {}, async () => {
        const round = await review.round();
        if (round.opened + round.withdrawn + round.receipts > 0) log.info(round, "the review list changed");
      }).catch((error: unknown) => log.error({ err: error }, "the review list could not be judged; again in an hour"));
      await pause(EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function nextJudgement(tiers: Pick<TiersPort, "onChange">): Promise<void> {
  return new Promise((resolve) => {
    const stop = tiers.onChange(() => {
      stop();
      resolve();
    });
  });
}
