import type { FastifyInstance } from "fastify";
import type { Deps } from "../context.ts";
import { readiness } from "../usecases/readiness.ts";

/** For whoever watches the process: alive, ready, measured. None of them calls out or writes. */
export function addHealth(app: FastifyInstance, deps: Deps, metricsText: (() => Promise<string>) | null): void {
  app.get("/healthz", (_request, reply) => reply.header("cache-control", "no-store").send({ alive: true }));
  app.get("/readyz", async (_request, reply) => {
    const state = await readiness(deps);
    return reply
      .code(state.ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send(state);
  });
  if (metricsText === null) return;
  app.get("/metrics", async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .type("text/plain; version=0.0.4; charset=utf-8")
      .send(await metricsText()),
  );
}
