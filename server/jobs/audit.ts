import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import type { Audit } from "../usecases/audit/create-audit.ts";

/** Once an hour: what the process changed by itself gets its row, and the newest row is told to the log. */
export function startAudit(audit: Pick<Audit, "round">, clock: Clock, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const rounds = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await audit.round().catch((error: unknown) => log.error({ err: error }, "the audit's hourly round failed"));
      await clock.sleep(HOUR_MS, stopping.signal).catch(() => undefined);
    }
  };
  const running = rounds();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
