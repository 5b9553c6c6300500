/** What the simulated product sold: what a business system would push to Dapan every hour. */
import { FEATURES } from "./features.ts";
import type { Fleet } from "./fleet.ts";
import { countRequests, servicesOf } from "./gateway-text.ts";

/** Requests of one feature in one UTC hour, over all clusters, and those that failed. */
export type Sold = { readonly feature: string; readonly ok: number; readonly failed: number };

/** What every serving feature answered in the hour that begins at `hour` × 1 h since 1970. */
export function soldIn(fleet: Fleet, hour: number): Sold[] {
  const sold = new Map(FEATURES.map(({ name }) => [name, { feature: name, ok: 0, failed: 0 }]));
  for (const cluster of fleet.clusters.keys())
    for (const service of servicesOf(fleet, cluster)) {
      const sum = sold.get(service.feature.name);
      if (sum === undefined) continue;
      const { ok, failed } = countRequests(service, hour, 1);
      sum.ok += ok;
      sum.failed += failed;
    }
  return [...sold.values()].filter(({ ok, failed }) => ok + failed > 0);
}
