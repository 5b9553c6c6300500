import { CARD_FIELDS, FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { CardFrame, CardSighting, Silence, XidCount } from "../../db/model/frame.ts";
import { HEALTH_FIELD_COUNT, HEALTH_FIELDS, type Signal } from "../../db/model/health.ts";
import { DAY_MS, MINUTE_MS } from "../../db/model/time.ts";
import { eventsBetween } from "../domain/card-events.ts";
import { activityOf, type StateRules } from "../domain/card-state.ts";
import type { Reading } from "../domain/slot-summary.ts";
import type { CardRegistry } from "./card-registry.ts";
import { EventBook } from "./event-book.ts";
import { type Clock, HealthClocks } from "./health-clocks.ts";
import { MinuteActivity } from "./minute-activity.ts";
import { RiseLog } from "./rise-log.ts";

/** What one origin last said about a card, and until when that speaks. */
export type HealthVoice = {
  readonly origin: string;
  frame: CardFrame;
  row: number;
  until: number;
  ended: GapCause; // why it stopped, once `until` has passed
};

/** A card that was heard since the start. `seat` is its place in the columns. */
export type WatchedCard = {
  readonly id: number;
  readonly seat: number;
  readonly voices: HealthVoice[];
  lead: string; // the origin whose counters are believed
  readonly heardFrom: number; // since when its counters are watched, unix ms
};

/** What the tables know of a card from before this process: since when it was as it is. NaN = not known. */
export type BeforeStart = { readonly readAt: number } & Readonly<Record<Clock, number>>;

/** Reports of one origin may overtake each other by a moment, never by this. */
const CLOCK_SLACK_MS = 60_000;
/** A Prometheus is asked for the newest once a minute, targets are scraped every 15 to 30 s: twice that, and a bit. "ours" */
const AWAKE_AFTER_MS = 3 * MINUTE_MS;
const TIDY_EVERY_MS = 10 * MINUTE_MS;

type Counter = { readonly signal: Signal; readonly at: number; readonly isTime: boolean };
const counters = (fields: readonly { readonly name: Signal; readonly kind: string }[]): readonly Counter[] =>
  fields.flatMap(({ name, kind }, at) =>
    kind === "counter" ? [{ signal: name, at, isTime: name.endsWith("Seconds") }] : [],
  );
/** Energy always rises and no rule asks by how much. */
const IN_FRAME = counters(CARD_FIELDS).filter(({ at }) => at !== FIELD.energyJoules);
const IN_HEALTH = counters(HEALTH_FIELDS);

/**
 * What the rules of health need of every card, from the same frames and silences the live fleet hears: who speaks for it,
 * rises of its counters over the last hour, since when it has been quiet, its activity by the minute, and what happened
 * to it within a week. All in memory and bounded by the number of cards.
 */
export class HealthWatch {
  readonly rises: ReadonlyMap<Signal, RiseLog> = new Map(
    [...IN_FRAME, ...IN_HEALTH].map(({ signal }) => [signal, new RiseLog()] as const),
  );
  readonly clocks = new HealthClocks();
  readonly activity = new MinuteActivity();
  readonly events = new EventBook();
  /** Another one whenever a card came or left, or another origin named one. */
  generation = 0;
  private readonly cards = new Map<string, WatchedCard>(); // by uuid
  private readonly heard = new Map<
    string,
    { readonly cards: readonly CardSighting[]; seats: readonly (WatchedCard | null)[] }
  >();
  private readonly freeSeats: number[] = [];
  private seats = 0;
  private before: ReadonlyMap<number, BeforeStart> = new Map();
  private tidiedAt = 0;
  private begunAt = Number.NEGATIVE_INFINITY;
  private readonly registry: Pick<CardRegistry, "get">;
  private readonly rules: StateRules;

  constructor(registry: Pick<CardRegistry, "get">, rules: StateRules) {
    this.registry = registry;
    this.rules = rules;
  }

  /** What is known from before the start, by card id. */
  begin(now: number, before: ReadonlyMap<number, BeforeStart>, events: Iterable<CardEvent>): void {
    this.begunAt = now;
    this.before = before;
    this.events.add(events);
    for (const { id, seat } of this.cards.values()) {
      const known = this.beforeStart(id);
      if (known !== null) this.clocks.recall(seat, known);
    }
  }

  /**
   * Whether a card that is not read at an instant may just not have been looked at yet: within the first minutes, of one
   * whose last reading is from before the start.
   */
  isOurSilence(at: number, lastHeardAt: number | null): boolean {
    return !this.isAwake(at) && (lastHeardAt === null || lastHeardAt < this.begunAt);
  }

  /** Whether everybody had time to be read since the start. */
  private isAwake(at: number): boolean {
    return at - this.begunAt >= AWAKE_AFTER_MS;
  }

  beforeStart(cardId: number): BeforeStart | null {
    return this.before.get(cardId) ?? null;
  }

  get(uuid: string): WatchedCard | null {
    return this.cards.get(uuid) ?? null;
  }

  /** Takes in a frame whose cards are all known. Cards the origin named before and no longer names fell silent. */
  hear(frame: CardFrame): void {
    const known = this.heard.get(frame.origin);
    const seats =
      known?.cards === frame.cards ? known.seats : frame.cards.map((card) => this.seatOf(card.uuid, frame.at));
    const saysPower = this.saysPower(frame);
    const xids = frame.xidCounts.length === 0 ? null : xidsByRow(frame.xidCounts);
    for (let row = 0; row < seats.length; row += 1) {
      const card = seats[row];
      if (card) this.speak(card, frame, row, saysPower, xids?.get(row) ?? NO_COUNTS);
    }
    if (known?.cards === frame.cards) return;
    this.heard.set(frame.origin, { cards: frame.cards, seats });
    for (const card of known?.seats ?? []) {
      const voice = card && voiceOf(card, frame.origin);
      if (voice && voice.frame.at < frame.at) stop(voice, frame.at, "card_gone");
    }
  }

  /** An origin fell silent: what it said ends there. */
  silence({ origin, at, cause }: Silence): void {
    for (const card of this.heard.get(origin)?.seats ?? []) {
      const voice = card && voiceOf(card, origin);
      if (voice) stop(voice, at, cause);
    }
  }

  /** Events of another making (lines of the kernel's log); they reach the rules with the next round. */
  note(events: readonly CardEvent[]): void {
    this.events.add(events);
  }

  /** Events of slots that were committed: what the newest readings showed is known, what came in between is not. */
  noteCommitted(events: readonly CardEvent[]): void {
    for (const event of events)
      if (!this.events.of(event.cardId).some((one) => isSameMoment(one, event))) this.events.add([event]);
  }

  /** Forgets what can no longer matter: cards that left, rises and events that are too old. Cheap when called often. */
  tidy(now: number): void {
    if (now - this.tidiedAt < TIDY_EVERY_MS && now >= this.tidiedAt) return;
    this.tidiedAt = now;
    this.generation += 1;
    const gone = new Set<number>();
    for (const [uuid, card] of this.cards) {
      if (card.voices.length > 1) forgetVoices(card, now);
      if (this.registry.get(uuid)?.stays.at(-1)?.to === Infinity) continue;
      gone.add(card.seat);
      this.cards.delete(uuid);
      this.clocks.forget(card.seat);
      this.activity.forget(card.seat);
    }
    for (const rises of this.rises.values()) rises.drop(now, (seat) => gone.has(seat));
    for (const [origin, heard] of this.heard) {
      if (heard.seats.some((card) => card !== null && gone.has(card.seat)))
        heard.seats = heard.seats.map((card) => (card !== null && gone.has(card.seat) ? null : card));
      if (heard.seats.every((card) => card === null || voiceOf(card, origin) === null)) this.heard.delete(origin);
    }
    this.freeSeats.push(...gone);
    this.events.drop(now);
  }

  private seatOf(uuid: string, at: number): WatchedCard | null {
    const known = this.cards.get(uuid);
    if (known !== undefined) return known;
    const card = this.registry.get(uuid);
    if (card === undefined) return null;
    const seat = this.freeSeats.pop() ?? this.seats++;
    const watched: WatchedCard = { id: card.id, seat, voices: [], lead: "", heardFrom: at };
    this.cards.set(uuid, watched);
    this.generation += 1;
    return watched;
  }

  private speak(card: WatchedCard, frame: CardFrame, row: number, saysPower: boolean, xids: readonly XidCount[]): void {
    const { at, origin, values } = frame;
    const before = card.voices.length === 0 ? this.beforeStart(card.id) : null;
    let voice = voiceOf(card, origin);
    if (voice !== null && voice.frame.at >= at && voice.frame.at <= at + CLOCK_SLACK_MS) return; // known, or overtaken
    if (this.isLead(card, origin, at) && voice !== null && voice.frame.at < at)
      this.compare(card, voice, frame, row, xids);
    if (voice === null) {
      card.voices.push((voice = { origin, frame, row, until: 0, ended: "no_reading" }));
      this.generation += 1;
    }
    voice.frame = frame;
    voice.row = row;
    voice.until = at + frame.reachMs;
    voice.ended = "no_reading";
    const offset = row * FIELD_COUNT;
    const activity = activityOf(values, offset);
    this.activity.note(card.seat, at, activity);
    const holders = frame.cards[row]!.holders;
    this.clocks.note(card.seat, at, { values, offset, activity, holders, saysPower }, this.rules, before);
  }

  /** One origin's counters are believed: two exporters count a card's errors from different beginnings. */
  private isLead(card: WatchedCard, origin: string, at: number): boolean {
    if (card.lead === origin) return true;
    const leader = card.lead === "" ? null : voiceOf(card, card.lead);
    if (leader !== null && leader.until > at && card.lead < origin) return false;
    card.lead = origin;
    return true;
  }

  private compare(
    card: WatchedCard,
    voice: HealthVoice,
    frame: CardFrame,
    row: number,
    xids: readonly XidCount[],
  ): void {
    const wasHeard = voice.until >= frame.at; // time that nobody watched is not throttled time
    const { values } = voice.frame;
    this.countUp(
      card.seat,
      frame.at,
      IN_FRAME,
      values,
      voice.row * FIELD_COUNT,
      frame.values,
      row * FIELD_COUNT,
      wasHeard,
    );
    const was = voice.frame.health;
    if (was !== undefined && frame.health !== undefined) {
      const [a, b] = [voice.row * HEALTH_FIELD_COUNT, row * HEALTH_FIELD_COUNT];
      this.countUp(card.seat, frame.at, IN_HEALTH, was, a, frame.health, b, wasHeard);
    }
    const xidsBefore = voice.frame.xidCounts.length === 0 ? NO_COUNTS : xidsOf(voice.frame, voice.row);
    const found = eventsBetween(card.id, reading(voice.frame, voice.row, xidsBefore), reading(frame, row, xids));
    if (found.length > 0) this.events.add(found);
  }

  private countUp(
    seat: number,
    at: number,
    which: readonly Counter[],
    before: Float64Array,
    a: number,
    after: Float64Array,
    b: number,
    wasHeard: boolean,
  ): void {
    for (let i = 0; i < which.length; i += 1) {
      const { at: field, isTime, signal } = which[i]!;
      const rise = after[b + field]! - before[a + field]!; // a fall is a restart, and no rise
      if (rise > 0 && (wasHeard || !isTime)) this.rises.get(signal)!.add(seat, at, rise);
    }
  }

  private saysPower({ values }: CardFrame): boolean {
    for (let i: number = FIELD.powerWatts; i < values.length; i += FIELD_COUNT) if (values[i]! >= 0) return true;
    return false;
  }
}

/** The frame as slots and pages keep it: what only the rules read is held in memory once, not for every open slot. */
export function withoutHealth(frame: CardFrame): CardFrame {
  if (frame.health === undefined) return frame;
  const { kind, origin, at, reachMs, place, cards, values, xidCounts } = frame;
  return { kind, origin, at, reachMs, place, cards, values, xidCounts };
}

const NO_COUNTS: readonly XidCount[] = [];

function xidsByRow(counts: readonly XidCount[]): ReadonlyMap<number, readonly XidCount[]> {
  const byRow = new Map<number, XidCount[]>();
  for (const count of counts) {
    const own = byRow.get(count.row);
    if (own === undefined) byRow.set(count.row, [count]);
    else own.push(count);
  }
  return byRow;
}
const xidsOf = (frame: CardFrame, row: number): readonly XidCount[] => frame.xidCounts.filter((one) => one.row === row);

/** As the closing of a slot sees it: events come of both by the same function, under the same keys. */
const reading = (frame: CardFrame, row: number, xidCounts: readonly XidCount[]): Reading => ({
  origin: frame.origin,
  at: frame.at,
  until: frame.at + frame.reachMs,
  ends: "no_reading",
  values: frame.values,
  offset: row * FIELD_COUNT,
  holders: null,
  xidCounts,
});

function voiceOf({ voices }: WatchedCard, origin: string): HealthVoice | null {
  for (const voice of voices) if (voice.origin === origin) return voice;
  return null;
}

/** An exporter's address changes with its pod: those silent for a day go, except the one that spoke last. */
function forgetVoices({ voices }: WatchedCard, now: number): void {
  const last = Math.max(...voices.map(({ until }) => until));
  const kept = voices.filter(({ until }) => until === last || until > now - DAY_MS);
  voices.splice(0, voices.length, ...kept);
}

/** The newest readings of a Prometheus are looked at once a minute: they show a change up to that later than its slot. */
const isSameMoment = (a: CardEvent, b: CardEvent): boolean =>
  a.kind === b.kind && a.code === b.code && Math.abs(a.at - b.at) < 2 * MINUTE_MS;

function stop(voice: HealthVoice, at: number, cause: GapCause): void {
  voice.until = Math.min(voice.until, at);
  voice.ended = cause;
}
