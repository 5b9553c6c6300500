import type { Tx } from "../../../db/database.ts";
import type { OtherCostKind, PromqlUsage } from "../../../db/model/feature.ts";
import type { UsageSourceView } from "../../../db/model/ledger-views.ts";
import type { CatalogueChange, WrittenCatalogue } from "../../../db/model/mapping-views.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type {
  OtherCostRow,
  PushAnswer,
  RevenueProofLine,
  UnitPriceRow,
  UsageApplied,
  UsageEffect,
  UsageEntry,
  UsageFault,
  UsageProofLine,
  UsageSourceRow,
  UsageTrial,
  WrittenPromql,
} from "../../../db/model/usage-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { ChangeNote } from "../../context.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";
import type { CountedHour } from "../../domain/usage/increase.ts";

/** Produced units of a feature on one calendar day of the installation's zone, by the source that counts. */
export type UnitsDay = {
  readonly day: number; // since 1970-01-01 by the calendar
  readonly source: string; // that counts; "" = none did
  readonly okMicro: Micro | null; // 1e-6 units; null = it said nothing of this day
  readonly failedMicro: Micro | null; // null = not counted
  readonly coveredMs: number; // time of the day its numbers stand for
  readonly missingMs: number; // time it was asked about and could not say
  readonly expectedMs: number; // time of the day it should have spoken of: since its first line, until now; ≥ coveredMs
  readonly others: readonly { readonly source: string; readonly okMicro: Micro }[]; // what other sources say of the day
};

/** What a feature earned on one day. Amounts are by currency, ascending; [] = not known (units without a price, or none counted). */
export type RevenueDay = {
  readonly day: number;
  readonly amounts: readonly RevenueAmount[];
  readonly unpricedMicro: Micro; // units produced while no unit price held: no revenue is in the amounts for them
};
export type RevenueAmount = {
  readonly currency: Currency;
  readonly soldMicro: Micro; // unit price × units
  readonly measuredMicro: Micro; // amounts said, refunds taken off
  readonly refundMicro: Micro; // the refunds in it, ≤ 0
};

export type OtherCostDay = {
  readonly day: number;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly micro: Micro;
};

/** What of the catalogue is about units and money. */
export type UsageCatalogue = Pick<WrittenCatalogue, "unitPrices" | "otherCosts" | "revenue" | "usage">;

/** Features by their id. `featureIds` null = all. Days with nothing to say are left out, and features without such a day. */
export type UsageReads = {
  units(days: DayNos, featureIds?: readonly number[] | null): Promise<ReadonlyMap<number, readonly UnitsDay[]>>;
  revenue(days: DayNos, featureIds?: readonly number[] | null): Promise<ReadonlyMap<number, readonly RevenueDay[]>>;
  /** Of the running day, the share of its hours that are over; of days to come, nothing. */
  otherCosts(
    days: DayNos,
    featureIds?: readonly number[] | null,
  ): Promise<ReadonlyMap<number, readonly OtherCostDay[]>>;
  /** The sources of a feature with what each said in the days. */
  sourcesOf(featureId: number, days: DayNos): Promise<readonly UsageSourceView[]>;
  /** Lines behind the units of a feature, newest first, of the source that counts and the others. */
  unitLines(featureId: number, days: DayNos, limit: number): Promise<readonly UsageProofLine[]>;
  revenueLines(featureId: number, days: DayNos, limit: number): Promise<readonly RevenueProofLine[]>;
};

/** Whose rows, and under which name they are kept. */
export type EntrySource = { readonly kind: "push" | "csv"; readonly name: string };

/** Entries looked at beside what is stored. */
export type EntriesJudged = { readonly faults: readonly UsageFault[]; readonly effects: readonly UsageEffect[] };

