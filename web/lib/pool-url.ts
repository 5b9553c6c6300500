/** What of a pool's page stands in its address. */
export type PoolView = {
  readonly card: string | null; // the card chosen in the table
  readonly useAs: "chart" | "table";
  readonly priceAs: "chart" | "table";
};

/** Total, like every codec of an address. */
export function decodePool(params: URLSearchParams): PoolView {
  const card = params.get("card") ?? "";
  return {
    card: card !== "" && card.length <= 256 ? card : null,
    useAs: params.get("use") === "table" ? "table" : "chart",
    priceAs: params.get("price") === "table" ? "table" : "chart",
  };
}

export function encodePool(view: PoolView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.card !== null) params.set("card", view.card);
  if (view.useAs !== "chart") params.set("use", view.useAs);
  if (view.priceAs !== "chart") params.set("price", view.priceAs);
  return params;
}
