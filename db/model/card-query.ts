/**
 * Which cards a board address asks for, and in which order. One file for the page and for `/api/cards.csv`,
 * so that the downloaded table is the table on the screen.
 *
 * Parameters (repeat one to allow several values): q, state, vendor, region, zone, cluster, model, billing, node, sort.
 * `sort=util24h` ascends, `sort=-util24h` descends. What is not understood is left out: an old link opens the nearest board.
 */
import { BILLING_TYPES, CARD_STATES, type CardState } from "./fleet.ts";
import type { CardRow, PoolView } from "./views.ts";

export const CARD_SORTS = [
  "state",
  "uuid",
  "node",
  "position",
  "model",
  "place",
  "billing",
  "holder",
  "util",
  "util24h",
  "memory",
  "power",
  "temperature",
  "since",
  "lastRead",
] as const;
export type CardSort = (typeof CARD_SORTS)[number];

/** The parts of a pool that narrow the whole board. */
export const POOL_FACETS = ["vendor", "region", "zone", "cluster", "model", "billing"] as const;
export type PoolFacet = (typeof POOL_FACETS)[number];

/** What of a pool a query looks at. */
export type PoolPlace = Pick<PoolView, PoolFacet>;

/** An empty list asks nothing. Lists hold no value twice. */
export type CardQuery = {
  readonly q: string; // words that must all occur, whatever their case
  readonly states: readonly CardState[];
  readonly pool: Readonly<Record<PoolFacet, readonly string[]>>;
  readonly nodes: readonly string[];
  readonly sort: CardSort;
  readonly descending: boolean;
};

export const EVERY_CARD: CardQuery = {
  q: "",
  states: [],
  pool: { vendor: [], region: [], zone: [], cluster: [], model: [], billing: [] },
  nodes: [],
  sort: "state",
  descending: false,
};

const MAX_VALUES = 50; // of one parameter; keeps a hand-made address from costing more than a board
const MAX_TEXT = 200;

/** Reads a query from an address. Total: never throws, unknown values are left out. */
export function decodeCardQuery(params: URLSearchParams): CardQuery {
  const sort = params.get("sort") ?? "";
  const key = sort.startsWith("-") ? sort.slice(1) : sort;
  const known = CARD_SORTS.find((s) => s === key);
  const facet = (name: PoolFacet): string[] => valuesOf(params, name);
  return {
    q: (params.get("q") ?? "").trim().slice(0, MAX_TEXT),
    states: CARD_STATES.filter((state) => params.getAll("state").includes(state)),
    pool: {
      vendor: facet("vendor"),
      region: facet("region"),
      zone: facet("zone"),
      cluster: facet("cluster"),
      model: facet("model"),
      billing: BILLING_TYPES.filter((type) => params.getAll("billing").includes(type)),
    },
    nodes: valuesOf(params, "node"),
    sort: known ?? EVERY_CARD.sort,
    descending: known !== undefined && sort.startsWith("-"),
  };
}

/** Writes a query as parameters; what is default is left out. `decodeCardQuery` gives the same query back. */
export function encodeCardQuery(query: CardQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.q !== "") params.set("q", query.q);
  for (const state of query.states) params.append("state", state);
  for (const name of POOL_FACETS) for (const value of query.pool[name]) params.append(name, value);
  for (const node of query.nodes) params.append("node", node);
  if (query.sort !== EVERY_CARD.sort || query.descending)
    params.set("sort", (query.descending ? "-" : "") + query.sort);
  return params;
}

/** Does this pool lie within the asked vendors, regions, models …? */
export function poolMatches(pool: PoolPlace, query: CardQuery): boolean {
  return POOL_FACETS.every((name) => {
    const asked = query.pool[name];
    return asked.length === 0 || asked.includes(pool[name]);
  });
}

/**
 * The asked cards in the asked order. Ties stand by node, position and UUID, so the order never wavers;
 * a card without a value stands last in either direction, since absence is not a small number.
 */
