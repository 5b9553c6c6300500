export const MAPPING_TABS = ["rules", "features", "yaml"] as const;
export type MappingTab = (typeof MAPPING_TABS)[number];
const FORMS = ["add", "edit", "end"] as const;

/** What of the mapping page stands in its address. */
export type MappingView = {
  readonly tab: MappingTab;
  readonly search: string;
  readonly form: (typeof FORMS)[number] | null; // edit and end are of the open thing
  readonly rule: string | null; // name of the rule that is looked at
  readonly id: number | null; // of the rule a form is about: names are shared by stretches of time
  readonly feature: string | null; // key of the feature that is looked at
  readonly namespace: string | null; // a new rule begins with
};

export const DEFAULT_MAPPING: MappingView = {
  tab: "rules",
  search: "",
  form: null,
  rule: null,
  id: null,
  feature: null,
  namespace: null,
};

const MOST_TEXT = 300;

/** Total, like every codec of an address. */
export function decodeMapping(params: URLSearchParams): MappingView {
  const tab = MAPPING_TABS.find((one) => one === params.get("tab")) ?? "rules";
  const id = tab === "rules" ? idOf(params.get("id")) : null;
  const feature = tab === "features" ? textOf(params.get("feature")) : null;
  const asked = tab === "yaml" ? null : (FORMS.find((form) => form === params.get("form")) ?? null);
  const isAbout = tab === "rules" ? id !== null : feature !== null && asked !== "end";
  const form = asked === "add" || isAbout ? asked : null;
  return {
    tab,
    search: (params.get("q") ?? "").slice(0, MOST_TEXT),
    form,
    rule: tab === "rules" ? textOf(params.get("rule")) : null,
    id,
    feature,
    namespace: tab === "rules" && form === "add" ? textOf(params.get("namespace")) : null,
  };
}

export function encodeMapping(view: MappingView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.tab !== "rules") params.set("tab", view.tab);
  if (view.search !== "") params.set("q", view.search);
  if (view.form !== null) params.set("form", view.form);
  if (view.rule !== null) params.set("rule", view.rule);
  if (view.id !== null) params.set("id", String(view.id));
  if (view.feature !== null) params.set("feature", view.feature);
  if (view.namespace !== null) params.set("namespace", view.namespace);
  return params;
}

const textOf = (text: string | null): string | null =>
  text === null || text === "" || text.length > MOST_TEXT ? null : text;

function idOf(text: string | null): number | null {
  const id = Number(text ?? "");
  return Number.isInteger(id) && id > 0 && id <= 2_147_483_647 ? id : null;
}
