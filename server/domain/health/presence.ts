import type { PresenceVerdict } from "../../../db/model/rule.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { remembered } from "./observed.ts";
import type { Round, RoundNode } from "./round.ts";

/** Two missed scrapes of 30 s: shorter silences are none. "ours" */
export const STALE_MS = 60 * SECOND_MS;
/** A card that is merely not read while its node is: so long, and it is gone. "ours" */
export const LOST_MS = 5 * MINUTE_MS;

/** What is there of a node, as far as anybody can tell. Rows of its cards. */
export type NodeCards = {
  readonly live: readonly number[]; // read, or silent for less than two scrapes
  readonly gone: readonly number[]; // whoever reads the node does not name them, or not for long enough
  readonly unknown: readonly number[]; // never read, or nobody reads them: neither live nor gone
};

export type NodeVerdict = {
  readonly verdict: NodePresence | "well" | "unknown";
  readonly rows: readonly number[]; // of the cards it takes out
  readonly missing: number; // may be more than rows: cards that were declared and never seen
  readonly expected: number | null;
  readonly live: number;
};

/** Verdicts about nodes; that a card moved is told of the card. */
export type NodePresence = Exclude<PresenceVerdict, "card_moved">;

/**
 * The table of facts/health-rules.md section 6. A card drops only while somebody still answers for its node; a node or an
 * exporter is gone only where somebody says so. No data is no verdict: it neither fires nor ends anything.
 */
export function judgeNode(node: RoundNode, round: Round): NodeVerdict {
  const { live, gone, unknown } = sortCards(node, round);
  const expected = expectedOf(node);
  const say = (verdict: NodeVerdict["verdict"], rows: readonly number[] = [], missing = rows.length): NodeVerdict => ({
    verdict,
    rows,
    missing,
    expected,
    live: live.length,
  });
  if (node.name === "") return say("unknown"); // the host nobody named may be many
  const isRead = node.rows.some((row) => round.cards.gap[row] === "none");
  if (!isRead) {
    // Silent for less than two scrapes, or never read by us: nobody can tell yet.
    const silent = [...gone, ...unknown.filter((row) => silentMs(round, row) >= STALE_MS)].sort((a, b) => a - b);
    return live.length > 0 || silent.length === 0 ? say("unknown") : say(wholeNode(node, round), silent);
  }
  if (expected === null) return say("unknown");
  const missing = expected - live.length - unknown.length;
  if (missing > 0) return say("card_drop", gone, missing);
  if (node.expectedBecause === "declared" && live.length > expected) return say("more_than_expected", []);
  // What a week has not seen is expected no more; that it was away for so long has not mended it.
  const isForgotten = gone.length > 0 && node.expectedBecause === "seen";
  return live.length >= expected && !isForgotten ? say("well") : say("unknown");
}

function sortCards(node: RoundNode, round: Round): NodeCards {
  const [live, gone, unknown] = [[] as number[], [] as number[], [] as number[]];
  const isRead = node.rows.some((row) => round.cards.gap[row] === "none");
  for (const row of node.rows) {
    const gap = round.cards.gap[row]!;
    const silent = silentMs(round, row);
    if (gap === "none" || silent < STALE_MS) live.push(row);
    else if (gap === "card_gone" || (gap === "no_reading" && isRead && silent >= LOST_MS)) gone.push(row);
    else unknown.push(row);
  }
  return { live, gone, unknown };
}

/** None of its cards is read. Whose fault it is says who still answers. */
function wholeNode(node: RoundNode, round: Round): NodeVerdict["verdict"] {
  const { isExporterUp, isReady, isInKube } = node;
  if (isExporterUp === true) return "all_cards_lost";
  if (isInKube === false) return "node_removed";
  if (isReady === false) return "node_down";
  // Where nobody speaks for the node itself it is the exporter that is known to be silent: a ticket, and no page.
  if (isExporterUp === false) return "exporter_down";
  // Read through a Prometheus: it lives where it still tells of others, and says nothing of this node's exporter.
  return isReady === true && isClusterRead(node, round) ? "exporter_down" : "unknown";
}

/** How many cards it should carry. Of what was merely seen, cards that were given back since are none that are missing. */
const expectedOf = ({ expected, expectedBecause, rows }: RoundNode): number | null =>
  expected === null || expectedBecause === "declared" ? expected : Math.min(expected, rows.length);

/** NaN = it is read, or never was. */
const silentMs = ({ cards, at }: Round, row: number): number => at - cards.silentSince[row]!;

const isClusterRead = (node: RoundNode, round: Round): boolean => readClusters(round).has(clusterKey(node));

const readClusters = remembered(({ cards }) => {
  const read = new Set<string>();
  for (let row = 0; row < cards.count; row += 1) if (cards.gap[row] === "none") read.add(clusterKey(cards.pool[row]!));
  return read;
});

const clusterKey = ({ vendor, region, zone, cluster }: Pick<RoundNode, "vendor" | "region" | "zone" | "cluster">) =>
  [vendor, region, zone, cluster].join("/");

/**
 * Whether a node is evidently not what a verdict says of it. That it is something else is not enough: a node that went
 * down says nothing of the card that dropped from it before.
 */
export function isEvidentlyNot(verdict: NodePresence, node: RoundNode, judged: NodeVerdict, round: Round): boolean {
  const isRead = node.rows.some((row) => round.cards.gap[row] === "none");
  switch (verdict) {
    case "card_drop":
      return judged.verdict === "well" || judged.verdict === "more_than_expected";
    case "more_than_expected":
      return judged.verdict === "well";
    case "all_cards_lost":
      return isRead;
    case "exporter_down":
      return isRead || node.isExporterUp === true;
    case "node_down":
      return isRead || node.isReady === true;
    case "node_removed":
      return isRead || node.isInKube === true;
  }
}
