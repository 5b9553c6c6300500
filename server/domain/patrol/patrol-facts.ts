import type { CardEventKind } from "../../../db/model/events.ts";
import type { Micro } from "../../../db/model/money.ts";
import type { HoleCause } from "../../../db/model/patrol.ts";
import type { RuleFamily, Severity } from "../../../db/model/rule.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";

/**
 * What the checks look at: one period of the whole fleet, as the tables have it. null = not known, which is never 0.
 * Gathered by server/usecases/patrol/patrol-facts.ts.
 */
export type PatrolFacts = {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly through: UnixMs; // slots are closed up to here, at most `to`
  readonly cards: readonly PatrolCard[]; // that were ours at any time of the period
  readonly events: readonly PatrolEvent[];
  readonly incidents: readonly PatrolIncident[]; // that fired before its end and were open at any time in it
  readonly causes: readonly { readonly cause: HoleCause; readonly ms: number }[] | null; // of missing card-time; null = not looked into
  readonly money: PatrolMoney | null; // null = nothing is booked of the period
  readonly terms: readonly PatrolTerm[]; // of prices in force at the end
  readonly features: readonly PatrolFeature[] | null; // null = nothing is booked
  readonly messages: { readonly delivered: number; readonly dead: number; readonly waiting: number };
  readonly channels: { readonly enabled: number; readonly routes: number; readonly failing: readonly string[] } | null; // null = of a past nobody wrote down
  readonly silences: readonly PatrolSilence[]; // in force at the end
  readonly watch: PatrolWatch | null; // null = Dapan did not run near the end of the period
};

/** What a card did in the period. Times are card-ms, counts are increases; temperatures null = not said. */
export type PatrolCard = {
  readonly uuid: string;
  readonly node: string;
  readonly model: string; // of CARD_MODELS, or as said
  readonly poolId: number;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly faultMs: number;
  readonly temperatureMax: number | null; // °C
  readonly memoryTemperatureMax: number | null; // °C
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
  readonly pcieReplays: number;
  readonly nvlinkErrors: number;
  readonly throttledMs: number; // heat and power clocks may both run: up to twice the time
};

/** Events of one card, kind and code. */
export type PatrolEvent = {
  readonly uuid: string;
  readonly kind: CardEventKind;
  readonly code: number; // 0 = the kind has none
  readonly times: number;
};

export type PatrolIncident = {
  readonly id: number;
  readonly ruleId: string;
  readonly family: RuleFamily;
  readonly severity: Severity;
  readonly subject: string; // the node, else the card, else what its labels say
  readonly firedAt: UnixMs;
  readonly resolvedAt: UnixMs | null; // null = open at the end of the period
  readonly ackedAt: UnixMs | null;
  readonly isFlapping: boolean;
  readonly isSuppressed: boolean; // nobody was to be told
};

/** Money of the ledger's days that make up the period, in micro-units of one currency. */
export type PatrolMoney = {
  readonly days: number; // of the ledger with a line
  readonly costMicro: Micro;
  readonly idleMicro: Micro; // free and held idle
  readonly unattributedMicro: Micro; // held by somebody no rule takes
  readonly ownedMs: number;
  readonly unpricedMs: number; // card-time without a price, or without a rate for it
};

export type PatrolFeature = {
  readonly name: string;
  readonly costMicro: Micro;
  readonly marginMicro: Micro | null; // null = nobody said what it earns
};

/** When money stops being sunk: the end of the term of a price, with the cards under it. */
export type PatrolTerm = { readonly name: string; readonly endsAt: UnixMs; readonly cards: number };

export type PatrolSilence = { readonly why: string; readonly from: UnixMs; readonly to: UnixMs | null };

/** What only the running process knows, kept with each patrol. */
export type PatrolWatch = {
  readonly at: UnixMs;
  readonly startedAt: UnixMs; // of the process
  readonly atWork: readonly Window[]; // when rules are known to have been judged; they may overlap
  readonly rules: readonly WatchedRule[];
  readonly sources: readonly { readonly name: string; readonly targets: number; readonly down: number }[];
  readonly isJudging: boolean; // rules were judged within the last minute
  readonly cannotWrite: string; // why the database takes nothing; "" = it does
};

export type WatchedRule = {
  readonly id: string;
  readonly family: RuleFamily;
  readonly isEnabled: boolean;
  readonly isSaid: boolean; // somebody ever said something it reads
  readonly hasFault: boolean; // it could not be evaluated
};

/** Observed ÷ owned card-time; null = no card-time. */
export function coverageOf({ cards }: Pick<PatrolFacts, "cards">): number | null {
  const owned = sumOf(cards, "ownedMs");
  return owned === 0 ? null : sumOf(cards, "observedMs") / owned;
}

type CardFigure = { [K in keyof PatrolCard]: PatrolCard[K] extends number ? K : never }[keyof PatrolCard];

export const sumOf = (cards: readonly PatrolCard[], figure: CardFigure): number =>
  cards.reduce((sum, card) => sum + card[figure], 0);
