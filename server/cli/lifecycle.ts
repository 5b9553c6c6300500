import { constants } from "node:os";
import { SECOND_MS } from "../../db/model/time.ts";
import type { Clock } from "../../db/model/clock.ts";

/** What a signal can be told to do. */
export type Stoppable = { stop(): Promise<void>; reload?(): unknown };

/** The process, as far as it is needed here; tests hand in their own. */
export type Host = {
  on(signal: NodeJS.Signals, task: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, task: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
};

/** Longest stop: then the process ends as it is; what is open is journaled and comes back at the next start. */
export const STOP_WITHIN_MS = 10 * SECOND_MS;

type Parts = {
  readonly host: Host;
  readonly clock: Clock;
  readonly say: (line: string) => void;
};

/**
 * Runs what `start` gives until SIGTERM or SIGINT, and resolves with the exit code: 0 stopped in time, 1 not.
 * A second signal ends the process at once. SIGHUP reloads. A signal during start-up aborts it where it can be left,
 * else stops as soon as it has started.
 */
export async function runUntilSignal(
  start: (stopping: AbortSignal) => Promise<Stoppable>,
  { host, clock, say }: Parts,
): Promise<number> {
  let tellSignal: (signal: NodeJS.Signals) => void = () => undefined;
  const signalled = new Promise<NodeJS.Signals>((resolve) => (tellSignal = resolve));
  const stopping = new AbortController();
  let running: Stoppable | null = null;
  const onStop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) return host.exit(128 + (constants.signals[signal] ?? 0));
    stopping.abort();
    say(`${signal}: stopping (again to end at once)`);
    tellSignal(signal);
  };
  const onHangup = () => void running?.reload?.();
  host.on("SIGTERM", onStop);
  host.on("SIGINT", onStop);
  host.on("SIGHUP", onHangup);
  try {
    running = await start(stopping.signal);
    await signalled;
    return await stopInTime(running, clock, say);
  } catch (error) {
    if (running === null && stopping.signal.aborted) return 0; // start-up was left, as asked
    throw error;
  } finally {
    host.off("SIGTERM", onStop);
    host.off("SIGINT", onStop);
    host.off("SIGHUP", onHangup);
  }
}

async function stopInTime(running: Stoppable, clock: Clock, say: (line: string) => void): Promise<number> {
  const done = new AbortController();
  const stopped = running.stop().then(
    () => 0,
    (error: unknown) => {
      say(`stopping failed: ${error instanceof Error ? error.message : String(error)}`);
      return 1;
    },
  );
  const late = clock.sleep(STOP_WITHIN_MS, done.signal).then(
    () => {
      say(`not stopped within ${STOP_WITHIN_MS / SECOND_MS} s: ending anyway; open slots come back from the journal`);
      return 1;
    },
    () => 0,
  );
  const code = await Promise.race([stopped, late]);
  done.abort();
  return code;
}
