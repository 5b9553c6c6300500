import type { FastifyInstance } from "fastify";
import { GROUP_KEYS } from "../../db/model/board-groups.ts";
import { decodeCardQuery } from "../../db/model/card-query.ts";
import { TIERS } from "../../db/model/tier.ts";
import type { Deps } from "../context.ts";
import { sightOf } from "../domain/access/sight.ts";
import { ServiceError } from "../errors.ts";
import { poolsCsv } from "../usecases/board/pools-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/**
 * `GET /api/pools.csv?by=vendor&by=model&at=…&knownAt=…&region=…&tier=P1`: the board's pools, or a grouping of them, now
 * or at a past moment in unix ms. What is not understood is left out.
 */
export function addPoolsCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/pools.csv", async (request, reply) => {
    const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
    const asked = {
      by: GROUP_KEYS.filter((key) => searchParams.getAll("by").includes(key)).toSorted(
        inOrderOf(searchParams.getAll("by")),
      ),
      query: decodeCardQuery(searchParams),
      tiers: TIERS.filter((tier) => searchParams.getAll("tier").includes(`P${tier}`)),
      sight: sightOf(request.actor),
      ...instant("at", searchParams.get("at")),
      ...instant("knownAt", searchParams.get("knownAt")),
    };
    try {
      return await answerCsv(reply, { name: "pools", at: asked.at ?? deps.clock.now(), pieces: poolsCsv(deps, asked) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return reply
        .code(400)
        .header("cache-control", "no-store")
        .send({ error: error.message.slice(0, 512) });
    }
  });
}

const inOrderOf =
  (asked: readonly string[]) =>
  (a: string, b: string): number =>
    asked.indexOf(a) - asked.indexOf(b);

function instant<N extends "at" | "knownAt">(name: N, text: string | null): { readonly [K in N]?: number } {
  const at = Number(text);
  const isInstant = text !== null && Number.isSafeInteger(at) && at > 0 && at <= 8.64e15;
  return (isInstant ? { [name]: at } : {}) as { readonly [K in N]?: number };
}
