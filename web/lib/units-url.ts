export const UNITS_TABS = ["sources", "prices", "costs", "import"] as const;
export type UnitsTab = (typeof UNITS_TABS)[number];
const FORMS = ["add", "edit", "end"] as const;

/** What of the units page stands in its address. */
export type UnitsView = {
  readonly tab: UnitsTab;
  readonly feature: string | null; // key; null = all of them
  readonly search: string;
  readonly form: (typeof FORMS)[number] | null;
  readonly source: string | null; // name of the source of `about` a form is about
  readonly about: string | null; // key of the feature a form is about
  readonly id: number | null; // of the price or cost a form is about
};

export const DEFAULT_UNITS: UnitsView = {
  tab: "sources",
  feature: null,
  search: "",
  form: null,
  source: null,
  about: null,
  id: null,
};

const MOST_TEXT = 200;

/** Total, like every codec of an address. */
export function decodeUnits(params: URLSearchParams): UnitsView {
  const tab = UNITS_TABS.find((one) => one === params.get("tab")) ?? "sources";
  const asked = tab === "import" ? null : (FORMS.find((form) => form === params.get("form")) ?? null);
  const about = textOf(params.get("about"));
  const source = textOf(params.get("source"));
  const id = idOf(params.get("id"));
  const isAbout = tab === "sources" ? about !== null && source !== null : id !== null;
  const form = asked === "add" || isAbout ? asked : null;
  return {
    tab,
    feature: textOf(params.get("feature")),
    search: (params.get("q") ?? "").slice(0, MOST_TEXT),
    form,
    source: form !== null && form !== "add" && tab === "sources" ? source : null,
    about: form !== null && (form === "add" || tab === "sources") ? about : null,
    id: form !== null && form !== "add" && tab !== "sources" ? id : null,
  };
}

export function encodeUnits(view: UnitsView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.tab !== "sources") params.set("tab", view.tab);
  if (view.feature !== null) params.set("feature", view.feature);
  if (view.search !== "") params.set("q", view.search);
  if (view.form !== null) params.set("form", view.form);
  if (view.source !== null) params.set("source", view.source);
  if (view.about !== null) params.set("about", view.about);
  if (view.id !== null) params.set("id", String(view.id));
  return params;
}

const textOf = (text: string | null): string | null =>
  text === null || text === "" || text.length > MOST_TEXT ? null : text;

function idOf(text: string | null): number | null {
  const id = Number(text ?? "");
  return Number.isInteger(id) && id > 0 && id <= 2_147_483_647 ? id : null;
}
