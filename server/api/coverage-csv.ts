import type { FastifyInstance } from "fastify";
import type { Deps } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { answerCsv } from "./csv-answer.ts";

/**
 * `GET /api/coverage.csv?from=2026-11-01&to=2026-11-07`: every hole of these days, both included. A scope may be said with
 * vendor, region, model and billing, each repeated for several values.
 */
export function addCoverageCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/coverage.csv", async (request, reply) => {
    const { searchParams: asked } = new URL(request.raw.url ?? "/", "http://here");
    const names = (name: string) => asked.getAll(name).filter((value) => value !== "");
    const scope = {
      vendors: names("vendor"),
      regions: names("region"),
      models: names("model"),
      billings: names("billing"),
      teams: names("team"),
    };
    const ask = { from: asked.get("from") ?? "", to: asked.get("to") ?? "", scope };
    try {
      return await answerCsv(reply, {
        name: "coverage",
        at: deps.clock.now(),
        pieces: deps.patrol.coverageCsv(ask),
      });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return reply
        .code(400)
        .header("cache-control", "no-store")
        .send({ error: error.message.slice(0, 512) });
    }
  });
}
