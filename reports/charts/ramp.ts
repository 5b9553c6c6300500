import type { Scheme } from "./theme.ts";

/** Five steps from little to much, towards the page's contrast. Figures stand on them, so no step has to say all alone. */
export const RAMPS = {
  utilisation: {
    light: ["#e3eef8", "#a9cdea", "#5fa3d6", "#1f6fae", "#0b4a82"],
    dark: ["#16283a", "#1f4668", "#2b6ea5", "#5fa8e6", "#a9d4ff"],
  },
  waste: {
    light: ["#fbf0dc", "#f3d49a", "#dfa94d", "#9a6000", "#6e4300"],
    dark: ["#2e2512", "#584414", "#86671b", "#cfa53a", "#ffe08a"],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Scheme, readonly string[]>>>>;
export type Ramp = keyof typeof RAMPS;

/** Upper ends of the steps but the last, as shares. Little waste already matters; little use is common. */
export const RAMP_EDGES: Readonly<Record<Ramp, readonly number[]>> = {
  utilisation: [0.2, 0.4, 0.6, 0.8],
  waste: [0.05, 0.15, 0.3, 0.5],
};

/** The colour of a share. */
export function rampColour(ramp: Ramp, scheme: Scheme, share: number): string {
  const steps = RAMPS[ramp][scheme];
  const found = RAMP_EDGES[ramp].findIndex((edge) => share < edge);
  return steps[found < 0 ? steps.length - 1 : found] ?? steps[0];
}

/** Black or white, whichever is read better on a fill ("#rrggbb"). */
export function textOn(fill: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(fill.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.0555 ? "#ffffff" : "#0f1115";
}
