import type { Executor, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Feature, KnownHolder, MappingRule } from "../../../db/model/feature.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { readFeatures } from "../../../db/store/features.ts";
import {
  addRemap,
  putHolderFeatures,
  readHolderFeatures,
  readHolders,
  readHoldersSince,
  readKeptHolders,
  readRules,
  readStarts,
} from "../../../db/store/mapping.ts";
import { readKnowledge, type RevisionSubject } from "../../../db/store/revisions.ts";
import {
  assign,
  type CompiledRule,
  compileRules,
  isSameAssignment,
  type Stretch,
} from "../../domain/mapping/assign.ts";
import { movesBetween } from "../../domain/mapping/moves.ts";
import { byHolder } from "./reassign.ts";

/** What the mapping rests on: when none of it was revised, it is the same. */
export const MAPPING_SUBJECTS: readonly RevisionSubject[] = ["feature", "mapping"];

/** Features and rules as they are believed now, ready to be asked. */
export type RuleBook = {
  readonly key: string; // different whenever more is known
  readonly features: readonly Feature[];
  readonly rules: readonly MappingRule[];
  readonly compiled: readonly CompiledRule[];
  readonly byId: ReadonlyMap<number, Feature>;
};

type Known = {
  readonly holder: KnownHolder;
  stretches: readonly Stretch[];
  usedAt: number;
  /** holder_feature was seen to say the same: what an open transaction wrote may yet be rolled back. */
  isSettled: boolean;
  /** Hours of it may be stored already: it was settled here before, by the rules of that time. */
  isBooked: boolean;
};

/** A holder nobody asked for in this time is forgotten: pods vanish, and their rows are kept for ever. */
const FORGET_MS = 2 * HOUR_MS;
/** Slots come this much late at most, history of a backfill aside. */
const LATE_HOURS = 2;

/** Whose the holders of now are, by the rules of now: kept in memory, and in holder_feature. */
export class Assignments {
  private readonly clock: Clock;
  private readonly known = new Map<number, Known>();
  private sweptAt = 0;
  private keptIds: readonly number[] | null = null;
  private keptAt = 0;
  private book: RuleBook = { key: "", features: [], rules: [], compiled: [], byId: new Map() };
  private onMoved: () => void = () => undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @param callback told when the rules are others than before, whoever changed them */
  onBook(callback: () => void): void {
    this.onMoved = callback;
  }

  current(): RuleBook {
    return this.book;
  }

  /** Takes up the rules of now where they are others. `db` is the transaction inside of one. */
  async follow(db: Executor): Promise<RuleBook> {
    const { key } = await readKnowledge(db, MAPPING_SUBJECTS, null);
    if (key === this.book.key) return this.book;
    const [features, rules] = [await readFeatures(db), await readRules(db, null)];
    const isFirst = this.book.key === "";
    const byId = new Map(features.map((feature) => [feature.id, feature]));
    this.book = { key, features, rules, compiled: compileRules(rules), byId };
    this.reassign();
    if (!isFirst) this.onMoved();
    return this.book;
  }

  private reassign(): void {
    const before = this.clock.now() - FORGET_MS;
    for (const [id, known] of this.known) {
      if (known.usedAt < before) this.known.delete(id);
      else this.known.set(id, { ...known, stretches: assign(this.book.compiled, known.holder), isSettled: false });
    }
  }

  /** What rules say of a holder; null = the holder is not known here. */
  stretchesOf(holderId: number): readonly Stretch[] | null {
    return this.known.get(holderId)?.stretches ?? null;
  }

  /** Everything known of a holder; null = nothing is, here. */
  holder(holderId: number): KnownHolder | null {
    return this.known.get(holderId)?.holder ?? null;
  }

  /** Looks up the holders that are not known. `db` is the transaction inside of one. */
  async know(db: Executor, holderIds: readonly number[]): Promise<void> {
    await this.follow(db);
    const now = this.clock.now();
    this.sweep(now);
    const missing: number[] = [];
    for (const id of new Set(holderIds)) {
      const known = this.known.get(id);
      if (known !== undefined) known.usedAt = now;
      else if (id > 0) missing.push(id);
    }
    if (missing.length === 0) return;
    for (const holder of await readHolders(db, missing)) {
      const stretches = assign(this.book.compiled, holder);
      this.known.set(holder.id, { holder, stretches, usedAt: now, isSettled: false, isBooked: false });
    }
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < FORGET_MS) return;
    this.sweptAt = now;
    for (const [id, { usedAt }] of this.known) if (usedAt < now - FORGET_MS) this.known.delete(id);
  }

  /** Brings holder_feature up to what the rules say of these holders. Once a transaction. */
  async settle(tx: Tx, holderIds: readonly number[]): Promise<void> {
    await this.know(tx, holderIds);
    const unsure = [...new Set(holderIds)].filter((id) => this.known.get(id)?.isSettled === false);
    if (unsure.length === 0) return;
    const stored = byHolder(await readHolderFeatures(tx, unsure));
    const changed = unsure.filter((id) => {
      const known = this.known.get(id) as Known; // it is unsettled, so it is there
      known.isSettled = isSameAssignment(stored.get(id) ?? [], known.stretches);
      return !known.isSettled;
    });
    await this.noteMoved(tx, changed, stored);
    for (const id of unsure) (this.known.get(id) as Known).isBooked = true;
    await putHolderFeatures(
      tx,
      changed,
      changed.flatMap((holderId) => (this.stretchesOf(holderId) ?? []).map((stretch) => ({ holderId, ...stretch }))),
    );
  }

  /**
   * Hours of before belong to another now, and whoever changed the rules did not know of these holders: they are booked
   * anew like those it knew of. A holder that is met for the first time has no such hours.
   */
  private async noteMoved(tx: Tx, changed: readonly number[], stored: ReadonlyMap<number, Stretch[]>): Promise<void> {
    const moves = changed.flatMap((id) => {
      const known = this.known.get(id) as Known;
      const [first] = known.isBooked ? movesBetween(stored.get(id) ?? [], known.stretches) : [];
      return first === undefined ? [] : [{ id, fromHour: first.fromHour }];
    });
    if (moves.length === 0) return;
    const holderIds = moves.map(({ id }) => id);
    const starts = await readStarts(tx, holderIds);
    const since = moves.map(({ id, fromHour }) => Math.max(fromHour, Math.floor((starts.get(id) ?? 0) / HOUR_MS)));
    await addRemap(tx, { sinceHour: Math.min(...since), holderIds, revisionId: null }, this.clock.now());
  }

  /**
   * Holders whose hours are kept: the ones whose past a rule can still move. Finding them means looking at every hour, so
   * it is done once in a while; those booked since then are known here for longer than that, or another process met them
   * and the newest hours have them.
   */
  async kept(db: Executor): Promise<number[]> {
    const now = this.clock.now();
    if (this.keptIds === null || now - this.keptAt >= FORGET_MS / 2 || now < this.keptAt) {
      this.keptIds = await readKeptHolders(db);
      this.keptAt = now;
    }
    const newest = await readHoldersSince(db, Math.floor(this.keptAt / HOUR_MS) - LATE_HOURS);
    return [...new Set([...this.keptIds, ...newest, ...this.known.keys()])];
  }

  /** Forgets what it knows of these: their facts are others now. */
  forget(holderIds: readonly number[]): void {
    for (const id of holderIds) this.known.delete(id);
  }
}
