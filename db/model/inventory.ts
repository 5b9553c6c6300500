import type { Selector } from "./price.ts";

/** The life of a card, in order; `rma` may return to `delivered`. Append-only: a wrong entry is followed by a right one. */
export const LIFE_STAGES = ["ordered", "delivered", "accepted", "in_use", "fault", "rma", "returned"] as const;
export type LifeStage = (typeof LIFE_STAGES)[number];

/** What a contract says we have: `count` cards for the time [from, to), on a node or in whatever the selector matches. */
export type Capacity = {
  readonly id: number;
  readonly selector: Selector;
  readonly node: string; // "" = anywhere in the selector
  readonly count: number;
  readonly from: number; // unix ms
  readonly to: number | null; // null = open end
  readonly contract: string; // vendor contract number, "" = none
  readonly knownFrom: number;
  readonly knownTo: number | null;
  readonly who: string;
  readonly why: string;
};

/** One step in the life of a card, known by its UUID, or by its serial number before it was ever seen. */
export type LifeStep = {
  readonly at: number; // unix ms it happened
  readonly card: string; // UUID or serial number
  readonly stage: LifeStage;
  readonly contract: string;
  readonly who: string;
  readonly why: string;
  readonly recordedAt: number; // unix ms it was written down
};

/**
 * Cards of a pool against what was declared. delivered ≥ healthy ≥ held ≥ busy.
 * delivered: the stable number of cards seen or declared, whichever is asked; healthy: live and not in fault.
 */
export type PoolCounts = {
  readonly declared: number | null; // null = nothing declared for it
  readonly delivered: number;
  readonly healthy: number;
  readonly held: number;
  readonly busy: number;
  readonly ghost: number; // live but not declared, 0 when nothing is declared
  readonly missing: number; // declared but not live
};