export type UnitPriceChange = {
  readonly feature: string;
  readonly currency: Currency;
  readonly perUnitMicro: Micro | null; // null takes back what holds in the stretch
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};
export type OtherCostChange = {
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: Micro | null; // null takes back what holds in the stretch
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

export type SourceWish = {
  readonly feature: string;
  readonly name: string;
  readonly promql: WrittenPromql;
  /** Read from this hour on; what was read before stays. null = a new source from as far back as its Prometheus is read, a changed one from now on. */
  readonly since: UnixMs | null;
};

/** Units, revenue and other costs of features: what is said of them, and the saying of it. */
export type UsagePort = UsageReads & {
  /**
   * Takes a push: all of it or nothing. The same key with the same digest answers what it answered before and writes
   * nothing. `kept`: it was taken before. @throws PushConflict when the key was used for another body, EntriesRefused
   */
  push(
    push: { readonly key: string; readonly digest: string },
    entries: readonly UsageEntry[],
  ): Promise<{ readonly answer: PushAnswer; readonly kept: boolean }>;
  /** The token that lets programs push from other machines, read now; null = none is set. @throws Error when it cannot be read */
  pushSecret(): Promise<string | null>;
  /** What is wrong with entries beside what is stored, and what they would change. Writes nothing. Rows are places in the list, from 0. */
  judge(entries: readonly UsageEntry[], source: EntrySource): Promise<EntriesJudged>;
  /** Takes entries in one revision, or none of them. @throws EntriesRefused */
  put(entries: readonly UsageEntry[], source: EntrySource, note: ChangeNote): Promise<UsageApplied>;

  sources(feature: string | null): Promise<readonly UsageSourceRow[]>;
  /** @throws ServiceError invalid with everything that is wrong, not_found for an unknown feature */
  saveSource(wish: SourceWish, note: ChangeNote): Promise<void>;
  /** Its lines stay, and it counts no more. @throws ServiceError not_found */
  removeSource(source: { readonly feature: string; readonly name: string }, note: ChangeNote): Promise<void>;
  /** Asks the Prometheus for the last hours as the source would. Writes nothing. */
  testQuery(promql: WrittenPromql): Promise<UsageTrial>;

  unitPrices(feature: string | null): Promise<readonly UnitPriceRow[]>;
  /** All in one revision, or none. @throws ServiceError invalid */
  setUnitPrices(changes: readonly UnitPriceChange[], note: ChangeNote): Promise<UsageApplied>;
  otherCostRows(feature: string | null): Promise<readonly OtherCostRow[]>;
  setOtherCosts(changes: readonly OtherCostChange[], note: ChangeNote): Promise<UsageApplied>;

  /** What the job that reads counters asks and says (server/jobs/usage.ts). */
  readonly counters: UsageCounters;

  /**
   * Takes the units' part of a catalogue inside a transaction of the caller's, in which its features exist already. What
   * it says becomes so; what it does not mention stays. Answers what changed; call `changed` once it is committed.
   * @throws ServiceError invalid with everything that is wrong
   */
  applyCatalogue(tx: Tx, catalogue: UsageCatalogue, note: ChangeNote): Promise<readonly CatalogueChange[]>;
  /** Tells the port that something of its tables was committed outside of it. */
  changed(): void;
  /** Calls back after each change this process knows of. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

/** A source that is read from a Prometheus, as far as it is to be read. */
export type CounterSource = {
  readonly id: number;
  readonly revision: number; // changes when the source is changed
  readonly feature: string;
  readonly name: string;
  readonly promql: PromqlUsage;
  readonly since: UnixMs;
  readonly readTo: UnixMs;
};

export type UsageCounters = {
  /** Sources to be read; the ones nobody can read say why in their health. */
  list(): Promise<readonly CounterSource[]>;
  /**
   * Stores what was read and moves the watermark, in one transaction. false = the source was changed or removed
   * meanwhile, and nothing was stored.
   */
  commit(source: CounterSource, lines: readonly CountedHour[], readTo: UnixMs): Promise<boolean>;
  /** Why reading failed; null = it did not. */
  note(sourceId: number, error: string | null): void;
};

/** The idempotency key was used for another body. */
export class PushConflict extends Error {
  override readonly name = "PushConflict";
}

/** Entries that cannot be taken, and why. Nothing was written. */
export class EntriesRefused extends Error {
  override readonly name = "EntriesRefused";
  readonly faults: readonly UsageFault[];

  constructor(faults: readonly UsageFault[]) {
    super(`${faults.length} faults`);
    this.faults = faults;
  }
}
