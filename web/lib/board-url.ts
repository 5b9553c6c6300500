import { GROUP_KEYS, type GroupKey } from "../../db/model/board-groups.ts";
import { COMPARE_BACK, type CompareBack } from "../../db/model/board-views.ts";
import { type CardQuery, EVERY_CARD, decodeCardQuery, encodeCardQuery } from "../../db/model/card-query.ts";
import { TIERS, type Tier } from "../../db/model/tier.ts";
import { SLOT_MS } from "../../db/model/time.ts";

/** Levels of the pivot table: more cannot be read. */
export const MAX_LEVELS = 3;

/** What the lower part of the board shows. */
export const BOARD_TABS = ["pivot", "cards", "history"] as const;
export type BoardTab = (typeof BOARD_TABS)[number];

/** What the treemap's areas and colours stand for. */
export const MAP_SIZES = ["cards", "cost"] as const;
export type MapSize = (typeof MAP_SIZES)[number];
export const MAP_COLOURS = ["tier", "utilisation", "waste"] as const;
export type MapColour = (typeof MAP_COLOURS)[number];

/** How the wall gathers its cards. */
export const WALL_GROUPS = ["pool", "node"] as const;
export type WallGrouping = (typeof WALL_GROUPS)[number];

export const PIVOT_SORTS = [
  "name",
  "cards",
  "healthy",
  "held",
  "busy",
  "util",
  "coverage",
  "price",
  "cost",
  "idle",
  "unpriced",
  "change",
] as const;
export type PivotSort = (typeof PIVOT_SORTS)[number];

/** Everything that makes a board link reproduce the same picture. Hover and open menus are not in it. */
export type BoardView = {
  readonly by: readonly GroupKey[]; // one to three, each once
  readonly tiers: readonly Tier[]; // narrows the pools; none = all
  readonly at: number | null; // a past moment, unix ms, start of a slot; null = now
  readonly known: "then" | "now"; // which prices, tiers and declarations a past moment is shown with
  readonly against: CompareBack | null; // null = nothing is compared
  readonly tab: BoardTab;
  readonly size: MapSize;
  readonly colour: MapColour;
  readonly mapAs: "chart" | "table";
  readonly wall: WallGrouping;
  readonly pivotSort: PivotSort;
  readonly pivotDescending: boolean;
  readonly rows: "dense" | "comfortable";
  readonly card: string | null; // UUID of the open card
  readonly historyAs: "chart" | "table";
  readonly cardAs: "chart" | "table";
  readonly query: CardQuery;
};

export const DEFAULT_BOARD: BoardView = {
  by: ["vendor", "model"],
  tiers: [],
  at: null,
  known: "then",
  against: "day",
  tab: "pivot",
  size: "cards",
  colour: "tier",
  mapAs: "chart",
  wall: "pool",
  pivotSort: "cards",
  pivotDescending: true,
  rows: "dense",
  card: null,
  historyAs: "chart",
  cardAs: "chart",
  query: EVERY_CARD,
};

/** Total: an old or hand-edited link opens the nearest sensible board, never an error page. */
export function decodeBoard(params: URLSearchParams): BoardView {
  const card = params.get("card") ?? "";
  const sort = params.get("psort") ?? "";
  const pivotSort = PIVOT_SORTS.find((s) => s === sort.replace(/^-/, ""));
  const against = params.get("vs");
  const at = decodeMoment(params.get("at"));
  return {
    by: decodeLevels(params.getAll("by")),
    tiers: TIERS.filter((tier) => params.getAll("tier").includes(`P${tier}`)),
    at,
    known: at !== null && params.get("known") === "now" ? "now" : DEFAULT_BOARD.known,
    against: against === "none" ? null : (COMPARE_BACK.find((back) => back === against) ?? DEFAULT_BOARD.against),
    tab: oneOf(BOARD_TABS, params.get("tab"), DEFAULT_BOARD.tab),
    size: oneOf(MAP_SIZES, params.get("size"), DEFAULT_BOARD.size),
    colour: oneOf(MAP_COLOURS, params.get("colour"), DEFAULT_BOARD.colour),
    mapAs: params.get("map") === "table" ? "table" : "chart",
    wall: oneOf(WALL_GROUPS, params.get("wall"), DEFAULT_BOARD.wall),
    pivotSort: pivotSort ?? DEFAULT_BOARD.pivotSort,
    pivotDescending: pivotSort === undefined ? DEFAULT_BOARD.pivotDescending : sort.startsWith("-"),
    rows: params.get("rows") === "comfortable" ? "comfortable" : "dense",
    card: card === "" || card.length > 200 ? null : card,
    historyAs: params.get("history") === "table" ? "table" : "chart",
    cardAs: card !== "" && card.length <= 200 && params.get("day") === "table" ? "table" : "chart",
    query: decodeCardQuery(params),
  };
}

