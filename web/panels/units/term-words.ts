/** What is the same but for its words: unit prices and other costs. */
export const TERM_WORDS = {
  prices: {
    title: "usage.prices.title",
    note: "usage.prices.note",
    add: "usage.prices.add",
    label: "usage.prices.label",
    none: "usage.prices.none",
    noneLead: "usage.prices.noneLead",
    endSays: "usage.prices.endSays",
    form: { add: "usage.prices.formAdd", edit: "usage.prices.formEdit", end: "usage.prices.formEnd" },
  },
  costs: {
    title: "usage.costs.title",
    note: "usage.costs.note",
    add: "usage.costs.add",
    label: "usage.costs.label",
    none: "usage.costs.none",
    noneLead: "usage.costs.noneLead",
    endSays: "usage.costs.endSays",
    form: { add: "usage.costs.formAdd", edit: "usage.costs.formEdit", end: "usage.costs.formEnd" },
  },
} as const;
