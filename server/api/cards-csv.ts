import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { decodeCardQuery } from "../../db/model/card-query.ts";
import type { Deps } from "../context.ts";
import { cardsCsv } from "../usecases/cards-csv.ts";

/** `GET /api/cards.csv`: the table of the page, with the parameters of its address. */
export function addCardsCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/cards.csv", async (request, reply) => {
    const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
    const pieces = cardsCsv(deps, decodeCardQuery(searchParams));
    const first = await pieces.next(); // what can fail fails before the first byte
    const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
    return reply
      .type("text/csv; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-disposition", `attachment; filename="dapan-cards-${day}.csv"`)
      .send(Readable.from(startWith(first.value ?? "", pieces)));
  });
}

async function* startWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
