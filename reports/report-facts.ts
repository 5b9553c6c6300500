/**
 * What a report is made from, as the use-cases behind the pages answer it: of the period and of the one before. Gathered by
 * server/usecases/patrol/report-facts.ts; made into a value by make-value.ts.
 */
import type { ReviewItem } from "../db/model/board-views.ts";
import type { CostGroup, DayRange, FeatureMoney, FeatureRow, LooseRow } from "../db/model/ledger-views.ts";
import type { Currency, MicroText } from "../db/model/money.ts";
import type { CheckItem, CheckResult, CoverageCertificate } from "../db/model/patrol.ts";
import type { ReportPeriod, ReportScope } from "../db/model/report.ts";
import type { Severity, TwoTongues } from "../db/model/rule.ts";
import type { TierEvent } from "../db/model/tier.ts";
import type { UnixMs } from "../db/model/units.ts";
import type { FleetDimension, PoolNamed, SourceFresh } from "./report-value.ts";

export type ReportFacts = {
  readonly period: ReportPeriod;
  readonly before: ReportPeriod;
  readonly scope: ReportScope;
  readonly currency: Currency;
  readonly booksZone: string;
  readonly isPartOfFleet: boolean; // the scope names pools: features are seen on these only
  readonly pools: readonly PoolNamed[]; // of the scope, with the tier each had at the period's end
  readonly now: PeriodFacts;
  readonly prior: PeriodFacts;
  readonly reclaim: readonly ReviewItem[]; // open or accepted, opened before the period ended
  readonly arrivals: readonly { readonly poolId: number; readonly kind: "came" | "went"; readonly cards: number }[];
  readonly tierEvents: readonly TierEvent[]; // newest first
  readonly freshness: readonly SourceFresh[];
};

export type CostTotal = Omit<CostGroup, "key" | "label">;

export type PeriodFacts = {
  readonly money: { readonly range: DayRange; readonly from: UnixMs; readonly through: UnixMs };
  readonly days: readonly string[];
  readonly costs: Readonly<Record<FleetDimension | "pool", readonly CostGroup[]>>;
  readonly total: CostTotal;
  readonly poolSums: readonly PoolSums[];
  readonly declaredMs: number | null; // card-time contracts promised; null = a pool with cards has no declaration
  readonly troubles: readonly CardTroubles[];
  readonly incidents: readonly IncidentFact[];
  readonly features: FeaturesFacts;
  readonly coverage: CoverageCertificate;
  readonly checks: readonly { readonly item: CheckItem; readonly result: CheckResult }[];
};

/** What the cards of a pool said over a period. */
export type PoolSums = {
  readonly poolId: number;
  readonly observedMs: number;
  readonly utilMs: number; // mean activity = utilMs ÷ utilSaidMs
  readonly utilSaidMs: number;
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
};

/** Faults of a card in a pool over a period, from its events. */
export type CardTroubles = {
  readonly cardId: number;
  readonly uuid: string;
  readonly node: string;
  readonly position: string;
  readonly poolId: number;
  readonly xids: number;
  readonly xidCodes: readonly number[];
  readonly drops: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
};

/** An incident that was open in the period. */
export type IncidentFact = {
  readonly id: number;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly what: TwoTongues;
  readonly node: string;
  readonly cards: number;
  readonly firedAt: UnixMs;
  readonly ackedAt: UnixMs | null;
  readonly resolvedAt: UnixMs | null;
  readonly costPerHourMicro: MicroText | null;
  readonly isHistoric: boolean; // found in late data: on record, and nobody could have looked
};

export type FeaturesFacts = {
  readonly rows: readonly Omit<FeatureRow, "costByDay">[];
  readonly loose: readonly (Pick<LooseRow, "what" | "micro"> & { readonly ms: number })[]; // ms: card-time of it
  readonly total: FeatureMoney;
};
