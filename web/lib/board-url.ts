import { type CardQuery, EVERY_CARD, decodeCardQuery, encodeCardQuery } from "../../db/model/card-query.ts";

/** What the summary table may be grouped by. */
export const GROUPINGS = ["vendor", "region", "model", "billing"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Everything that makes a board link reproduce the same picture. Hover and open menus are not in it. */
export type BoardView = {
  readonly by: Grouping;
  readonly card: string | null; // UUID of the open card
  readonly historyAs: "chart" | "table";
  readonly cardAs: "chart" | "table";
  readonly query: CardQuery;
};

export const DEFAULT_BOARD: BoardView = {
  by: "vendor",
  card: null,
  historyAs: "chart",
  cardAs: "chart",
  query: EVERY_CARD,
};

/** Total: an old or hand-edited link opens the nearest sensible board, never an error page. */
export function decodeBoard(params: URLSearchParams): BoardView {
  const card = params.get("card") ?? "";
  return {
    by: GROUPINGS.find((g) => g === params.get("by")) ?? DEFAULT_BOARD.by,
    card: card === "" || card.length > 200 ? null : card,
    historyAs: params.get("history") === "table" ? "table" : "chart",
    cardAs: params.get("day") === "table" ? "table" : "chart",
    query: decodeCardQuery(params),
  };
}

/** Defaults are left out, so the plain board has a plain address. */
export function encodeBoard(view: BoardView): URLSearchParams {
  const params = encodeCardQuery(view.query);
  if (view.by !== DEFAULT_BOARD.by) params.set("by", view.by);
  if (view.historyAs === "table") params.set("history", "table");
  if (view.card !== null) {
    params.set("card", view.card);
    if (view.cardAs === "table") params.set("day", "table"); // means nothing without a card
  }
  return params;
}
