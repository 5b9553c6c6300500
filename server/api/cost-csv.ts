import type { FastifyInstance } from "fastify";
import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import { COST_DIMENSIONS, type CostFilter, type DayRange } from "../../db/model/ledger-views.ts";
import type { Deps } from "../context.ts";
import { type Sight, sightOf } from "../domain/access/sight.ts";
import { ServiceError } from "../errors.ts";
import { costCsv, featuresCsv, proofCsv } from "../usecases/costs/cost-csv.ts";
import { focusCsv } from "../usecases/costs/focus-export.ts";
import { answerCsv } from "./csv-answer.ts";

/**
 * The money of the pages as files: `GET /api/features.csv?basis=…&policy=…`, `/api/cost.csv`, `/api/proof.csv` and
 * `/api/ledger/export?format=csv|focus`. All take `from` and `to` (days, `to` the day after the last; left out = the last
 * 7), the middle two a filter by dimension, repeated for several values: `?vendor=a&vendor=b&state=busy`.
 */
export function addCostCsv(app: FastifyInstance, deps: Deps): void {
  const route = (
    path: string,
    name: string,
    pieces: (params: URLSearchParams, sight: Sight) => AsyncGenerator<string>,
  ) =>
    app.get(path, async (request, reply) => {
      try {
        const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
        return await answerCsv(reply, {
          name,
          at: deps.clock.now(),
          pieces: pieces(searchParams, sightOf(request.actor)),
        });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return reply
          .code(400)
          .header("cache-control", "no-store")
          .send({ error: error.message.slice(0, 512) });
      }
    });
  const question = (params: URLSearchParams) => ({ range: rangeOf(params), filter: filterOf(params) });
  route("/api/features.csv", "features", (params, sight) => {
    const basis = COST_BASES.find((one) => one === params.get("basis")) ?? "allocation";
    const policy = SHARED_COST_POLICIES.find((one) => one === params.get("policy")) ?? "apart";
    return featuresCsv(deps, { basis, policy, range: rangeOf(params) }, sight);
  });
  route("/api/cost.csv", "cost", (params, { teams }) => costCsv(deps, { ...question(params), teams }));
  route("/api/proof.csv", "proof", (params, { teams }) => proofCsv(deps, { ...question(params), teams }));
  route("/api/ledger/export", "ledger", (params) => ledgerExport(deps, params));
}

function ledgerExport(deps: Deps, params: URLSearchParams): AsyncGenerator<string> {
  const format = params.get("format") ?? "csv";
  if (format === "focus") return focusCsv(deps, rangeOf(params));
  if (format === "csv") return costCsv(deps, { range: rangeOf(params) });
  throw new ServiceError("invalid", `format: ${format.slice(0, 40)} is not known here; write csv or focus`);
}

/** One end alone is a mistake the use-case names. */
function rangeOf(params: URLSearchParams): DayRange | undefined {
  const [from, to] = [params.get("from"), params.get("to")];
  return from === null && to === null ? undefined : { from: from ?? "", to: to ?? "" };
}

function filterOf(params: URLSearchParams): CostFilter {
  const said = COST_DIMENSIONS.filter((by) => params.has(by));
  return Object.fromEntries(said.map((by) => [by, params.getAll(by)]));
}
