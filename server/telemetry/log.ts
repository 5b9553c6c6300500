import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "../config/config.ts";
import type { Clock } from "../../db/model/clock.ts";
import { traceIds } from "./span.ts";

/** pino's `*.x` does not match a top-level `x`: both are listed. */
const SECRET_KEYS = ["password", "token", "secret", "authorization", "cookie", "databaseUrl", "bearer"];
const REDACTED = [
  ...SECRET_KEYS,
  ...SECRET_KEYS.map((key) => `*.${key}`),
  "req.headers.authorization",
  "req.headers.cookie",
  "*.headers.authorization",
];

/** JSON lines on stdout (or `to`): time in ISO 8601, trace ids where there is a span, secrets hidden. */
export function createLog(level: Config["telemetry"]["logLevel"], clock: Clock, to?: DestinationStream): Logger {
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: "(hidden)" },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceIds,
    },
    to ?? pino.destination(1),
  );
}
