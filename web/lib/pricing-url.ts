import { IMPORT_KINDS, type ImportKind } from "../../db/model/imports.ts";

export const PRICING_TABS = ["book", "holes", "rates", "import"] as const;
export type PricingTab = (typeof PRICING_TABS)[number];
export const BOOK_KINDS = ["all", "real", "list"] as const;
export type BookKind = (typeof BOOK_KINDS)[number];

/** What of the pricing page stands in its address. */
export type PricingView = {
  readonly tab: PricingTab;
  readonly search: string;
  readonly kind: BookKind;
  readonly inForce: boolean;
  readonly open: number | null; // the price whose life is shown
  readonly form: "add" | "correct" | "end" | null; // of the open price, but for add
  readonly pool: number | null; // the pool a new price is for
  readonly table: ImportKind; // of the import
};

export const DEFAULT_PRICING: PricingView = {
  tab: "book",
  search: "",
  kind: "all",
  inForce: false,
  open: null,
  form: null,
  pool: null,
  table: "prices",
};

const FORMS = ["add", "correct", "end"] as const;
const MOST_SEARCH = 200;

/** Total, like every codec of an address. */
export function decodePricing(params: URLSearchParams): PricingView {
  const open = idOf(params.get("price"));
  const asked = FORMS.find((form) => form === params.get("form")) ?? null;
  return {
    tab: PRICING_TABS.find((tab) => tab === params.get("tab")) ?? "book",
    search: (params.get("q") ?? "").slice(0, MOST_SEARCH),
    kind: BOOK_KINDS.find((kind) => kind === params.get("kind")) ?? "all",
    inForce: params.get("now") === "1",
    open,
    form: asked === "add" || open !== null ? asked : null,
    pool: idOf(params.get("pool")),
    table: IMPORT_KINDS.find((kind) => kind === params.get("table")) ?? "prices",
  };
}

export function encodePricing(view: PricingView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.tab !== "book") params.set("tab", view.tab);
  if (view.search !== "") params.set("q", view.search);
  if (view.kind !== "all") params.set("kind", view.kind);
  if (view.inForce) params.set("now", "1");
  if (view.open !== null) params.set("price", String(view.open));
  if (view.form !== null) params.set("form", view.form);
  if (view.pool !== null) params.set("pool", String(view.pool));
  if (view.table !== "prices") params.set("table", view.table);
  return params;
}

function idOf(text: string | null): number | null {
  const id = Number(text ?? "");
  return Number.isInteger(id) && id > 0 && id <= 2_147_483_647 ? id : null;
}
