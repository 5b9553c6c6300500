import type { FastifyInstance } from "fastify";
import { INCIDENT_SETS, type IncidentFilter } from "../../db/model/alert-views.ts";
import { RULE_FAMILIES, SEVERITIES } from "../../db/model/rule.ts";
import type { Deps } from "../context.ts";
import { sightOf } from "../domain/access/sight.ts";
import { incidentsCsv } from "../usecases/alerts/incidents-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/incidents/<number>/evidence.zip`: the bundle for a vendor's desk. */
export function addEvidence(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { id: string } }>("/api/incidents/:id/evidence.zip", async (request, reply) => {
    const { id } = request.params;
    const zip = /^[1-9]\d{0,8}$/.test(id) ? await deps.alerts.evidence(Number(id), sightOf(request.actor)) : null;
    if (zip === null) return reply.code(404).send({ error: `there is no incident "${id.slice(0, 20)}"` });
    return reply
      .type("application/zip")
      .header("cache-control", "no-store")
      .header("content-disposition", `attachment; filename="dapan-incident-${id}.zip"`)
      .send(Buffer.from(zip));
  });
}

/** `GET /api/incidents.csv`: the list of the page, with the filters of its address. What it does not understand falls away. */
export function addIncidentsCsv(app: FastifyInstance, deps: Deps): void {
  app.get("/api/incidents.csv", async (request, reply) => {
    const filter = filterOf(new URL(request.raw.url ?? "/", "http://here").searchParams);
    return answerCsv(reply, {
      name: `incidents-${filter.set}`,
      at: deps.clock.now(),
      pieces: incidentsCsv(deps.alerts, filter, sightOf(request.actor)),
    });
  });
}

function filterOf(asked: URLSearchParams): IncidentFilter {
  const list = (name: string) => new Set((asked.get(name) ?? "").split(","));
  const text = (name: string) => (asked.get(name) ?? "").slice(0, 512);
  const whole = (name: string) => (/^\d{1,15}$/.test(text(name)) ? Number(text(name)) : null);
  return {
    set: INCIDENT_SETS.find((known) => known === asked.get("set")) ?? "open",
    severities: SEVERITIES.filter((one) => list("severity").has(one)),
    families: RULE_FAMILIES.filter((one) => list("family").has(one)),
    ruleId: text("rule"),
    region: text("region"),
    cluster: text("cluster"),
    poolId: whole("pool") ?? 0,
    featureId: whole("feature"),
    card: text("card"),
    q: text("q"),
    from: whole("from"),
    to: whole("to"),
  };
}
