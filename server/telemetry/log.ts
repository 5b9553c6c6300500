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

/**
 * What JSON lets stand as it is and a terminal or a reader of lines does not: C1 controls (one of them begins what ANSI
 * sequences begin with), breaks of lines beyond ASCII, and marks that turn the direction of what follows (AUT-20).
 */
const UNSEEN = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;
const escaped = (line: string): string =>
  line.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** JSON lines on stdout (or `to`): time in ISO 8601, trace ids where there is a span, secrets hidden; an event is one line. */
export function createLog(level: Config["telemetry"]["logLevel"], clock: Clock, to?: DestinationStream): Logger {
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: "(hidden)" },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: escaped },
      mixin: traceIds,
    },
    to ?? pino.destination(1),
  );
}
