import type { Database } from "../../../db/database.ts";
import type { CoverageAsk } from "../../../db/model/patrol-views.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { readCards, readPools } from "../../../db/store/registry.ts";
import { BOM, csvLine } from "../../../db/model/csv.ts";
import { certify } from "./coverage.ts";
import { coverageWindow } from "./coverage-page.ts";

const HEAD = [
  "from",
  "to",
  "cause",
  "missing_minutes",
  "cards",
  "vendor",
  "region",
  "zone",
  "cluster",
  "node",
  "model",
  "billing",
  "card_uuids",
  "paused_minutes",
  "paused_rules",
];

/**
 * Every hole of some days, most missing time first, one line for the cards of a node that share it: the sum of
 * `missing_minutes` is what the certificate lacks. Then, as `rule_paused`, what was observed while rules were switched off:
 * it misses nothing, and `paused_minutes` add up without counting anything twice. Instants in UTC.
 * @throws ServiceError invalid
 */
export async function* coverageCsv(db: Database, ask: CoverageAsk, zone: string): AsyncGenerator<string> {
  const { holes, paused = [] } = await certify(db, { ...coverageWindow(ask, zone), scope: ask.scope, zone });
  const pools = new Map((await readPools(db)).map((pool) => [pool.id, pool]));
  const uuids = new Map((holes.length === 0 ? [] : await readCards(db)).map(({ id, uuid }) => [id, uuid]));
  yield BOM + csvLine(HEAD);
  for (const { from, to, cause, missingMs, cardIds, poolId, node } of holes) {
    const pool = pools.get(poolId);
    yield csvLine([
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      cause,
      missingMs / MINUTE_MS,
      cardIds.length,
      pool?.vendor ?? "",
      pool?.region ?? "",
      pool?.zone ?? "",
      pool?.cluster ?? "",
      node,
      pool?.model ?? "",
      pool?.billing ?? "",
      cardIds.map((id) => uuids.get(id) ?? "").join(" "),
      0,
      "",
    ]);
  }
  for (const { from, to, rules, cards, ms } of paused)
    yield csvLine([
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      "rule_paused",
      0,
      cards,
      ...Array.from({ length: 8 }, () => ""), // of several places
      ms / MINUTE_MS,
      rules.join(" "),
    ]);
}
