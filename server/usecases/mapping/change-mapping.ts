import type { Database, Executor, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Feature } from "../../../db/model/feature.ts";
import type { MappingPreview } from "../../../db/model/mapping-views.ts";
import { UNATTRIBUTED } from "../../../db/model/ledger.ts";
import { microText } from "../../../db/model/money.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { putFeatures, readFeatures } from "../../../db/store/features.ts";
import {
  addRemap,
  changeRules,
  type MovedMoney,
  type MovedTime,
  readKeptSince,
  readMoved,
  readRules,
} from "../../../db/store/mapping.ts";
import { beginRevision, readKnowledge } from "../../../db/store/revisions.ts";
import { takeTurn } from "../../../db/store/slots.ts";
import type { ChangeNote } from "../../context.ts";
import { compileRules } from "../../domain/mapping/assign.ts";
import { planRules, type RulePlan, type WantedRule } from "../../domain/mapping/plan.ts";
import { type FeatureTerms, isSameFeature } from "../../domain/mapping/written-features.ts";
import type { ReadRule } from "../../domain/mapping/written-rules.ts";
import { ServiceError } from "../../errors.ts";
import { MAPPING_SUBJECTS } from "./assignments.ts";
import { putReassigned, type Reassigned, reassigned } from "./reassign.ts";

/** What shall be true from now on. Left out = as it is; `rules` are all of them, in the order they are asked in. */
export type MappingWish = {
  readonly features?: readonly FeatureTerms[];
  readonly rules?: readonly ReadRule[];
};

/** More to write in the same transaction, after features and rules; answers whether it wrote anything. */
export type Also = (tx: Tx) => Promise<boolean>;

export type ChangeParts = {
  readonly db: Database;
  readonly clock: Clock;
  /** Holders whose past a rule can still move. */
  readonly kept: (db: Executor) => Promise<readonly number[]>;
};

/** What a wish would move, before it is saved. */
export async function mappingEffect(
  { db, clock, kept }: ChangeParts,
  { features = [], rules }: MappingWish,
): Promise<Omit<MappingPreview, "faults">> {
  const keptSince = (await readKeptSince(db)) ?? clock.now();
  const known = await withNew(db, features);
  const plan = rules === undefined ? null : planRules(await readRules(db, null), wantedOf(rules, known));
  const found = plan === null ? [] : await reassigned(db, await kept(db), compileRules(plan.after), clock);
  const moves = found.flatMap((one) => one.moves);
  const { time, money, hours } = await readMoved(db, moves);
  const first = time.reduce<number | null>((least, { firstHour }) => Math.min(least ?? firstHour, firstHour), null);
  return {
    moves: movesOf(time, money, found, known),
    since: first === null ? null : first * HOUR_MS,
    keptSince,
    hours,
  };
}

/** Features by id as they would be; those to come have ids below every other. */
async function withNew(db: Executor, wished: readonly FeatureTerms[]): Promise<Map<number, Feature>> {
  const known = new Map((await readFeatures(db)).map((feature) => [feature.id, feature]));
  const keys = new Set([...known.values()].map(({ key }) => key));
  let id = UNATTRIBUTED;
  for (const terms of wished.filter(({ key }) => !keys.has(key))) known.set(--id, { ...terms, id });
  return known;
}

/** @throws RangeError for a feature that is not there: readRules asked for it */
function wantedOf(rules: readonly ReadRule[], features: ReadonlyMap<number, Feature>): WantedRule[] {
  const idOf = new Map([...features.values()].map(({ id, key }) => [key, id]));
  return rules.map(({ feature, ...rule }) => {
    const featureId = idOf.get(feature);
    if (featureId === undefined) throw new RangeError(`rule ${rule.name}: there is no feature ${feature}`);
    return { ...rule, featureId };
  });
}

const MOST_EXAMPLES = 5;

