import type { Clock } from "../../db/model/clock.ts";
import type { Host } from "./lifecycle.ts";

/** What a command may touch; real in main.ts, staged in tests. */
export type CliParts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly host: Host;
  /** A line for the person at the terminal (stderr; stdout is for answers). */
  readonly say: (line: string) => void;
  /** An answer somebody may pipe on. */
  readonly print: (text: string) => void;
};
