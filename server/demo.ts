import { readConfig } from "./config/read.ts";
import { type Running, startServer, type StartOptions } from "./compose.ts";

export type DemoOptions = Omit<StartOptions, "config" | "reload" | "demo"> & {
  readonly cards: number;
  readonly seed: number;
  readonly port: number;
  readonly dataDir: string;
  readonly history: boolean; // two weeks before now
};

/** A simulated fleet, collected from over HTTP, in a console of its own. */
export async function startDemo(options: DemoOptions): Promise<Running> {
  const text = JSON.stringify({
    listen: { host: "127.0.0.1", port: options.port },
    dataDir: options.dataDir,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    egress: { allow: ["127.0.0.0/8"] },
  });
  const reading = readConfig(text, "demo.yaml", {});
  if (!reading.ok) throw new Error(`the demo's own configuration is wrong: ${JSON.stringify(reading.faults)}`);
  return await startServer({ ...options, config: reading.config, reload: null, demo: true });
}