export function selectCards(
  rows: readonly CardRow[],
  pools: ReadonlyMap<number, PoolPlace>,
  query: CardQuery,
): CardRow[] {
  return sortCards(filterCards(rows, pools, query), pools, query.sort, query.descending);
}

/** The asked cards as they come. */
export function filterCards(
  rows: readonly CardRow[],
  pools: ReadonlyMap<number, PoolPlace>,
  query: CardQuery,
): CardRow[] {
  const inPool = new Map([...pools].map(([id, pool]) => [id, poolMatches(pool, query)]));
  const poolAsked = POOL_FACETS.some((name) => query.pool[name].length > 0);
  const states = new Set(query.states);
  const nodes = new Set(query.nodes);
  const words = query.q.toLowerCase().split(/\s+/).filter(Boolean);
  const poolWords = new Map(
    [...pools].map(([id, pool]) => [
      id,
      POOL_FACETS.map((name) => pool[name])
        .join("\n")
        .toLowerCase(),
    ]),
  );
  return rows.filter(
    (row) =>
      (inPool.get(row.poolId) ?? !poolAsked) &&
      (states.size === 0 || states.has(row.state)) &&
      (nodes.size === 0 || nodes.has(row.node)) &&
      (words.length === 0 || speaksOf(`${ownWords(row)}\n${poolWords.get(row.poolId) ?? ""}`, words)),
  );
}

/** What a person must see first stands first. */
const STATE_RANK: Readonly<Record<CardState, number>> = {
  fault: 0,
  unknown: 1,
  idle_held: 2,
  starting: 3,
  free: 4,
  busy: 5,
};

type SortKey = string | number | null;

const SORT_KEYS: Readonly<Record<CardSort, (row: CardRow, pool: PoolPlace | undefined) => SortKey>> = {
  state: (row) => STATE_RANK[row.state],
  uuid: (row) => row.uuid,
  node: (row) => row.node || null,
  position: (row) => row.position || null,
  model: (_row, pool) => pool?.model ?? null,
  place: (_row, pool) => (pool === undefined ? null : `${pool.vendor}\n${pool.region}\n${pool.zone}`),
  billing: (_row, pool) => (pool === undefined ? null : BILLING_TYPES.indexOf(pool.billing)),
  holder: (row) => row.holder || null,
  util: (row) => row.utilRatio,
  util24h: (row) => row.util24h,
  memory: (row) => row.memoryUsedBytes,
  power: (row) => row.powerWatts,
  temperature: (row) => row.temperatureCelsius,
  since: (row) => row.since,
  lastRead: (row) => row.lastReadAt,
};

function sortCards(
  rows: CardRow[],
  pools: ReadonlyMap<number, PoolPlace>,
  sort: CardSort,
  descending: boolean,
): CardRow[] {
  const keyOf = SORT_KEYS[sort];
  const way = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: keyOf(row, pools.get(row.poolId)) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1;
    } else if (a.key !== b.key) return a.key < b.key ? -way : way;
    return byPlace(a.row, b.row);
  });
  return keyed.map((entry) => entry.row);
}

function byPlace(a: CardRow, b: CardRow): number {
  return order(a.node, b.node) || order(a.position, b.position) || order(a.uuid, b.uuid);
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1; // code units, not a collator: 10,000 rows sort in milliseconds
}

function speaksOf(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

const wordsOfRow = new WeakMap<CardRow, string>();

function ownWords(row: CardRow): string {
  const known = wordsOfRow.get(row);
  if (known !== undefined) return known;
  const text = `${row.uuid}\n${row.node}\n${row.position}\n${row.holder}`.toLowerCase();
  wordsOfRow.set(row, text);
  return text;
}

function valuesOf(params: URLSearchParams, name: string): string[] {
  return [...new Set(params.getAll(name))].filter((value) => value.length <= MAX_TEXT).slice(0, MAX_VALUES);
}