function movesOf(
  time: readonly MovedTime[],
  money: readonly MovedMoney[],
  found: readonly Reassigned[],
  features: ReadonlyMap<number, Feature>,
): MappingPreview["moves"] {
  const keyOf = (id: number): string => (id === UNATTRIBUTED ? "unattributed" : (features.get(id)?.key ?? ""));
  const holders = new Map(found.map(({ holder }) => [holder.id, holder]));
  const nameOf = (id: number): string => {
    const holder = holders.get(id);
    return holder === undefined ? "" : `${holder.cluster}/${holder.namespace}/${holder.pod}`;
  };
  const groups = new Map<string, MovedTime[]>();
  for (const row of time) {
    const group = groups.get(`${row.from} ${row.to}`);
    if (group === undefined) groups.set(`${row.from} ${row.to}`, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((rows) => {
      const { from, to } = rows[0] as MovedTime; // a group has a row
      const most = rows.toSorted((a, b) => b.ms - a.ms || a.holderId - b.holderId).slice(0, MOST_EXAMPLES);
      const paid = money.filter((row) => row.from === from && row.to === to);
      return {
        from: keyOf(from),
        to: keyOf(to),
        ms: rows.reduce((sum, { ms }) => sum + ms, 0),
        micro: paid.map(({ currency, micro }) => ({ currency, micro: microText(micro) })),
        holders: rows.length,
        examples: most.map(({ holderId }) => nameOf(holderId)),
      };
    })
    .toSorted((a, b) => b.ms - a.ms || (a.from + a.to < b.from + b.to ? -1 : 1));
}

/** What was written, and what is to be booked anew for it. */
export type MappingChanged = {
  readonly features: number;
  readonly rules: { readonly ended: number; readonly added: number };
  readonly holders: number; // of whom the rules say something else now
  readonly sinceHour: number | null; // oldest hour that changed hands; null = none did
  readonly holderIds: readonly number[]; // whose hours changed hands
};

export type ChangeOptions = {
  readonly also?: Also;
  /** The state the wish was made for: another by now is refused. Left out = whatever is believed. */
  readonly version?: string;
};

/**
 * Makes a wish true: all of it in one transaction, or nothing. null = it was all true already.
 * @throws ServiceError "invalid" when somebody changed features or rules since `version`
 */
export async function changeMapping(
  { db, clock, kept }: ChangeParts,
  wish: MappingWish,
  note: ChangeNote,
  { also = async () => false, version }: ChangeOptions = {},
): Promise<MappingChanged | null> {
  const now = () => clock.now();
  try {
    return await db.transaction(async (tx) => {
      // first of all: a slot that closes meanwhile must not write what the rules said before
      await takeTurn(tx);
      await refuseStale(tx, version);
      const features = await changeFeatures(tx, wish.features ?? [], { ...note, now });
      const plan = await changeRulesIn(tx, wish.rules, { ...note, now });
      const isMore = await also(tx);
      if (features === 0 && plan === null && !isMore) throw new NothingToChange();
      const moved = plan === null ? NOTHING_MOVED : await carryOut(tx, { clock, kept }, plan.revisionId);
      const rules = { ended: plan?.ended.length ?? 0, added: plan?.added.length ?? 0 };
      return { features, rules, ...moved };
    });
  } catch (error) {
    if (error instanceof NothingToChange) return null;
    throw error;
  }
}

/** Two people with the page open must not undo each other unseen. */
async function refuseStale(tx: Tx, version: string | undefined): Promise<void> {
  if (version === undefined || (await readKnowledge(tx, MAPPING_SUBJECTS, null)).key === version) return;
  throw new ServiceError(
    "invalid",
    "somebody changed features or rules meanwhile; reload, look at it again, then save",
  );
}

/** Rolls back what would say nothing new: history holds changes, not attempts. */
class NothingToChange extends Error {}

type Note = Omit<Parameters<typeof beginRevision>[1], "subject">;

async function changeFeatures(tx: Tx, wished: readonly FeatureTerms[], note: Note): Promise<number> {
  if (wished.length === 0) return 0;
  const before = new Map((await readFeatures(tx)).map((feature) => [feature.key, feature]));
  const changed = wished.filter((terms) => {
    const known = before.get(terms.key);
    return known === undefined || !isSameFeature(known, terms);
  });
  if (changed.length === 0) return 0;
  await putFeatures(tx, await beginRevision(tx, { ...note, subject: "feature" }), changed);
  return changed.length;
}

type Changed = Pick<RulePlan, "ended" | "added"> & { readonly revisionId: number };

async function changeRulesIn(tx: Tx, rules: MappingWish["rules"], note: Note): Promise<Changed | null> {
  if (rules === undefined) return null;
  const features = new Map((await readFeatures(tx)).map((feature) => [feature.id, feature]));
  const { ended, added } = planRules(await readRules(tx, null), wantedOf(rules, features));
  if (ended.length + added.length === 0) return null;
  const revision = await beginRevision(tx, { ...note, subject: "mapping" });
  await changeRules(tx, revision, { ended: ended.map(({ id }) => id), added });
  return { ended, added, revisionId: revision.id };
}

const NOTHING_MOVED = { holders: 0, sinceHour: null, holderIds: [] };

/** Brings holder_feature up to the rules just written, and notes what is to be booked anew. */
async function carryOut(tx: Tx, { clock, kept }: Omit<ChangeParts, "db">, revisionId: number) {
  const found = await reassigned(tx, await kept(tx), compileRules(await readRules(tx, null)), clock);
  await putReassigned(tx, found);
  const moves = found.flatMap((one) => one.moves);
  if (moves.length === 0) return { ...NOTHING_MOVED, holders: found.length };
  const sinceHour = moves.reduce((least, { fromHour }) => Math.min(least, fromHour), Infinity);
  const holderIds = [...new Set(moves.map(({ holderId }) => holderId))];
  await addRemap(tx, { sinceHour, holderIds, revisionId }, clock.now());
  return { holders: found.length, sinceHour, holderIds };
}
