import { FIELD } from "../../db/model/card-fields.ts";
import { GAP_CAUSES, type GapCause } from "../../db/model/coverage.ts";
import { COLUMN, type Hold, NOT_SAID, SLOT_COLUMNS } from "../../db/model/slot.ts";
import { activityOf, memoryHolds, saysFault, type StateRules } from "./card-state.ts";
import { HeldTime, type HeldShare, SOMEBODY } from "./held-time.ts";

/** One reading of one card, and how long it speaks. */
export type Reading = {
  readonly origin: string; // the target that said it
  readonly at: number; // unix ms
  readonly until: number; // it stops speaking: the next report of its origin, at most `at` + reach
  readonly ends: GapCause; // why time after `until` is missing, unless another reading speaks
  readonly values: Float64Array; // a frame's values
  readonly offset: number; // this card's row in them
  readonly holders: readonly HeldShare[] | null; // null = the exporter does not map pods
  readonly xidCounts: readonly { readonly code: number; readonly count: number }[]; // [] = no windowed counts
};

export type SlotTotals = {
  readonly columns: readonly number[]; // one value per column of SLOT_COLUMNS, at COLUMN[name]
  readonly gapCause: GapCause; // of the longest missing stretch's cause; "none" when nothing is missing
  readonly holderId: number; // that held it all busy, idle_held, starting and fault time; 0 nobody or not said; -1 see holds
  readonly holds: readonly Omit<Hold, "cardId">[];
};

/**
 * What one card did in the window `[from, to)`, from its readings alone.
 *
 * The owned milliseconds are split over the states without rest: busy + idle_held + free + starting + fault + unknown
 * = owned, and observed + gap = owned. At each instant the newest reading that still speaks is believed; where none
 * does the time is missing, never idle. A reading on a border belongs to the window it opens. Means are weighted by
 * time, so one more equal reading in between changes nothing. All sums are whole numbers, so the result does not depend
 * on the order in which readings came.
 *
 * @param readings of this card, ascending by `at`, including the ones before `from` that still speak or that a counter
 *   must be compared with
 * @param owned the part of time this card is ours, `[from, to)` in unix ms
 * @param before why time is missing before the first reading
 */
export function summariseSlot(
  readings: readonly Reading[],
  window: { readonly from: number; readonly to: number },
  owned: { readonly from: number; readonly to: number },
  before: GapCause,
  rules: StateRules,
): SlotTotals {
  const from = Math.max(window.from, owned.from);
  const to = Math.min(window.to, owned.to);
  const sums = new Sums(Math.max(0, to - from), rules, window.from, (id) => startOf(readings, id, window.from, rules));
  if (from < to) walk(readings, from, to, before, sums);
  countUp(readings, from, to, sums);
  return sums.totals();
}

/** Cuts `[from, to)` into stretches in which one reading speaks, or none. */
function walk(readings: readonly Reading[], from: number, to: number, before: GapCause, sums: Sums): void {
  let now = from;
  for (let i = -1; i < readings.length && now < to; i += 1) {
    const next = i + 1 < readings.length ? Math.min(readings[i + 1]!.at, to) : to;
    while (now < next) {
      const speaking = newestSpeaking(readings, i, now);
      if (speaking === null) {
        sums.miss(next - now, i < 0 ? before : readings[i]!.ends);
        now = next;
      } else {
        const end = Math.min(speaking.until, next);
        sums.observe(speaking, now, end);
        now = end;
      }
    }
  }
}

/** The newest of readings 0..last that still speaks at `now`; two exporters of one card fill each other's holes. */
function newestSpeaking(readings: readonly Reading[], last: number, now: number): Reading | null {
  for (let i = last; i >= 0; i -= 1) if (readings[i]!.until > now) return readings[i]!;
  return null;
}

/**
 * When a holder started: Kubernetes says so, or an exporter named it in this slot and had not just before, without a hole
 * in between. A label that was lost for one scrape is no start.
 */
