import type { Hold } from "../../db/model/slot.ts";
import { type KindRules, rulesOf, startWindow, type StateRules } from "./card-state.ts";
import { splitExactly } from "./split.ts";

/** A holder and its part of the card in millionths. */
export type HeldShare = { readonly holderId: number; readonly ppm: number };

export const WHOLE_PPM = 1_000_000;

/** What became of a card's judged time, in whole milliseconds. */
export type HeldTotals = {
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly startingMs: number;
  readonly freeMs: number;
  readonly faultMs: number;
  readonly holderId: number; // that held all of it but the free time; 0 nobody or not said; -1 see holds
  readonly holds: readonly Omit<Hold, "cardId">[];
};

/**
 * The time of one card in a slot by state and by holder, while it is added up.
 *
 * Each holder is judged for itself by the rules of its kind of work, with the activity of the card. Shares of a card add
 * up to one: what is missing is nobody's slice and free, what is too much is scaled down. All sums are whole millionths of
 * milliseconds and become whole milliseconds once, at the end: the states first, then the holders of each state, both by
 * largest remainder, so that the parts add up to the whole.
 */
export class HeldTime {
  private readonly rules: StateRules;
  private readonly at: number;
  private readonly startOf: (holderId: number) => number | null;
  private readonly held: Held[] = []; // few
  private judgedMs = 0; // without the time of faults
  private faultMs = 0;
  private free = 0; // millionths × ms
  private cut = UNCUT; // who last had a part of the card only

  /**
   * @param at an instant of the slot's hour: whose holders are may change from hour to hour
   * @param startOf when a holder started, as far as there is evidence
   */
  constructor(rules: StateRules, at: number, startOf: (holderId: number) => number | null) {
    this.rules = rules;
    this.at = at;
    this.startOf = startOf;
  }

  /** The card says it is bad: whoever holds it cannot work. */
  fault(holders: readonly HeldShare[] | null, ms: number): void {
    this.faultMs += ms;
    let rest = WHOLE_PPM;
    for (const { holderId, ppm } of this.sharesOf(holders)) {
      this.of(holderId).fault += ppm * ms;
      rest -= ppm;
    }
    if (rest > 0) this.of(NOBODY).fault += rest * ms;
  }

  /** The card was so active in `[from, to)`; each holder knows whether that is work for it. */
  use(holders: readonly HeldShare[], activity: number, from: number, to: number): void {
    this.judgedMs += to - from;
    let rest = WHOLE_PPM;
    for (const { holderId, ppm } of this.sharesOf(holders)) {
      const held = this.of(holderId);
      if (activity >= held.rules.busyFrom) held.work((to - from) * ppm);
      else held.rest(from, to, ppm);
      rest -= ppm;
    }
    this.free += rest * (to - from);
  }

  /** Nobody had the card. */
  leave(ms: number): void {
    this.judgedMs += ms;
    this.free += WHOLE_PPM * ms;
  }

  totals(): HeldTotals {
    const only = this.held[0];
    if (this.held.length <= 1 && this.cut === UNCUT) return this.alone(only);
    return this.several();
  }

  /** What nearly every card is: one holder's or nobody's, and nothing to round. */
  private alone(only: Held | undefined): HeldTotals {
    only?.settle();
    return {
      busyMs: (only?.busy ?? 0) / WHOLE_PPM,
      idleHeldMs: (only?.idle ?? 0) / WHOLE_PPM,
      startingMs: (only?.starting ?? 0) / WHOLE_PPM,
      freeMs: this.free / WHOLE_PPM,
      faultMs: this.faultMs,
      holderId: only?.holderId ?? NOBODY,
      holds: NO_HOLDS,
    };
  }

  private several(): HeldTotals {
    const byId = this.held.toSorted((a, b) => (a.holderId || Infinity) - (b.holderId || Infinity)); // nobody last
    for (const one of byId) one.settle();
    const states = STATES.map((state) => byId.reduce((sum, one) => sum + one[state], 0));
    const [busyMs = 0, idleHeldMs = 0, startingMs = 0, freeMs = 0] = this.whole(this.judgedMs, [...states, this.free]);
    const totals = { busyMs, idleHeldMs, startingMs, freeMs, faultMs: this.faultMs };
    if (byId.every(({ holderId }) => holderId === NOBODY)) return { ...totals, holderId: NOBODY, holds: [] };

    const part = (total: number, state: keyof Parts) =>
      this.whole(
        total,
        byId.map((one) => one[state]),
      );
    const [busy, idle, starting, fault] = [
      part(busyMs, "busy"),
      part(idleHeldMs, "idle"),
      part(startingMs, "starting"),
      part(this.faultMs, "fault"),
    ];
    const all = byId.map(({ holderId }, i) => ({
      holderId,
      busyMs: busy[i]!,
      idleHeldMs: idle[i]!,
      startingMs: starting[i]!,
      faultMs: fault[i]!,
    }));
    const present = all.filter((one) => one.busyMs + one.idleHeldMs + one.startingMs + one.faultMs > 0);
    const holds = present.filter(({ holderId }) => holderId !== NOBODY);
    if (holds.length === 0) return { ...totals, holderId: NOBODY, holds: [] };
    if (present.length === 1) return { ...totals, holderId: holds[0]!.holderId, holds: [] };
    return { ...totals, holderId: SEVERAL, holds };
  }

