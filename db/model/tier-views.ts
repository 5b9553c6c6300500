/** What the ladder page reads and writes. Plain JSON. */
import type {
  Benchmark,
  CardClass,
  PerformanceIndex,
  Tier,
  TierEvent,
  TierLadder,
  TierOverride,
  Workload,
} from "./tier.ts";

/** The ladder in force. `since` null = the one Dapan comes with; nobody has changed it. */
export type KnownLadder = {
  readonly ladder: TierLadder;
  readonly since: number | null; // unix ms
  readonly who: string;
  readonly why: string;
};

/** A pool's tier under the ladder in force and under another one. */
export type TierMove = { readonly poolId: number; readonly from: Tier; readonly to: Tier; readonly cards: number };

/** `tiers.preview`: what another ladder would change now. Nothing is written. */
export type LadderPreview = {
  readonly moves: readonly TierMove[]; // only pools that move, most cards first
  readonly cardsMoved: number;
  readonly before: readonly number[]; // cards in P0…P3
  readonly after: readonly number[];
};

/** A benchmark as it is kept. */
export type KnownBenchmark = Benchmark & { readonly id: number };

/** A model's speed at every workload beside A100-80G-SXM; a workload nobody knows is null. */
export type ModelIndexes = {
  readonly model: string;
  readonly cardClass: CardClass;
  readonly indexes: Readonly<Record<Workload, PerformanceIndex | null>>;
  readonly hasCards: boolean; // cards of the model are on the board
};

/** What an import of benchmarks did. */
export type BenchmarksChange = { readonly added: number; readonly changed: number; readonly unchanged: number };

/** `tiers.page`: everything the ladder page shows. */
export type LadderPage = {
  readonly asOf: number;
  readonly known: KnownLadder;
  readonly overrides: readonly TierOverride[]; // in force or to come, soonest to expire first
  readonly indexes: readonly ModelIndexes[];
  readonly benchmarks: readonly KnownBenchmark[];
  readonly cards: readonly number[]; // in P0…P3
};

/** `tiers.events`: newest first. `isCut` = there are more in the window. */
export type TierTimeline = { readonly events: readonly TierEvent[]; readonly isCut: boolean };