function startOf(readings: readonly Reading[], holderId: number, from: number, rules: StateRules): number | null {
  const said = rules.startedAt?.(holderId) ?? null;
  if (said !== null) return said;
  const absentUntil = new Map<string, number>(); // by origin
  const heldBefore = new Set<string>(); // origins whose last reading before the slot named it
  for (const { at, until, origin, holders } of readings) {
    if (holders === null) continue;
    if (!holders.some((one) => one.holderId === holderId)) {
      absentUntil.set(origin, until);
      if (at < from) heldBefore.delete(origin);
    } else if (at < from) heldBefore.add(origin);
    else return heldBefore.size === 0 && (absentUntil.get(origin) ?? -Infinity) >= at ? at : null;
  }
  return null;
}

/** Increases of counters between one reading that said them and the next; each belongs to the window of the later one. */
function countUp(readings: readonly Reading[], from: number, to: number, sums: Sums): void {
  const lead = leadOrigin(readings, from, to);
  let previous: Reading | null = null;
  for (const reading of readings) {
    if (reading.at >= to) break;
    if (reading.at >= from) sums.columns[COLUMN.readings]! += 1;
    if (reading.origin !== lead) continue;
    if (reading.at >= from && previous !== null) compare(previous, reading, sums.columns);
    previous = reading;
  }
}

/**
 * The one origin whose counters are believed in a window, because two exporters count one card's errors from different
 * beginnings. The first by name of those that read the card in it, so that it does not depend on who came first.
 */
export function leadOrigin(readings: readonly Reading[], from: number, to: number): string {
  let lead: string | null = null;
  for (const { at, origin } of readings) if (at >= from && at < to && (lead === null || origin < lead)) lead = origin;
  return lead ?? "";
}

function compare(a: Reading, b: Reading, into: number[]): void {
  into[COLUMN.eccCorrected]! += increase(a, b, FIELD.eccCorrectedTotal);
  into[COLUMN.eccUncorrected]! += increase(a, b, FIELD.eccUncorrectedTotal);
  into[COLUMN.rowsRemapped]! +=
    increase(a, b, FIELD.rowsRemappedCorrectedTotal) + increase(a, b, FIELD.rowsRemappedUncorrectedTotal);
  into[COLUMN.pcieReplays]! += increase(a, b, FIELD.pcieReplayTotal);
  into[COLUMN.nvlinkErrors]! += increase(a, b, FIELD.nvlinkErrorTotal);
  const xid = b.values[b.offset + FIELD.xidCode]!;
  const xidBefore = a.values[a.offset + FIELD.xidCode]!;
  if (xid > 0 && xidBefore >= 0 && xid !== xidBefore) into[COLUMN.xids]! += 1;
  if (a.until < b.at) return; // time and energy across a hole belong to time nobody watched
  into[COLUMN.throttledMs]! += Math.round(
    1000 * (rise(a, b, FIELD.thermalThrottleSeconds) + rise(a, b, FIELD.powerThrottleSeconds)),
  );
  const joules = rise(a, b, FIELD.energyJoules);
  if (b.values[b.offset + FIELD.energyJoules]! >= 0 && a.values[a.offset + FIELD.energyJoules]! >= 0) {
    into[COLUMN.energyJoules]! += Math.round(joules);
    into[COLUMN.energySaidMs]! += b.at - a.at;
  }
}

/** How many whole things a counter rose by: an exporter that says half an error is not worth a fleet's slot. */
const increase = (a: Reading, b: Reading, field: number): number => Math.floor(rise(a, b, field));

/** By how much a counter rose. A fall is a reset: it restarted from zero. 0 when either side did not say it. */
function rise(a: Reading, b: Reading, field: number): number {
  const was = a.values[a.offset + field]!;
  const is = b.values[b.offset + field]!;
  if (was !== was || is !== is) return 0; // NaN
  return is >= was ? is - was : is;
}

const PPM = 1_000_000;
const MIB = 2 ** 20;
const BLANK: readonly number[] = SLOT_COLUMNS.map(({ merge }) => (merge === "max" ? NOT_SAID : 0));
/** Running sums of one card and window, in whole units: millionths × ms, MiB × ms, mW × ms. */
class Sums {
  readonly columns: number[] = BLANK.slice(); // not a Float64Array: one per card and slot would be all allocation
  private utilPpmMs = 0;
  private tensorPpmMs = 0;
  private memoryMibMs = 0;
  private powerMwMs = 0;
  private missing: Float64Array | null = null; // ms by cause
  private readonly held: HeldTime;
  private readonly rules: StateRules;

