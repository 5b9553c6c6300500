import type { Finding } from "../../../db/model/incident.ts";
import type { Condition, Rule } from "../../../db/model/rule.ts";
import { unixMs } from "../../../db/model/units.ts";
import { aFinding, isAbout, placeValues, saw, spoken } from "./finding.ts";
import { figure, remembered } from "./observed.ts";
import { STALE_MS } from "./presence.ts";
import type { Round, RuleSaw } from "./round.ts";

type Cluster = {
  readonly key: string;
  readonly place: { readonly vendor: string; readonly region: string; readonly cluster: string };
  readonly known: number; // cards that were ever read
  readonly unread: number; // of them, now
  readonly silent: readonly number[]; // rows of those that missed two scrapes
};

/**
 * Many cards of one cluster that fell silent together. That is rather the network, or our own eyes, than so many faults at
 * once (NVSentinel's breaker), so it is told as one thing, and what its cards and nodes say waits until somebody confirms
 * it. Kubernetes is a second source: where most of their nodes are not ready, the loss is real.
 */
export function seeMassLoss(rule: Rule, condition: Condition & { kind: "mass_loss" }, round: Round): RuleSaw {
  const clusters = clustersOf(round);
  const findings: Finding[] = [];
  for (const one of clusters.values()) {
    const began = fellTogether(one, condition, round);
    if (began !== null && isAbout(rule, round, one.silent)) findings.push(finding(rule, condition, round, one, began));
  }
  return saw(rule, findings, ({ vendor = "", region = "", cluster = "" }) => {
    const one = clusters.get([vendor, region, cluster].join("/"));
    if (one === undefined) return "left";
    return one.known > 0 && one.unread <= condition.ratio * one.known ? "clear" : "absent";
  });
}

const clustersOf = remembered((round): ReadonlyMap<string, Cluster> => {
  const { cards } = round;
  const keys = new Map<object, string>(); // of pools
  const clusters = new Map<
    string,
    { key: string; place: Cluster["place"]; known: number; unread: number; silent: number[] }
  >();
  for (let row = 0; row < cards.count; row += 1) {
    const pool = cards.pool[row]!;
    const { vendor, region, cluster } = pool;
    let key = keys.get(pool);
    if (key === undefined) keys.set(pool, (key = [vendor, region, cluster].join("/")));
    let one = clusters.get(key);
    if (one === undefined)
      clusters.set(key, (one = { key, place: { vendor, region, cluster }, known: 0, unread: 0, silent: [] }));
    const isRead = cards.gap[row] === "none";
    const isUnread = !isRead && !Number.isNaN(cards.silentSince[row]!); // cards never read were never lost
    if (isRead || isUnread) one.known += 1;
    if (isUnread) one.unread += 1;
    if (isUnread && round.at - cards.silentSince[row]! >= STALE_MS) one.silent.push(row);
  }
  return clusters;
});

/** When the first of those that fell together did, unix ms; null = not enough of them did. */
function fellTogether(
  { known, silent }: Cluster,
  { ratio, atLeast, windowMs }: Condition & { kind: "mass_loss" },
  round: Round,
): number | null {
  const { cards } = round;
  const need = Math.max(atLeast, Math.floor(ratio * known) + 1);
  if (silent.length < need || !isOnSeveralNodes(silent, round)) return null;
  const instants = Float64Array.from(silent, (row) => cards.silentSince[row]!).sort();
  for (let last = need - 1; last < instants.length; last += 1) {
    const first = instants[last - need + 1]!;
    if (instants[last]! - first <= windowMs) return first;
  }
  return null;
}

/** A single node that falls silent is told as what it is: its exporter, or the node. The host nobody named may be many. */
function isOnSeveralNodes(rows: readonly number[], { cards, nodes }: Round): boolean {
  const first = cards.node[rows[0]!]!;
  return nodes[first]?.name === "" || rows.some((row) => cards.node[row] !== first);
}

function finding(
  rule: Rule,
  { ratio }: Condition & { kind: "mass_loss" },
  round: Round,
  one: Cluster,
  began: number,
): Finding {
  const { cards, nodes, at } = round;
  const { place, silent, known } = one;
  const notReady = silent.filter((row) => nodes[cards.node[row]!]?.isReady === false).length;
  const isConfirmed = notReady * 2 > silent.length;
  const text = isConfirmed ? "most of their nodes are not ready" : "";
  return aFinding(rule, at, {
    labels: spoken(place),
    since: unixMs(began),
    cardIds: silent.map((row) => cards.id[row]!),
    cluster: place.cluster,
    region: place.region,
    values: {
      ...placeValues(round, silent),
      place: place.cluster || place.region || place.vendor,
      n: silent.length,
      expected: known,
      ...(isConfirmed ? { confirmed: 1 } : {}),
    },
    evidence: [
      figure("cardsSilent", silent.length, Math.floor(ratio * known), at),
      figure(
        "nodesNotReady",
        new Set(silent.filter((row) => nodes[cards.node[row]!]?.isReady === false).map((row) => cards.node[row]!)).size,
        Number.NaN,
        at,
        text,
      ),
    ],
  });
}
