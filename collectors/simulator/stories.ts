/** What people do, placed by hand, so that a demo always has a cost story in its last two weeks. */
import { mix } from "./hash.ts";
import type { SimNode } from "./layout.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The simulated business lives in Asia/Shanghai, which has had no daylight saving since 1991. */
const SHANGHAI_MS = 8 * HOUR;

export type Stories = {
  /** A training gang whose master died at night: its pods hold their cards and compute nothing until somebody comes. */
  readonly hung: { readonly block: number; readonly began: number; readonly from: number; readonly to: number } | null;
  /** A notebook somebody opened and left: held all the time, never busy. */
  readonly forgotten: { readonly node: number; readonly from: number } | null;
  /** A campaign: a feature whose users come all at once, announced or not. */
  readonly campaign: { readonly feature: string; readonly from: number; readonly to: number } | null;
};

export const NO_STORIES: Stories = { hung: null, forgotten: null, campaign: null };

/** Which stories a fleet tells when the show starts at `startMs`. Fleets of a few nodes tell none. */
export function stageStories(seed: number, nodes: readonly SimNode[], startMs: number): Stories {
  const gangs = nodes.filter((node) => node.block >= 0 && node.blockRank === 1); // a gang of at least two nodes
  const notebooks = nodes.filter((node) => node.role === "notebook");
  const midnight = Math.floor((startMs + SHANGHAI_MS) / DAY) * DAY - SHANGHAI_MS; // the last one before the start
  const night = midnight + 9 * HOUR < startMs ? midnight : midnight - DAY; // a night that is over
  const gang = gangs[mix(seed, 7_001) % Math.max(1, gangs.length)];
  const notebook = notebooks[mix(seed, 7_002) % Math.max(1, notebooks.length)];
  return {
    hung:
      gang === undefined
        ? null
        : { block: gang.block, began: night - 4 * HOUR, from: night + 2 * HOUR + 660_000, to: night + 9 * HOUR },
    forgotten: notebook === undefined ? null : { node: notebook.index, from: midnight - 9 * DAY + 11 * HOUR },
    campaign: { feature: "photo-restore", from: midnight - 4 * DAY + 19 * HOUR, to: midnight - 4 * DAY + 23 * HOUR },
  };
}
