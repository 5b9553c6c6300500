import path from "node:path";
import { startDemo } from "../demo.ts";
import { createLog } from "../telemetry/log.ts";
import { checkPort } from "./doctor-machine.ts";
import { runUntilSignal } from "./lifecycle.ts";
import type { CliParts } from "./parts.ts";

export type DemoFlags = {
  readonly cards: number;
  readonly seed: number;
  readonly port: number;
  readonly dataDir: string;
  readonly history: boolean;
};

/** `dapan demo`: a simulated fleet to look at. Progress goes to the terminal, warnings with it. */
export async function demo(flags: DemoFlags, parts: CliParts): Promise<number> {
  const { env, clock, host, say } = parts;
  const begun = clock.monotonicMs();
  const log = createLog("warn", clock);
  const onFatal = (error: Error) => {
    say(`the database stopped: ${error.message}`);
    host.exit(1);
  };
  const start = async (stopping: AbortSignal) => {
    const dataDir = path.resolve(flags.dataDir);
    const onProgress = (step: string) => say(`  ${step}`);
    await refuseTakenPort(flags.port);
    say(`Dapan demo: ${flags.cards} simulated cards, seed ${flags.seed}`);
    const running = await startDemo({ ...flags, dataDir, env, clock, log, onFatal, onProgress, stopping });
    const seconds = ((clock.monotonicMs() - begun) / 1000).toFixed(1);
    say(`Ready after ${seconds} s: open ${running.url}  (Ctrl C stops; rm -r ${dataDir} forgets)`);
    return running;
  };
  return await runUntilSignal(start, { host, clock, say });
}

/** Two weeks of history take a while: what cannot be served in the end is said before. @throws Error with the way out */
async function refuseTakenPort(port: number): Promise<void> {
  if (port === 0) return;
  const { verdict, found } = await checkPort({ host: "127.0.0.1", port });
  if (verdict !== "ok")
    throw new Error(
      `${found}: another demo may be running there. Stop it, or take another port: dapan demo --port ${port + 1}`,
    );
}
