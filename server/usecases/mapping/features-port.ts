import type { Database, Executor, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Feature, MappingRule, RevenueLine, WorkKind } from "../../../db/model/feature.ts";
import { NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { MappingPreview } from "../../../db/model/mapping-views.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import {
  addRemap,
  dropRemaps,
  readHeldTime,
  readHolderFeatures,
  readHolders,
  readRemaps,
  readRevenueOf,
  readRuleNotes,
  readStarts,
  type Remap,
  type RuleNote,
} from "../../../db/store/mapping.ts";
import { takeTurn } from "../../../db/store/slots.ts";
import type { ChangeNote } from "../../context.ts";
import { stretchAt } from "../../domain/mapping/assign.ts";
import { YAML_SOURCE } from "../../domain/mapping/written-money.ts";
import { Assignments } from "./assignments.ts";
import {
  changeMapping,
  type ChangeOptions,
  type MappingChanged,
  mappingEffect,
  type MappingWish,
} from "./change-mapping.ts";
import { byHolder, putReassigned, type Reassigned, reassignOne } from "./reassign.ts";

/** Hours of holders that changed hands. */
export type Remapped = Pick<Remap, "sinceHour" | "holderIds">;

/** A holder with its card-time by state, and whose it is. */
export type HeldBy = {
  readonly holderId: number;
  readonly holder: string; // "cluster/namespace/pod"
  readonly namespace: string;
  readonly pod: string;
  readonly owner: string;
  readonly ms: readonly number[];
};

