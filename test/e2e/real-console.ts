import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { systemClock } from "../../server/clock.ts";
import { startServer } from "../../server/compose.ts";
import { readConfig } from "../../server/config/read.ts";
import { createLog } from "../../server/telemetry/log.ts";

export type RealConsole = {
  readonly url: string;
  /** The path of the one-time link that the log tells at the first start. */
  readonly setUpLink: () => string;
  readonly stop: () => Promise<void>;
};

/** The console as people run it, over an embedded database of its own that goes with it. The pages are those of `npm run build`. */
export async function startConsole(settings: object): Promise<RealConsole> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "dapan-real-"));
  const text = JSON.stringify({ dataDir, listen: { port: 0 }, ...settings });
  const reading = readConfig(text, path.join(dataDir, "dapan.yaml"), {});
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  const logged: string[] = [];
  const sink = new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) });
  const running = await startServer({
    config: reading.config,
    reload: null,
    env: {},
    clock: systemClock,
    log: createLog("info", systemClock, sink),
    demo: false,
    onFatal: (error) => logged.push(`fatal: ${error.message}`),
  });
  return {
    url: running.url,
    setUpLink: () => /\/link#[\w-]{27}/.exec(logged.join("\n"))?.[0] ?? "",
    async stop() {
      await running.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
