import type { FastifyInstance } from "fastify";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { Deps } from "../context.ts";
import { priceBookCsv } from "../usecases/pricing/price-book-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/prices.csv?kind=&search=&inForce=1&at=&knownAt=`: the book of the page, in the columns the import reads. */
export function addPricesCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/prices.csv", async (request, reply) => {
    const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
    const kind = searchParams.get("kind");
    const pieces = priceBookCsv(deps, {
      at: instantOf(searchParams.get("at")),
      knownAt: instantOf(searchParams.get("knownAt")),
      kind: kind === "real" || kind === "list" ? kind : "all",
      search: (searchParams.get("search") ?? "").slice(0, 200),
      inForce: searchParams.get("inForce") === "1",
    });
    return answerCsv(reply, { name: "prices", at: deps.clock.now(), pieces });
  });
}

/** Unix ms of a parameter; what is no instant is now. */
const instantOf = (text: string | null): UnixMs | null =>
  text !== null && /^\d{1,15}$/.test(text) ? unixMs(Number(text)) : null;
