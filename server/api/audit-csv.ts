import type { FastifyInstance } from "fastify";
import { AUDIT_OUTCOMES } from "../../db/model/access-views.ts";
import type { Deps } from "../context.ts";
import { sightOf } from "../domain/access/sight.ts";
import { auditCsv } from "../usecases/audit/audit-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/audit.csv?q=&outcome=&from=&to=`: the audit of the page, with the parameters of its filter. */
export function addAuditCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/audit.csv", async (request, reply) => {
    const { searchParams } = new URL(request.raw.url ?? "/", "http://here");
    const said = searchParams.getAll("outcome");
    const filter = {
      q: (searchParams.get("q") ?? "").slice(0, 200),
      outcomes: AUDIT_OUTCOMES.filter((one) => said.includes(one)),
      from: instantOf(searchParams.get("from")),
      to: instantOf(searchParams.get("to")),
    };
    const pieces = auditCsv({ audit: deps.audit, sight: sightOf(request.actor) }, filter);
    return await answerCsv(reply, { name: "audit", at: deps.clock.now(), pieces });
  });
}

/** Unix ms of a parameter; what is no instant is no limit. */
const instantOf = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
