import type { Executor, Tx } from "../database.ts";
import type { Route } from "../model/channel.ts";
import type { UnixMs } from "../model/units.ts";

/** All routes in the order they are tried. */
export async function readRoutes(db: Executor): Promise<Route[]> {
  return await db.query<Route>(
    `SELECT id, position, name, "where", severities, rule_ids AS "ruleIds", channel_ids AS "channelIds", goes_on AS "goesOn",
       group_wait_ms AS "groupWaitMs", group_interval_ms AS "groupIntervalMs", repeat_ms AS "repeatMs", escalations
     FROM alert_route ORDER BY position, id`,
  );
}

/** Puts the list in place of the one before; routes keep their id, so that groups under way go on. */
export async function replaceRoutes(
  tx: Tx,
  routes: readonly (Omit<Route, "id" | "position"> & { readonly id: number | null })[],
  at: UnixMs,
): Promise<void> {
  const kept = routes.flatMap(({ id }) => (id === null ? [] : [id]));
  await tx.query(`DELETE FROM alert_route WHERE NOT id = ANY($1)`, [kept]);
  for (const [position, route] of routes.entries()) {
    const values = [
      position,
      route.name,
      JSON.stringify(route.where),
      JSON.stringify(route.severities),
      JSON.stringify(route.ruleIds),
      route.channelIds,
      route.goesOn,
      route.groupWaitMs,
      route.groupIntervalMs,
      route.repeatMs,
      JSON.stringify(route.escalations),
      at,
    ];
    if (route.id === null) {
      await tx.query(
        `INSERT INTO alert_route (position, name, "where", severities, rule_ids, channel_ids, goes_on, group_wait_ms,
           group_interval_ms, repeat_ms, escalations, changed_at_ms)
         VALUES ($1, $2, $3::jsonb, $4::jsonb, $5::jsonb, $6, $7, $8, $9, $10, $11::jsonb, $12)`,
        values,
      );
    } else {
      await tx.query(
        `UPDATE alert_route SET position = $1, name = $2, "where" = $3::jsonb, severities = $4::jsonb, rule_ids = $5::jsonb,
           channel_ids = $6, goes_on = $7, group_wait_ms = $8, group_interval_ms = $9, repeat_ms = $10,
           escalations = $11::jsonb, changed_at_ms = $12 WHERE id = $13`,
        [...values, route.id],
      );
    }
  }
}
