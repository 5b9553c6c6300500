import type { Database, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Feature, WorkKind } from "../../../db/model/feature.ts";
import { NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { dropRemaps, readRemaps, type Remap } from "../../../db/store/mapping.ts";
import { stretchAt } from "../../domain/mapping/assign.ts";
import { Assignments } from "./assignments.ts";

/** Hours of holders that changed hands. */
export type Remapped = Pick<Remap, "sinceHour" | "holderIds">;

/** Features, and whose the holders are. */
export type FeaturesPort = {
  /** Every feature, the archived ones too, by key. */
  list(): readonly Feature[];
  /** Makes `featureOf` and `kindOf` know these holders. Never inside a transaction. */
  know(holderIds: readonly number[]): Promise<void>;
  /** The feature a known holder is of in an hour; NOBODY for ids that are none, UNATTRIBUTED where no rule takes it. */
  featureOf(holderId: number, hourNo: number): number;
  /** What kind of work a known holder does in an hour (left out = now): "other" where no rule takes it. */
  kindOf(holderId: number, hourNo?: number): WorkKind;
  /** Inside the transaction that books hours of holders: brings holder_feature up to date for them. Once a transaction. */
  assignNew(tx: Tx, holderIds: readonly number[]): Promise<void>;
  /** What changed hands and is not booked anew yet, oldest first: of this process, another one, or one that was killed. */
  remaps(): Promise<readonly Remap[]>;
  /** In the transaction that books the last of their hours. */
  settleRemaps(tx: Tx, ids: readonly number[]): Promise<void>;
  /** Calls back when there are remaps to book, or features are others. Returns the way to stop it. */
  onChange(callback: (change: Remapped | null) => void): () => void;
};

export type FeaturesParts = { readonly db: Database; readonly clock: Clock };

/** Features and mapping over the tables. */
export async function createFeatures({ db, clock }: FeaturesParts): Promise<FeaturesPort> {
  const assignments = new Assignments(clock);
  const listeners = new Set<(change: Remapped | null) => void>();
  const tell = (change: Remapped | null) => {
    for (const listener of listeners) listener(change);
  };
  assignments.onBook(() => tell(null));
  await assignments.follow(db);

  const featureAt = (holderId: number, hourNo: number): number => {
    if (holderId <= 0) return NOBODY;
    return stretchAt(assignments.stretchesOf(holderId) ?? [], hourNo)?.featureId ?? UNATTRIBUTED;
  };
  return {
    list: () => assignments.current().features,
    know: (holderIds) => assignments.know(db, holderIds),
    featureOf: featureAt,
    kindOf(holderId, hourNo = Math.floor(clock.now() / HOUR_MS)) {
      const id = featureAt(holderId, hourNo);
      return assignments.current().features.find((feature) => feature.id === id)?.kind ?? "other";
    },
    assignNew: (tx, holderIds) => assignments.settle(tx, holderIds),
    remaps: () => readRemaps(db),
    settleRemaps: (tx, ids) => dropRemaps(tx, ids, clock.now()),
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}
