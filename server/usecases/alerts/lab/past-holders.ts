import type { Database } from "../../../../db/database.ts";
import { HOUR_MS, type Window } from "../../../../db/model/time.ts";
import { readHoldersIn } from "../../../../db/store/lab.ts";
import type { FeaturesPort } from "../../mapping/features-port.ts";
import type { PastHolder } from "./past-fleet.ts";

/** Everybody who held a card in a window, with what they work on by the rules of today. */
export async function pastHolders(
  db: Database,
  features: Pick<FeaturesPort, "list" | "know" | "featureOf">,
  window: Window,
): Promise<ReadonlyMap<number, PastHolder>> {
  const rows = await readHoldersIn(db, window);
  await features.know(rows.map(({ id }) => id));
  const byId = new Map(features.list().map(({ id, name, team, kind }) => [id, { id, name, team, kind }]));
  const hourNo = Math.floor(window.to / HOUR_MS) - 1;
  return new Map(
    rows.map(({ id, cluster, namespace, pod, ownerName }) => {
      const feature = byId.get(features.featureOf(id, hourNo)) ?? null;
      const isGang = feature?.kind === "training" && ownerName !== "";
      const gang = isGang ? { key: `${cluster}/${namespace}/${ownerName}`, cluster, namespace, job: ownerName } : null;
      return [id, { name: `${namespace}/${pod}`, feature, gang }];
    }),
  );
}
