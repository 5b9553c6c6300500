import type { Capacity, InventoryView } from "../../../db/model/inventory.ts";
import { BOM, csvLine } from "../../../db/model/csv.ts";

const POOL_HEADER = [
  "vendor", "region", "zone", "cluster", "model", "billing", "declared", "delivered", "healthy", "held", "busy", "missing", "ghost", "silent", "contracts",
]; // prettier-ignore

/** The pools against what was declared, as on the page. */
export async function* inventoryCsv(view: InventoryView): AsyncGenerator<string> {
  yield BOM + csvLine(POOL_HEADER);
  for (const { counts: c, ...pool } of view.pools)
    yield csvLine([
      pool.vendor,
      pool.region,
      pool.zone,
      pool.cluster,
      pool.model,
      pool.billing,
      c.declared,
      c.delivered,
      c.healthy,
      c.held,
      c.busy,
      c.missing,
      c.ghost,
      pool.silent,
      pool.contracts.join(" "),
    ]);
}

const NODE_HEADER = [
  "cluster", "node", "model", "declared", "present", "silent", "missing", "gone", "ghost", "ready", "kube_capacity", "kube_requested", "hint",
]; // prettier-ignore

/** The nodes that need a look. */
export async function* nodesCsv(view: InventoryView): AsyncGenerator<string> {
  yield BOM + csvLine(NODE_HEADER);
  for (const n of view.nodes)
    yield csvLine([
      n.cluster,
      n.node,
      n.model,
      n.declared,
      n.present,
      n.silent,
      n.missing,
      n.gone.join(" "),
      n.ghost.join(" "),
      n.isReady === null ? null : n.isReady ? "yes" : "no",
      n.kubeCapacity,
      n.kubeRequested,
      n.hint,
    ]);
}

const CAPACITY_HEADER = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "node",
  "count",
  "from",
  "to",
  "contract",
];

/** What is declared, in the columns the import reads: a downloaded table can be edited and loaded again. */
export async function* capacityCsv(lines: readonly Capacity[], day: (at: number) => string): AsyncGenerator<string> {
  yield BOM + csvLine(CAPACITY_HEADER);
  for (const { selector: s, node, count, from, to, contract } of lines)
    yield csvLine([
      s.vendor,
      s.region,
      s.zone,
      s.cluster,
      s.model,
      s.billing,
      node,
      count,
      day(from),
      to === null ? "" : day(to),
      contract,
    ]);
}
