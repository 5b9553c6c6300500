import { UNPRICED } from "../../../db/model/ledger.ts";
import type { Estimate, StateMoney } from "../../../db/model/ledger-views.ts";
import { type Currency, type Micro, type MicroText, microText } from "../../../db/model/money.ts";
import { type EstimateParts, estimateOf, NO_ESTIMATE } from "../../domain/ledger/estimate.ts";
import { numberAt } from "../../../db/store/ledger-reads.ts";
import { ExactSums } from "./exact-sums.ts";
import { type LedgerDay, type LedgerFacts, STATES } from "./ledger-facts.ts";

/** Exact sums of groups of lines: by day, by state, and what the figures rest on. */
export class GroupSums {
  readonly #facts: LedgerFacts;
  readonly #days: number;
  readonly #byDay: ExactSums;
  readonly #byState: ExactSums;
  readonly #msByState: Float64Array;
  readonly #isThere: Uint8Array; // by group and day
  readonly #observedMs: Float64Array;
  readonly #listMicro: Float64Array;
  readonly #paidMicro: Float64Array;
  readonly #unpricedMs: Float64Array;
  readonly #unconverted: (Set<Currency> | undefined)[] = [];

  constructor(facts: LedgerFacts, groups: number) {
    this.#facts = facts;
    this.#days = facts.asked.texts.length;
    this.#byDay = new ExactSums(groups * this.#days);
    this.#isThere = new Uint8Array(groups * this.#days);
    this.#byState = new ExactSums(groups * STATES);
    this.#msByState = new Float64Array(groups * STATES);
    this.#observedMs = new Float64Array(groups);
    this.#listMicro = new Float64Array(groups);
    this.#paidMicro = new Float64Array(groups);
    this.#unpricedMs = new Float64Array(groups);
  }

  add(group: number, day: LedgerDay, line: number, state: number): void {
    const { lines, micro, unconverted, coverage } = day;
    const place = group * this.#days + day.place;
    this.#isThere[place] = 1;
    this.#byDay.add(place, micro[state]!, line);
    this.#byState.add(group * STATES + state, micro[state]!, line);
    const ms = numberAt(lines.ms[state]!, line);
    this.#msByState[group * STATES + state]! += ms;
    this.#observedMs[group]! += ms * coverage[line]!;
    const priceId = lines.priceId[line]!;
    if (priceId === UNPRICED) this.#unpricedMs[group]! += ms;
    else this.#addPriced(group, priceId, numberAt(micro[state]!, line), unconverted);
  }

  #addPriced(group: number, priceId: number, amount: number, unconverted: ReadonlySet<Currency>): void {
    const price = this.#facts.prices.get(priceId);
    this.#paidMicro[group]! += amount;
    if (price?.isList === true) this.#listMicro[group]! += amount;
    if (unconverted.size > 0 && price !== undefined && unconverted.has(price.currency))
      (this.#unconverted[group] ??= new Set()).add(price.currency);
  }

  /** All money of a group. */
  micro(group: number): Micro {
    return sum(Array.from({ length: STATES }, (_, state) => this.#byState.at(group * STATES + state)));
  }

  /** One a day of the question; null = no line that day. */
  byDay(group: number): (MicroText | null)[] {
    return Array.from({ length: this.#days }, (_, i) => {
      const place = group * this.#days + i;
      return this.#isThere[place] === 1 ? microText(this.#byDay.at(place)) : null;
    });
  }

  byState(group: number): StateMoney {
    const places = Array.from({ length: STATES }, (_, state) => group * STATES + state);
    return {
      ms: places.map((place) => this.#msByState[place] ?? 0),
      micro: places.map((place) => microText(this.#byState.at(place))),
    };
  }

  ms(group: number): number {
    return this.#msByState.slice(group * STATES, (group + 1) * STATES).reduce((all, ms) => all + ms, 0);
  }

  /** What the figures of a group rest on. */
  parts(group: number): EstimateParts {
    return {
      ...NO_ESTIMATE,
      ownedMs: this.ms(group),
      observedMs: this.#observedMs[group] ?? 0,
      paidMicro: BigInt(this.#paidMicro[group] ?? 0),
      listMicro: BigInt(this.#listMicro[group] ?? 0),
      unpricedMs: this.#unpricedMs[group] ?? 0,
      unconverted: [...(this.#unconverted[group] ?? [])].toSorted(),
    };
  }

  estimate(group: number): Estimate {
    return estimateOf(this.parts(group));
  }
}

const sum = (amounts: readonly Micro[]): Micro => amounts.reduce((all, amount) => all + amount, 0n);