  constructor(ownedMs: number, rules: StateRules, at: number, startOf: (holderId: number) => number | null) {
    this.columns[COLUMN.ownedMs] = ownedMs;
    this.rules = rules;
    this.held = new HeldTime(rules, at, startOf);
  }

  miss(ms: number, cause: GapCause): void {
    this.missing ??= new Float64Array(GAP_CAUSES.length);
    const index = GAP_CAUSES.indexOf(cause);
    this.missing[index === 0 ? 1 : index]! += ms; // "none" cannot be why something is missing
  }

  observe(reading: Reading, from: number, to: number): void {
    const { values, offset } = reading;
    const ms = to - from;
    const c = this.columns;
    c[COLUMN.observedMs]! += ms;
    const activity = activityOf(values, offset);
    this.judge(reading, activity, from, to);
    if (activity === activity) {
      c[COLUMN.utilSaidMs]! += ms;
      this.utilPpmMs += Math.round(activity * PPM) * ms;
    }
    const tensor = values[offset + FIELD.tensorRatio]!;
    if (tensor === tensor) {
      c[COLUMN.tensorSaidMs]! += ms;
      this.tensorPpmMs += Math.round(tensor * PPM) * ms;
    }
    const memory = values[offset + FIELD.memoryUsedBytes]!;
    if (memory === memory) {
      c[COLUMN.memorySaidMs]! += ms;
      this.memoryMibMs += Math.round(memory / MIB) * ms;
    }
    const power = values[offset + FIELD.powerWatts]!;
    if (power === power) {
      c[COLUMN.powerSaidMs]! += ms;
      this.powerMwMs += Math.round(power * 1000) * ms;
    }
    const temperature = Math.round(values[offset + FIELD.temperatureCelsius]!);
    if (temperature > c[COLUMN.temperatureMax]!) c[COLUMN.temperatureMax] = temperature;
    const memoryTemperature = Math.round(values[offset + FIELD.memoryTemperatureCelsius]!);
    if (memoryTemperature > c[COLUMN.memoryTemperatureMax]!) c[COLUMN.memoryTemperatureMax] = memoryTemperature;
  }

  /** A reading too thin to judge leaves its time unknown. */
  private judge({ values, offset, holders }: Reading, activity: number, from: number, to: number): void {
    if (saysFault(values, offset)) return this.held.fault(holders, to - from);
    if (activity !== activity) return;
    if (holders !== null && holders.length > 0) return this.held.use(holders, activity, from, to);
    if (activity >= this.rules.kinds.other.busyFrom) return this.held.use(SOMEBODY, activity, from, to);
    const isHeld = holders === null ? memoryHolds(values, offset, this.rules) : false;
    if (isHeld === true) this.held.use(SOMEBODY, activity, from, to);
    else if (isHeld === false) this.held.leave(to - from);
  }

  totals(): SlotTotals {
    const c = this.columns;
    c[COLUMN.throttledMs] = Math.min(c[COLUMN.throttledMs]!, 2 * c[COLUMN.ownedMs]!); // two clocks, and jitter
    c[COLUMN.utilMs] = Math.round(this.utilPpmMs / PPM);
    c[COLUMN.tensorMs] = Math.round(this.tensorPpmMs / PPM);
    c[COLUMN.memoryMibS] = Math.round(this.memoryMibMs / 1000);
    c[COLUMN.powerJoules] = Math.round(this.powerMwMs / PPM);
    const { busyMs, idleHeldMs, startingMs, freeMs, faultMs, holderId, holds } = this.held.totals();
    c[COLUMN.busyMs] = busyMs;
    c[COLUMN.idleHeldMs] = idleHeldMs;
    c[COLUMN.startingMs] = startingMs;
    c[COLUMN.freeMs] = freeMs;
    c[COLUMN.faultMs] = faultMs;
    return { columns: c, gapCause: this.cause(), holderId, holds };
  }

  private cause(): GapCause {
    if (this.missing === null) return "none";
    let most = 0;
    for (let i = 1; i < this.missing.length; i += 1) if (this.missing[i]! > this.missing[most]!) most = i;
    return GAP_CAUSES[most]!;
  }
}
