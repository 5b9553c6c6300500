import type { Story } from "../fixture-server.ts";

/** One look at one page. */
export type State = {
  readonly name: string;
  readonly story: Story;
  readonly at: string; // the address
  readonly act?: "palette" | "help" | "facet" | "views" | "lower" | "wall" | "tune" | "effect"; // lower: what stands below the fold; effect: what a waiting change would do; tune: a rule's form, with a replay
  readonly width?: number;
  readonly whole?: boolean; // in each language and each theme; else one look
  readonly fails?: boolean; // the server answers with an error, and the browser may say so
  readonly says: readonly [zh: string, en: string]; // the reason or the next step that must stand there
};
