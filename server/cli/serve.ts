import { startServer } from "../compose.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { createLog } from "../telemetry/log.ts";
import type { CliParts } from "./parts.ts";
import { runUntilSignal } from "./lifecycle.ts";

/** `dapan serve`: the console over a real fleet. Resolves with the exit code. */
export async function serve(file: string, parts: CliParts): Promise<number> {
  const { env, clock, host, say } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const log = createLog(config.telemetry.logLevel, clock);
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, "cannot go on with this database: ending; what was acknowledged is stored");
    host.exit(1);
  };
  const start = async () => {
    const running = await startServer({
      config,
      reload: () => loadConfig(file, env),
      env,
      clock,
      log,
      demo: false,
      onFatal,
      onProgress: (step) => log.info(step),
    });
    log.info({ url: running.url, sources: config.sources.length }, `Dapan is at ${running.url}`);
    return running;
  };
  return await runUntilSignal(start, { host, clock, say: (line) => log.info(line) });
}