/** What of the map and the pivot table is money. */
export const MONEY_SORTS: ReadonlySet<PivotSort> = new Set(["price", "cost", "idle", "change"]);
export const moneylessSizes = MAP_SIZES.filter((size) => size !== "cost");
export const moneylessColours = MAP_COLOURS.filter((colour) => colour !== "waste");

/** The view for who sees no money: a link may ask for it all the same. */
export function withoutMoney(view: BoardView): BoardView {
  const { size, colour, pivotSort, pivotDescending } = DEFAULT_BOARD;
  return {
    ...view,
    ...(view.size === "cost" && { size }),
    ...(view.colour === "waste" && { colour }),
    ...(MONEY_SORTS.has(view.pivotSort) && { pivotSort, pivotDescending }),
  };
}

/** Defaults are left out, so the plain board has a plain address. */
export function encodeBoard(view: BoardView): URLSearchParams {
  const params = encodeCardQuery(view.query);
  for (const tier of view.tiers) params.append("tier", `P${tier}`);
  if (view.by.join() !== DEFAULT_BOARD.by.join()) for (const key of view.by) params.append("by", key);
  if (view.at !== null) {
    params.set("at", encodeMoment(view.at));
    if (view.known === "now") params.set("known", "now"); // means nothing without a past moment
  }
  if (view.against !== DEFAULT_BOARD.against) params.set("vs", view.against ?? "none");
  const plain = { tab: "tab", size: "size", colour: "colour", wall: "wall", rows: "rows" } as const;
  for (const [part, name] of Object.entries(plain) as [keyof typeof plain, string][])
    if (view[part] !== DEFAULT_BOARD[part]) params.set(name, view[part]);
  if (view.mapAs === "table") params.set("map", "table");
  if (view.pivotSort !== DEFAULT_BOARD.pivotSort || view.pivotDescending !== DEFAULT_BOARD.pivotDescending)
    params.set("psort", `${view.pivotDescending ? "-" : ""}${view.pivotSort}`);
  if (view.historyAs === "table") params.set("history", "table");
  if (view.card !== null) {
    params.set("card", view.card);
    if (view.cardAs === "table") params.set("day", "table"); // means nothing without a card
  }
  return params;
}

/** What a saved view keeps: the picture, without the card that happened to be open. */
export function savedSearch(view: BoardView): string {
  return encodeBoard({ ...view, card: null, cardAs: "chart" }).toString();
}

/** "2026-11-22T01:40Z": a moment a person can read and edit in the address. */
function encodeMoment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

function decodeMoment(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const at = Date.parse(text);
  if (!Number.isFinite(at) || at < EARLIEST || at >= LATEST) return null;
  return Math.floor(at / SLOT_MS) * SLOT_MS;
}

function decodeLevels(asked: readonly string[]): readonly GroupKey[] {
  const known = [...new Set(asked)].flatMap((name) => GROUP_KEYS.find((key) => key === name) ?? []);
  return known.length === 0 ? DEFAULT_BOARD.by : known.slice(0, MAX_LEVELS);
}

function oneOf<T extends string>(list: readonly T[], asked: string | null, otherwise: T): T {
  return list.find((one) => one === asked) ?? otherwise;
}
