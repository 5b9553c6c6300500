import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { span } from "../telemetry/span.ts";
import type { PatrolPort } from "../usecases/patrol/patrol-port.ts";

/** At the start rules have judged, sources were read and the ledger is booked by then. "ours" */
const FIRST_MS = 3 * MINUTE_MS;

/** Runs the checks each day, of the day before; where Dapan was down then, at its next start. */
export function startPatrol(
  patrol: Pick<PatrolPort, "keepWatch" | "runDaily" | "nextAt" | "keepGuard" | "settle">,
  clock: Clock,
  log: Logger,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const pause = (ms: number) => clock.sleep(ms, stopping.signal).catch(() => undefined); // ends early when stopping
  const round = async () => {
    await patrol.keepWatch();
    if (await patrol.runDaily()) log.info("the patrol of the last day is on record");
    await patrol.keepGuard();
  };
  const run = async () => {
    await pause(FIRST_MS);
    while (!stopping.signal.aborted) {
      await span("job patrol", {}, round).catch((error: unknown) =>
        log.error({ err: error }, "the patrol could not be made; again within an hour"),
      );
      // Not slept through: clocks on walls jump, and zones are configured anew.
      await pause(Math.min(HOUR_MS, Math.max(MINUTE_MS, patrol.nextAt() - clock.now())));
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await patrol.settle();
    },
  };
}
