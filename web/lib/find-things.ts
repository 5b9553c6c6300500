import type { IncidentRow } from "../../db/model/alert-views.ts";
import type { FeatureRow } from "../../db/model/ledger-views.ts";
import type { CardRow, PoolView } from "../../db/model/views.ts";

export type FoundFeature = Pick<FeatureRow, "key" | "name" | "team">;

export type Found = {
  readonly incidents: readonly IncidentRow[];
  readonly features: readonly FoundFeature[];
  readonly pools: readonly PoolView[];
  readonly nodes: readonly { readonly node: string; readonly cards: number }[];
  readonly cards: readonly CardRow[];
};

const MOST = 8; // of each kind: a palette is for picking, not for reading

/** What a few typed letters may mean. `word` is lower case; "" finds nothing but the pages. */
export function findThings(
  word: string,
  features: readonly FoundFeature[],
  pools: readonly PoolView[],
  cards: readonly CardRow[],
  incidents: readonly IncidentRow[],
): Found {
  if (word === "") return { incidents: [], features: [], pools: [], nodes: [], cards: [] };
  return {
    incidents: incidents.filter((row) => incidentSays(row).includes(word)).slice(0, MOST),
    features: features
      .filter(({ key, name, team }) => `${name}\n${key}\n${team}`.toLowerCase().includes(word))
      .toSorted((a, b) => rank(a, word) - rank(b, word))
      .slice(0, MOST),
    pools: pools
      .filter((pool) =>
        `${pool.vendor} ${pool.region} ${pool.zone} ${pool.cluster} ${pool.model}`.toLowerCase().includes(word),
      )
      .slice(0, MOST),
    nodes: nodesLike(word, cards),
    cards: firstWhere(cards, (card) => uuidStarts(card.uuid.toLowerCase(), word)),
  };
}

/** Names that begin so come before names that hold it, and these before what only its key or team holds. */
function rank({ name }: FoundFeature, word: string): number {
  const at = name.toLowerCase().indexOf(word);
  return at === 0 ? 0 : at > 0 ? 1 : 2;
}

/** "GPU-1a2b…" is found by "gpu-1a" and by "1a2b": nobody types the prefix. */
function uuidStarts(uuid: string, word: string): boolean {
  return uuid.startsWith(word) || (uuid.startsWith("gpu-") && uuid.startsWith(word, 4));
}

function nodesLike(word: string, cards: readonly CardRow[]): { node: string; cards: number }[] {
  const counts = new Map<string, number>();
  for (const { node } of cards) {
    const known = counts.get(node);
    if (known !== undefined) counts.set(node, known + 1);
    else if (node !== "" && counts.size < MOST && node.toLowerCase().includes(word)) counts.set(node, 1);
  }
  return [...counts].map(([node, cards]) => ({ node, cards }));
}

function firstWhere(cards: readonly CardRow[], holds: (card: CardRow) => boolean): CardRow[] {
  const found: CardRow[] = [];
  for (const card of cards) {
    if (holds(card)) found.push(card);
    if (found.length === MOST) break;
  }
  return found;
}

/** Number, sentence in either language, rule, and what it is about. */
const incidentSays = ({ id, summary, ruleId, labels, holders }: IncidentRow): string =>
  [`#${id}`, summary.zh, summary.en, ruleId, ...Object.values(labels), ...holders].join("\n").toLowerCase();
