import os from "node:os";
import Fastify, { type FastifyInstance } from "fastify";
import { agentBody, SMI_FIELDS } from "../../collectors/nvidia-smi/agent-body.ts";
import { runNvidiaSmi, type SmiEffects } from "../../collectors/nvidia-smi/run.ts";
import { spawnEffects } from "../../collectors/nvidia-smi/spawn.ts";
import type { Clock } from "../../db/model/clock.ts";
import { SECOND_MS } from "../../db/model/time.ts";
import { runUntilSignal } from "./lifecycle.ts";
import type { CliParts } from "./parts.ts";

/** nvidia-smi costs a second of a core on an eight-card host: whoever asks within this gets the same reading. */
const FRESH_MS = SECOND_MS;

/** `dapan agent`: an exporter for hosts that have only the driver. */
export async function agent(flags: { readonly host: string; readonly port: number }, parts: CliParts): Promise<number> {
  const { clock, host, say } = parts;
  const start = async () => {
    const app = createAgent(spawnEffects, os.hostname(), clock);
    const url = await app.listen({ ...flags });
    say(`nvidia-smi in DCGM's names at ${url}/metrics (Ctrl C stops)`);
    return { stop: () => app.close() };
  };
  return await runUntilSignal(start, { host, clock, say });
}

/** GET /metrics reads nvidia-smi, one run at a time for all who ask; a failure is 503 with the reason. */
export function createAgent(effects: SmiEffects, hostname: string, clock: Clock): FastifyInstance {
  let fields: readonly string[] = SMI_FIELDS;
  let last: { at: number; readonly body: Promise<string> } | null = null; // at: when it came, Infinity while it runs
  const read = async (): Promise<string> => {
    const found = await runNvidiaSmi(effects, fields);
    fields = found.fields; // what this driver does not know is not asked again
    return agentBody(found.csv, hostname);
  };
  const current = (): Promise<string> => {
    const now = clock.monotonicMs();
    if (last !== null && now - last.at < FRESH_MS) return last.body;
    const reading = { at: Infinity, body: read() };
    const note = () => void (reading.at = clock.monotonicMs());
    reading.body.then(note, note);
    last = reading;
    return reading.body;
  };
  const app = Fastify({ forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 1 });
  app.get("/metrics", async (_request, reply) => {
    try {
      return await reply.type("text/plain; version=0.0.4; charset=utf-8").send(await current());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return await reply.code(503).type("text/plain; charset=utf-8").send(`${why}\n`);
    }
  });
  app.get("/healthz", () => ({ alive: true }));
  return app;
}
