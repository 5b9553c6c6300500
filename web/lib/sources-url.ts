/** What of the sources page stands in its address. */
export type SourcesView = { readonly open: string | null; readonly onlyDown: boolean };

/** Total, like every codec of an address. */
export function decodeSources(params: URLSearchParams): SourcesView {
  const open = params.get("open") ?? "";
  const known = open !== "" && open.length <= 256;
  return { open: known ? open : null, onlyDown: known && params.get("down") === "1" };
}

export function encodeSources(view: SourcesView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.open !== null) params.set("open", view.open);
  if (view.open !== null && view.onlyDown) params.set("down", "1"); // means nothing while nothing is open
  return params;
}
