import { CARD_STATES, type CardState } from "../../db/model/fleet.ts";

/** Colours of status. Contrast and colour-blind distance were checked (pitfalls UX-04): never take one without the pair. */
export const STATUS_COLOURS = {
  light: { ok: "#0072b2", warning: "#b87500", critical: "#9b1c1c", unknown: "#767676" },
  dark: { ok: "#4da3ff", warning: "#ffe08a", critical: "#ff5a4f", unknown: "#7d828c" },
} as const;

export const SURFACES = {
  light: { page: "#ffffff", raised: "#f6f7f9", line: "#e1e4e8", text: "#1b1f24", muted: "#59606b", accent: "#1a5fb4" },
  dark: { page: "#0f1115", raised: "#171a20", line: "#2b3038", text: "#e4e7eb", muted: "#9aa2ad", accent: "#78b4ff" },
} as const;

export type Scheme = keyof typeof STATUS_COLOURS;
export type Status = keyof (typeof STATUS_COLOURS)["light"];

/** How a card state is drawn, in the wall, the strip, the legend and on paper alike. */
export type Ink = { readonly status: Status; readonly fill: "solid" | "hatch" | "hollow"; readonly shape: Shape };
export type Shape = "disc" | "triangle" | "square" | "ring" | "dashed";

export const STATE_INK: Readonly<Record<CardState, Ink>> = {
  busy: { status: "ok", fill: "solid", shape: "disc" },
  starting: { status: "ok", fill: "hatch", shape: "disc" },
  idle_held: { status: "warning", fill: "solid", shape: "triangle" },
  free: { status: "ok", fill: "hollow", shape: "ring" },
  fault: { status: "critical", fill: "solid", shape: "square" },
  unknown: { status: "unknown", fill: "hatch", shape: "dashed" },
};

/** Bottom to top of a stack, left to right of a strip: work first, doubt last. */
export const STATE_ORDER: readonly CardState[] = ["busy", "starting", "free", "idle_held", "fault", "unknown"];

/** The worst first, for lists of figures. */
export const STATES_WORST_FIRST: readonly CardState[] = ["fault", "unknown", "idle_held", "starting", "free", "busy"];

/** What an option builder may know of looks. Made once per scheme; web and paper pass their own font. */
export type ChartTheme = {
  readonly scheme: Scheme;
  readonly font: string;
  readonly page: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly state: Readonly<Record<CardState, string>>;
  readonly reading: string; // a measured quantity, which is no status
};

/** @param font CSS font family, the paper's or the page's */
export function chartTheme(scheme: Scheme, font: string): ChartTheme {
  const status = STATUS_COLOURS[scheme];
  const surface = SURFACES[scheme];
  const state = Object.fromEntries(CARD_STATES.map((s) => [s, status[STATE_INK[s].status]])) as Record<
    CardState,
    string
  >;
  const { page, line, text, muted, accent } = surface;
  return { scheme, font, page, line, text, muted, state, reading: accent };
}
