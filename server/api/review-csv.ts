import type { FastifyInstance } from "fastify";
import { REVIEW_STATES } from "../../db/model/board-views.ts";
import type { Deps } from "../context.ts";
import { sightOf } from "../domain/access/sight.ts";
import { reviewCsv } from "../usecases/review/review-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/review.csv?state=open`: the table of the page. A state nobody knows is the open one. */
export function addReviewCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/review.csv", async (request, reply) => {
    const asked = new URL(request.raw.url ?? "/", "http://here").searchParams.get("state");
    const state = REVIEW_STATES.find((known) => known === asked) ?? "open";
    return answerCsv(reply, {
      name: `review-${state}`,
      at: deps.clock.now(),
      pieces: reviewCsv(deps, state, sightOf(request.actor)),
    });
  });
}
