import type { FastifyInstance } from "fastify";
import { decodeCardQuery } from "../../db/model/card-query.ts";
import type { Deps } from "../context.ts";
import { cardsCsv } from "../usecases/cards-csv.ts";
import { fleetAsSeen } from "../usecases/fleet-as-seen.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/cards.csv`: the table of the page, with the parameters of its address. */
export function addCardsCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/cards.csv", async (request, reply) => {
    const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
    const pieces = cardsCsv(fleetAsSeen(deps, request.actor), decodeCardQuery(searchParams));
    return answerCsv(reply, { name: "cards", at: deps.clock.now(), pieces });
  });
}
