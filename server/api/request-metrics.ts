import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../context.ts";
import type { Instruments } from "../telemetry/instruments.ts";

const begun = new WeakMap<FastifyRequest, number>();

/** Counts and times each answer. Labels are few: the route, never the address that was asked. */
export function measureRequests(app: FastifyInstance, deps: Pick<Deps, "clock">, instruments: Instruments): void {
  app.addHook("onRequest", async (request) => {
    begun.set(request, deps.clock.monotonicMs());
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "other";
    const labels = { route, method: request.method, status: String(reply.statusCode) };
    instruments.httpRequests.add(1, labels);
    const start = begun.get(request);
    const isStream = String(reply.getHeader("content-type") ?? "").startsWith("text/event-stream");
    if (start !== undefined && !isStream)
      instruments.httpSeconds.record((deps.clock.monotonicMs() - start) / 1000, { route });
  });
}
