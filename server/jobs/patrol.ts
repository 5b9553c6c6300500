import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import { span } from "../telemetry/span.ts";
import type { PatrolPort } from "../usecases/patrol/patrol-port.ts";

/** At the start what it waits for is looked for this often, and this long. "ours" */
const LOOK_MS = 5 * SECOND_MS;
const FIRST_MS = 3 * MINUTE_MS;

/**
 * Runs the checks each day, of the day before; where Dapan was down then, at its next start, as soon as sources have slots and
 * rules were judged. A new installation is looked at when its first slots are there.
 */
export function startPatrol(
  patrol: Pick<PatrolPort, "keepWatch" | "runDaily" | "waitsFor" | "nextAt" | "keepGuard" | "settle">,
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
  /** Where nobody can say, it waits: the round says why. */
  const isWaiting = async (): Promise<boolean> => {
    try {
      return (await patrol.waitsFor()) !== null;
    } catch {
      return true;
    }
  };
  const run = async () => {
    const until = clock.now() + FIRST_MS;
    while (!stopping.signal.aborted && clock.now() < until && (await isWaiting())) await pause(LOOK_MS);
    while (!stopping.signal.aborted) {
      await span("job patrol", {}, round).catch((error: unknown) =>
        log.error({ err: error }, "the patrol could not be made; again within an hour"),
      );
      // Not slept through: clocks on walls jump, and zones are configured anew.
      if (await isWaiting()) await pause(MINUTE_MS);
      else await pause(Math.min(HOUR_MS, Math.max(MINUTE_MS, patrol.nextAt() - clock.now())));
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
