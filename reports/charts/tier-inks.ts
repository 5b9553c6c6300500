import type { Tier } from "../../db/model/tier.ts";
import type { Scheme } from "./theme.ts";

/** A tier's area, and the text that stands on it. */
export type TierInk = { readonly fill: string; readonly text: string };

/**
 * One hue, dark to light from P0 to P3 in both themes, so that a picture means the same in either. Each fill stands out
 * from page and raised surface by 3:1, each text from its fill by 4.5:1 (test/reports/charts/tier-inks.test.ts). A label
 * always stands in or beside the area: the hue alone says nothing.
 */
export const TIER_INKS: Readonly<Record<Scheme, Readonly<Record<Tier, TierInk>>>> = {
  light: {
    0: { fill: "#441963", text: "#ffffff" },
    1: { fill: "#6d3297", text: "#ffffff" },
    2: { fill: "#8f50bd", text: "#ffffff" },
    3: { fill: "#aa75d1", text: "#0f1115" },
  },
  dark: {
    0: { fill: "#8d4cbb", text: "#ffffff" },
    1: { fill: "#a972d0", text: "#0f1115" },
    2: { fill: "#c79ce6", text: "#0f1115" },
    3: { fill: "#e6cff7", text: "#0f1115" },
  },
};
