import type { IncidentPage } from "../../db/model/alert-views.ts";
import type { Where } from "../../db/model/rule.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import type { PoolView } from "../../db/model/views.ts";

const SPAN_MS = 2 * HOUR_MS;

/** A silence as the server takes it. */
export type SilenceWish = {
  kind: "silence";
  where: { [K in keyof Where]?: string[] };
  ruleIds: string[];
  nodes: string[];
  cards: string[];
  fingerprint: string;
  from: number;
  to: number;
  recurs: null;
  why: string;
};

/**
 * Two hours of quiet for what the incident is about, as narrow as its parts allow: its cards, else its node, else its pool,
 * cluster or region. What is about none of these is quiet everywhere, and the button says so.
 */
export function silenceOf(
  page: Pick<IncidentPage, "row" | "cards">,
  pool: PoolView | undefined,
  now: number,
  why: string,
): SilenceWish {
  const { row } = page;
  const ill = page.cards.filter(({ isIll }) => isIll).map(({ uuid }) => uuid);
  const isOfCard = row.scope === "card" && ill.length > 0;
  const isOfNode = !isOfCard && row.node !== "";
  return {
    kind: "silence",
    where: isOfCard || isOfNode ? {} : placeOf(page.row, pool),
    ruleIds: [row.ruleId],
    nodes: isOfNode ? [row.node] : [],
    cards: isOfCard ? ill : [],
    fingerprint: "",
    from: now,
    to: now + SPAN_MS,
    recurs: null,
    why,
  };
}

function placeOf({ scope, cluster, region }: IncidentPage["row"], pool: PoolView | undefined): SilenceWish["where"] {
  if (scope === "pool" && pool !== undefined)
    return {
      vendor: [pool.vendor],
      region: [pool.region],
      cluster: [pool.cluster],
      model: [pool.model],
      billing: [pool.billing],
    };
  return { ...(cluster !== "" && { cluster: [cluster] }), ...(region !== "" && { region: [region] }) };
}

/** Where it will be quiet; "" = everywhere. */
export function quietPlace({ cards, nodes, where }: SilenceWish): string {
  return [...cards, ...nodes, ...Object.values(where).flat()].filter((part) => part !== "").join(" · ");
}