  private of(holderId: number): Held {
    for (const one of this.held) if (one.holderId === holderId) return one;
    const kind = rulesOf(holderId, this.rules, this.at);
    const start = holderId === NOBODY || kind.startMs === 0 ? null : this.startOf(holderId);
    const added = new Held(holderId, kind, start);
    this.held.push(added);
    return added;
  }

  private sharesOf(holders: readonly HeldShare[] | null): readonly HeldShare[] {
    if (holders === null || holders.length === 0) return SOMEBODY;
    if (holders.length === 1 && holders[0]!.ppm === WHOLE_PPM) return holders;
    if (holders !== this.cut.said) this.cut = { said: holders, shares: wholeShares(holders) }; // the same for minutes
    return this.cut.shares;
  }

  /** Millionths × ms that add up to `total` ms, as whole ms that do: largest remainder, ties to the earlier. */
  private whole(total: number, parts: readonly number[]): readonly number[] {
    if (this.cut === UNCUT) return parts.map((part) => part / WHOLE_PPM);
    if (total === 0) return parts.map(() => 0);
    const floors = parts.map((part) => Math.floor(part / WHOLE_PPM));
    const rests = parts.map((part) => part % WHOLE_PPM);
    let left = total;
    for (const floor of floors) left -= floor;
    for (; left > 0; left -= 1) {
      const most = rests.indexOf(Math.max(...rests));
      floors[most]! += 1;
      rests[most] = -1; // each gets one at most
    }
    return floors;
  }
}

/** Nobody shared the card: nothing is rounded. */
const UNCUT: { readonly said: readonly HeldShare[]; readonly shares: readonly HeldShare[] } = { said: [], shares: [] };
const NO_HOLDS: HeldTotals["holds"] = [];
const NOBODY = 0;
const SEVERAL = -1;

/** Somebody who is not named: an exporter that does not map pods, or a busy card without a holder. */
export const SOMEBODY: readonly HeldShare[] = [{ holderId: NOBODY, ppm: WHOLE_PPM }];

type Parts = { busy: number; idle: number; starting: number; fault: number }; // millionths × ms
const STATES = ["busy", "idle", "starting"] as const;

/** One holder's time on one card. Quiet time waits until its run is over: only then is it known whether it was a pause. */
class Held implements Parts {
  readonly holderId: number;
  readonly rules: KindRules;
  busy = 0;
  idle = 0;
  starting = 0;
  fault = 0;
  private readonly startFrom: number;
  private readonly startTo: number;
  private runFrom = 0;
  private runTo = NaN;
  private runIdle = 0;
  private runStarting = 0;
  private pauseIdle = 0; // of runs that were not too long
  private pauseStarting = 0;

  constructor(holderId: number, rules: KindRules, startedAt: number | null) {
    this.holderId = holderId;
    this.rules = rules;
    const { from, to } = startWindow(startedAt, rules);
    this.startFrom = from;
    this.startTo = to;
  }

  work(ppmMs: number): void {
    this.busy += ppmMs;
  }

  rest(from: number, to: number, ppm: number): void {
    if (from !== this.runTo) {
      this.endRun();
      this.runFrom = from;
    }
    this.runTo = to;
    const starting = Math.max(0, Math.min(to, this.startTo) - Math.max(from, this.startFrom));
    this.runStarting += starting * ppm;
    this.runIdle += (to - from - starting) * ppm;
  }

  private endRun(): void {
    if (this.runTo - this.runFrom <= this.rules.idleAfterMs) {
      this.pauseIdle += this.runIdle;
      this.pauseStarting += this.runStarting;
    } else {
      this.idle += this.runIdle;
      this.starting += this.runStarting;
    }
    this.runIdle = 0;
    this.runStarting = 0;
  }

  /** A pause is one only between work: a holder that was never active in the slot was not busy in it. */
  settle(): void {
    this.endRun();
    if (this.busy > 0) this.busy += this.pauseIdle + this.pauseStarting;
    else {
      this.idle += this.pauseIdle;
      this.starting += this.pauseStarting;
    }
    this.pauseIdle = 0;
    this.pauseStarting = 0;
  }
}

const known = new WeakMap<readonly HeldShare[], readonly HeldShare[]>();

/**
 * Shares that add up to at most one card: too much is scaled down to it, and so is a rounding's worth too little (three
 * thirds are a whole). One entry a holder.
 */
export function wholeShares(holders: readonly HeldShare[]): readonly HeldShare[] {
  let shares = known.get(holders);
  if (shares === undefined) known.set(holders, (shares = scaled(holders)));
  return shares;
}

function scaled(holders: readonly HeldShare[]): readonly HeldShare[] {
  const byId = new Map<number, number>();
  for (const { holderId, ppm } of holders) byId.set(holderId, (byId.get(holderId) ?? 0) + Math.max(0, ppm));
  const ids = [...byId.keys()].sort((a, b) => a - b);
  const said = ids.map((id) => byId.get(id)!);
  const sum = said.reduce((a, b) => a + b, 0);
  const isWhole = sum > 0 && sum >= WHOLE_PPM - holders.length;
  const ppm = isWhole ? splitExactly(WHOLE_PPM, said) : said;
  return ids.map((holderId, i) => ({ holderId, ppm: ppm[i]! }));
}