/** Features, and whose the holders are. */
export type FeaturesPort = {
  /** Every feature, the archived ones too, by key. */
  list(): readonly Feature[];
  /** The rules believed now, in the order they are asked in. */
  rules(): readonly MappingRule[];
  /** Takes up what other processes changed. Answers a name of the state: another one whenever features or rules are. */
  follow(): Promise<string>;
  /** Makes `featureOf` and `kindOf` know these holders. Never inside a transaction. */
  know(holderIds: readonly number[]): Promise<void>;
  /** The feature a known holder is of in an hour; NOBODY for ids that are none, UNATTRIBUTED where no rule takes it. */
  featureOf(holderId: number, hourNo: number): number;
  /** The rule that says so; null = none does. */
  ruleOf(holderId: number, hourNo: number): MappingRule | null;
  /** What kind of work a known holder does in an hour (left out = now): "other" where no rule takes it. */
  kindOf(holderId: number, hourNo?: number): WorkKind;
  /** Inside the transaction that books hours of holders: brings holder_feature up to date for them. Once a transaction. */
  assignNew(tx: Tx, holderIds: readonly number[]): Promise<void>;
  /** Kubernetes says something new of holders, and it is written: their hours may be another's. Never inside a transaction. */
  factsArrived(holderIds: readonly number[]): Promise<void>;
  /** What changed hands and is not booked anew yet, oldest first: of this process, another one, or one that was killed. */
  remaps(): Promise<readonly Remap[]>;
  /** In the transaction that books the last of their hours. */
  settleRemaps(tx: Tx, ids: readonly number[]): Promise<void>;
  /** Holders with card-time in the hours `[fromHour, toHour)`, most first. Knows them afterwards. */
  held(fromHour: number, toHour: number): Promise<readonly HeldBy[]>;
  /** Who said the rules believed now, by revision. */
  ruleNotes(): Promise<ReadonlyMap<number, RuleNote>>;
  /** Measured revenue that features.yaml said. */
  fileRevenue(): Promise<readonly RevenueLine[]>;
  /** What a wish would move, without making it true. */
  effectOf(wish: MappingWish): Promise<Omit<MappingPreview, "faults">>;
  /** Makes a wish true: all of it, or nothing. null = it was all true already. */
  change(wish: MappingWish, note: ChangeNote, options?: ChangeOptions): Promise<MappingChanged | null>;
  /** Calls back when hours changed hands, or (null) when features or rules are others. Returns the way to stop it. */
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
  const parts = { db, clock, kept: (on: Executor) => assignments.kept(on) };
  const unknown = new Set<number>();
  /** Holders somebody asked for before anybody knew them: looked up in a moment, "other" until then. */
  const lookUpSoon = (holderId: number) => {
    if (holderId <= 0 || unknown.has(holderId) || assignments.stretchesOf(holderId) !== null) return;
    unknown.add(holderId);
    if (unknown.size > 1) return;
    clock.after(0, () => {
      const ids = [...unknown];
      unknown.clear();
      assignments.know(db, ids).catch(() => undefined); // asked for again with the next reading
    });
  };
  const stretchOf = (holderId: number, hourNo: number) => stretchAt(assignments.stretchesOf(holderId) ?? [], hourNo);
  const featureOf = (holderId: number, hourNo: number): number =>
    holderId <= 0 ? NOBODY : (stretchOf(holderId, hourNo)?.featureId ?? UNATTRIBUTED);

  return {
    list: () => assignments.current().features,
    rules: () => assignments.current().rules,
    follow: async () => (await assignments.follow(db)).key,
    know: (holderIds) => assignments.know(db, holderIds),
    featureOf,
    ruleOf(holderId, hourNo) {
      const id = stretchOf(holderId, hourNo)?.ruleId;
      return assignments.current().rules.find((rule) => rule.id === id) ?? null;
    },
    kindOf(holderId, hourNo = Math.floor(clock.now() / HOUR_MS)) {
      lookUpSoon(holderId);
      return assignments.current().byId.get(featureOf(holderId, hourNo))?.kind ?? "other";
    },
    assignNew: (tx, holderIds) => assignments.settle(tx, holderIds),
    async factsArrived(holderIds) {
      const change = await relearn(db, clock, assignments, holderIds);
      if (change !== null) tell(change);
    },
    remaps: () => readRemaps(db),
    settleRemaps: (tx, ids) => dropRemaps(tx, ids, clock.now()),
    held: (fromHour, toHour) => readHeldBy(db, assignments, fromHour, toHour),
    ruleNotes: () => readRuleNotes(db),
    fileRevenue: () => readRevenueOf(db, YAML_SOURCE),
    effectOf: (wish) => mappingEffect(parts, wish),
    async change(wish, note, options) {
      const made = await changeMapping(parts, wish, note, options);
      await assignments.follow(db);
      if (made !== null && made.sinceHour !== null) tell({ sinceHour: made.sinceHour, holderIds: made.holderIds });
      return made;
    },
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}

/** Takes up new facts of holders. A pod holds no card before it starts: hours from then on may have changed hands. */
async function relearn(
  db: Database,
  clock: Clock,
  assignments: Assignments,
  holderIds: readonly number[],
): Promise<Remapped | null> {
  if (holderIds.length === 0) return null;
  const change = await db.transaction(async (tx) => {
    await takeTurn(tx);
    const { compiled } = await assignments.follow(tx);
    const stored = byHolder(await readHolderFeatures(tx, holderIds));
    const found = (await readHolders(tx, holderIds)).flatMap((holder): Reassigned[] => {
      const one = reassignOne(holder, stored.get(holder.id) ?? [], compiled);
      return one === null ? [] : [one];
    });
    await putReassigned(tx, found);
    const moved = found.filter(({ moves }) => moves.length > 0);
    if (moved.length === 0) return null;
    const starts = await readStarts(tx, holderIds);
    const since = moved.map(({ holder, moves }) =>
      Math.max(moves[0]?.fromHour ?? 0, Math.floor((starts.get(holder.id) ?? 0) / HOUR_MS)),
    );
    const remap = { sinceHour: Math.min(...since), holderIds: moved.map(({ holder }) => holder.id) };
    await addRemap(tx, { ...remap, revisionId: null }, clock.now());
    return remap;
  });
  assignments.forget(holderIds);
  await assignments.know(db, holderIds);
  return change;
}

async function readHeldBy(db: Executor, assignments: Assignments, fromHour: number, toHour: number): Promise<HeldBy[]> {
  const rows = await readHeldTime(db, fromHour, toHour);
  await assignments.know(
    db,
    rows.map(({ holderId }) => holderId),
  );
  return rows.flatMap(({ holderId, ms }) => {
    const holder = assignments.holder(holderId);
    if (holder === null) return [];
    const { cluster, namespace, pod, owner } = holder;
    return [{ holderId, holder: `${cluster}/${namespace}/${pod}`, namespace, pod, owner, ms }];
  });
}
