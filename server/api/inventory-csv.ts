import type { FastifyInstance } from "fastify";
import { unixMs } from "../../db/model/units.ts";
import type { Deps } from "../context.ts";
import { shownTo, sightOf } from "../domain/access/sight.ts";
import { writeInstant } from "../domain/pricing/wall-clock.ts";
import { capacityCsv, inventoryCsv, nodesCsv } from "../usecases/inventory/inventory-csv.ts";
import { answerCsv } from "./csv-answer.ts";

/** `GET /api/inventory.csv`, `/api/inventory-nodes.csv`, `/api/capacity.csv`: the tables of the inventory page. */
export function addInventoryCsv(app: FastifyInstance, deps: Deps): void {
  const now = { at: null, knownAt: null };
  app.get("/api/inventory.csv", async ({ actor }, reply) => {
    const view = shownTo(sightOf(actor), await deps.inventory.view({ ...now, everyNode: false }));
    return answerCsv(reply, { name: "inventory", at: deps.clock.now(), pieces: inventoryCsv(view) });
  });
  app.get("/api/inventory-nodes.csv", async ({ actor }, reply) => {
    const view = shownTo(sightOf(actor), await deps.inventory.view({ ...now, everyNode: true }));
    return answerCsv(reply, { name: "inventory-nodes", at: deps.clock.now(), pieces: nodesCsv(view) });
  });
  app.get("/api/capacity.csv", async ({ actor }, reply) => {
    const zone = deps.config.current().timeZone;
    const pieces = capacityCsv(shownTo(sightOf(actor), await deps.inventory.capacity(null)), (at) =>
      writeInstant(unixMs(at), zone),
    );
    return answerCsv(reply, { name: "capacity", at: deps.clock.now(), pieces });
  });
}
