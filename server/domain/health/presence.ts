import type { PresenceVerdict } from "../../../db/model/rule.ts";
import type { Round, RoundNode } from "./round.ts";

/** A silence shorter than this may be a missed scrape or two (two of 30 s). */
export const STALE_MS = 60_000;

/** What is there of a node, against what should be. `absent`: nothing was said that would decide it. */
export type NodeVerdict = {
  readonly verdict: PresenceVerdict | "well" | "absent";
  readonly missing: Int32Array; // rows of the cards that are not there
  readonly since: number; // unix ms; NaN = not known
};

/**
 * The table of health-rules.md section 6. A card drops only while somebody still speaks for its node: cards that all fell
 * silent say nothing of themselves, and a node or an exporter is gone only where something says so.
 */
export function judgeNode(node: RoundNode, { cards, at }: Round): NodeVerdict {
  if (node.name === "") return { verdict: "absent", missing: NONE, since: Number.NaN };
  const live: number[] = [];
  const dropped: number[] = [];
  const unread: number[] = [];
  for (const row of node.rows) {
    const gap = cards.gap[row];
    if (gap === "none") live.push(row);
    else if (gap === "card_gone") dropped.push(row);
    else unread.push(row);
  }
  const since = (rows: readonly number[]) =>
    Math.min(...rows.map((row) => cards.silentSince[row]!).filter(isNumber), Infinity);
  const answer = (verdict: NodeVerdict["verdict"], rows: readonly number[]): NodeVerdict => {
    const began = since(rows);
    return { verdict, missing: Int32Array.from(rows), since: Number.isFinite(began) ? began : at };
  };
  if (node.rows.length === 0) return { verdict: "absent", missing: NONE, since: Number.NaN };
  if (dropped.length > 0 && live.length > 0) return answer("card_drop", dropped);
  if (dropped.length > 0 && dropped.length === node.rows.length)
    return answer(node.isExporterUp === false ? "exporter_down" : "all_cards_lost", dropped);
  if (live.length > 0) {
    if (node.expected !== null && live.length > node.expected) return answer("more_than_expected", []);
    return unread.length > 0 && dropped.length === 0
      ? { verdict: "absent", missing: NONE, since: Number.NaN }
      : answer("well", []);
  }
  const silent = [...dropped, ...unread];
  if (node.isInKube === false) return answer("node_removed", silent);
  if (node.isReady === false) return answer("node_down", silent);
  if (node.isExporterUp === false && node.isReady === true) return answer("exporter_down", silent);
  if (node.isExporterUp === false) return answer("exporter_down", silent); // nobody speaks for the node itself
  return { verdict: "absent", missing: Int32Array.from(silent), since: since(silent) };
}

const NONE = new Int32Array(0);
const isNumber = (value: number): boolean => !Number.isNaN(value);
