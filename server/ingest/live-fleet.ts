import { CARD_FIELDS, type CardField, FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import { CARD_STATES, type CardState } from "../../db/model/fleet.ts";
import type { CardFrame, CardSighting, Holder, Silence } from "../../db/model/frame.ts";
import type { CardRow, StateCounts, StateReason } from "../../db/model/views.ts";
import type { CardIdentity, LiveChanges, LiveFleetPort, LivePool } from "../context.ts";
import { activityOf, type HeldNow, judgeState, rulesOf, type StateRules } from "../domain/card-state.ts";
import { isOurs, type KnownCard } from "./card-registry.ts";
import { LiveRow } from "./live-row.ts";

/** What one origin last said about a card, and until when that speaks. */
type Voice = {
  readonly origin: string;
  frame: CardFrame;
  row: number;
  until: number;
  ended: GapCause; // why it stopped, once `until` has passed
};

type LiveCard = {
  card: KnownCard;
  readonly shown: LiveRow;
  changedIn: number;
  voices: Voice[];
  until: number; // when the last of its voices runs out
  named: CardSighting | null; // whose holders `shown.holder` spells
  wasActive: boolean; // at least once since it is known here
  quietSince: number | null; // first quiet reading after an active one
  came: ReadonlyMap<string, number>; // holders we saw come, and when
};

const WHY_SILENT: Partial<Record<GapCause, StateReason>> = { source_down: "source_down", card_gone: "card_gone" };

/** Reports of one origin may overtake each other by a moment, never by this. */
const CLOCK_SLACK_MS = 60_000;

/**
 * The newest known about every card, in memory: what the board shows between two commits. A reading that ran out leaves
 * its card `unknown`, with the reason; nothing is ever believed past its reach.
 */
export class LiveFleet implements LiveFleetPort {
  private readonly cards = new Map<string, LiveCard>();
  private readonly byId = new Map<number, LiveCard>();
  private readonly tally = Object.fromEntries(CARD_STATES.map((s) => [s, 0])) as Record<CardState, number>;
  private readonly heard = new Map<string, readonly CardSighting[]>(); // the last list of each origin
  private readonly listeners = new Set<() => void>();
  private readonly rules: StateRules;
  private readonly holderId: (holder: Holder, cluster: string) => number;
  private current = 0;
  private structureChangedIn = 0;
  private newest = 0;
  private dirty = false;

  /** @param holderId the number of a holder, 0 while it has none: then nobody knows what it works on */
  constructor(rules: StateRules, holderId: (holder: Holder, cluster: string) => number = () => 0) {
    this.rules = rules;
    this.holderId = holderId;
  }

  /**
   * A card became known, or its place changed.
   * @param unread why a card without a reading so far is unknown: never read at all, or not since we started
   */
  know(card: KnownCard, unread: "never_read" | "no_reading" = "never_read"): void {
    if (!isOurs(card)) return this.forget(card);
    const live = this.cards.get(card.uuid);
    if (live) {
      live.card = card;
      if (live.shown.stand(card)) live.changedIn = this.current + 1;
    } else {
      const added: LiveCard = {
        card,
        shown: new LiveRow(card, unread),
        changedIn: 0,
        voices: [],
        until: 0,
        named: null,
        wasActive: false,
        quietSince: null,
        came: NOBODY_CAME,
      };
      this.cards.set(card.uuid, added);
      this.byId.set(card.id, added);
      this.tally.unknown += 1;
      added.changedIn = this.current + 1;
    }
    this.structureChangedIn = this.current + 1;
    this.dirty = true;
  }

  /** A card left us: given back, or another one has its place. */
  private forget({ uuid, id }: KnownCard): void {
    const live = this.cards.get(uuid);
    if (!live) return;
    this.tally[live.shown.state] -= 1;
    this.cards.delete(uuid);
    this.byId.delete(id);
    this.structureChangedIn = this.current + 1;
    this.dirty = true;
  }

  /** Whether anybody named a card after an instant, or an origin other than the given one still speaks for it then. */
  isHeard(uuid: string, exceptOrigin: string, at: number): boolean {
    const voices = this.cards.get(uuid)?.voices ?? [];
    return voices.some((v) => v.frame.at > at || (v.origin !== exceptOrigin && v.until > at));
  }

  /** Takes in a frame whose cards are all known. Cards the origin named before and no longer names fell silent. */
  hear(frame: CardFrame): void {
    if (frame.at > this.newest || frame.at < this.newest - CLOCK_SLACK_MS) this.newest = frame.at;
    for (let row = 0; row < frame.cards.length; row += 1) {
      const live = this.cards.get(frame.cards[row]!.uuid);
      if (live) this.speak(live, frame, row);
    }
    if (this.heard.get(frame.origin) === frame.cards) return; // the same list: nobody left
    for (const live of this.spokenFor(frame.origin)) {
      const voice = voiceOf(live, frame.origin);
      if (voice && voice.frame.at < frame.at) this.stop(live, voice, frame.at, "card_gone");
    }
    this.heard.set(frame.origin, frame.cards);
  }

  private *spokenFor(origin: string): Iterable<LiveCard> {
    for (const { uuid } of this.heard.get(origin) ?? []) {
      const live = this.cards.get(uuid);
      if (live) yield live;
    }
  }

  /** An origin fell silent: what it said ends there. */
  silence({ origin, at, cause }: Silence): void {
    for (const live of this.spokenFor(origin)) {
      const voice = voiceOf(live, origin);
      if (voice) this.stop(live, voice, at, cause);
    }
  }

  /** Lets readings run out. Call every few seconds. */
  sweep(now: number): void {
    for (const live of this.cards.values())
      if (live.until <= now && live.shown.state !== "unknown") this.judge(live, now);
    this.publish();
  }

  /** Makes the changes since the last call one version and tells the listeners. */
  publish(): void {
    if (!this.dirty) return;
    this.dirty = false;
    this.current += 1;
    for (const listener of this.listeners) listener();
  }

  private speak(live: LiveCard, frame: CardFrame, row: number): void {
    const until = frame.at + frame.reachMs;
    const voice = voiceOf(live, frame.origin);
    if (voice) {
      const isOurClockBack = voice.frame.at > frame.at + CLOCK_SLACK_MS; // it was ahead when that was read
      if (voice.frame.at > frame.at && !isOurClockBack) return;
      live.came = arrivals(live.came, voice, frame, row);
      voice.frame = frame;
      voice.row = row;
      voice.until = until;
      voice.ended = "no_reading";
    } else live.voices.push({ origin: frame.origin, frame, row, until, ended: "no_reading" });
    live.until = lastUntil(live.voices);
    this.judge(live, frame.at);
  }

  private stop(live: LiveCard, voice: Voice, at: number, cause: GapCause): void {
    voice.until = Math.min(voice.until, at);
    voice.ended = cause;
    live.until = lastUntil(live.voices);
    this.judge(live, at);
  }

  private judge(live: LiveCard, now: number): void {
    const speaking = newest(live.voices, now);
    if (speaking === null) {
      const last = newest(live.voices, -Infinity);
      const why = last === null ? "never_read" : (WHY_SILENT[last.ended] ?? "no_reading");
      this.note(live, live.shown.state, live.shown.silence(why, last === null ? now : last.until));
      return;
    }
    const { frame, row } = speaking;
    const sighting = frame.cards[row]!;
    const held = this.heldNow(live, sighting, frame);
    this.noteActivity(live, activityOf(frame.values, row * FIELD_COUNT), held, frame.at);
    const verdict = judgeState(frame.values, row * FIELD_COUNT, held, this.rules, frame.at, live.quietSince);
    const { shown } = live;
    const holder = live.named === sighting ? shown.holder : holderText(sighting);
    live.named = sighting;
    this.note(live, shown.state, shown.read(verdict, frame, row * FIELD_COUNT, holder));
  }

  private heldNow(live: LiveCard, { holders }: CardSighting, frame: CardFrame): readonly HeldNow[] | null {
    if (holders === null || holders.length === 0) return holders === null ? null : NOT_HELD;
    return holders.map((holder) => {
      const id = this.holderId(holder, frame.place.cluster);
      const said = id === 0 ? null : (this.rules.startedAt?.(id) ?? null);
      return {
        rules: rulesOf(id, this.rules, frame.at),
        startedAt: said ?? (live.came.size > 0 ? live.came.get(nameOf(holder)) : null) ?? null,
      };
    });
  }

  private noteActivity(live: LiveCard, activity: number, held: readonly HeldNow[] | null, at: number): void {
    const from = Math.min(...(held ?? []).map(({ rules }) => rules.busyFrom), this.rules.kinds.other.busyFrom);
    if (activity >= from) {
      live.wasActive = true;
      live.quietSince = null;
    } else if (live.wasActive && activity === activity) live.quietSince ??= at;
  }

  private note(live: LiveCard, was: CardState, shows: boolean): void {
    if (!shows) return;
    this.tally[was] -= 1;
    this.tally[live.shown.state] += 1;
    live.changedIn = this.current + 1;
    this.dirty = true;
  }

  asOf(): number {
    return this.newest;
  }

  counts(): StateCounts {
    return { ...this.tally };
  }

  rows(): readonly CardRow[] {
    return Array.from(this.cards.values(), (live) => live.shown.row);
  }

  row(uuid: string): CardRow | null {
    return this.cards.get(uuid)?.shown.row ?? null;
  }

  pools(): readonly LivePool[] {
    const pools = new Map<number, LivePool & { counts: Record<CardState, number> }>();
    for (const { card, shown } of this.cards.values()) {
      let pool = pools.get(card.pool.id);
      if (!pool) {
        const counts = Object.fromEntries(CARD_STATES.map((s) => [s, 0])) as Record<CardState, number>;
        pools.set(card.pool.id, (pool = { ...card.pool, counts }));
      }
      pool.counts[shown.state] += 1;
    }
    return [...pools.values()];
  }

  identity(uuid: string): CardIdentity | null {
    const live = this.cards.get(uuid);
    if (!live) return null;
    const { modelName, driver, migProfiles, ownedFrom } = live.card;
    return { modelName, driver, migProfiles, firstSeen: ownedFrom, origins: live.voices.map((v) => v.origin) };
  }

  readings(uuid: string): Partial<Record<CardField, number>> {
    const voice = newest(this.cards.get(uuid)?.voices ?? [], this.newest);
    if (voice === null) return {};
    return Object.fromEntries(
      CARD_FIELDS.flatMap(({ name }) => {
        const value = voice.frame.values[voice.row * FIELD_COUNT + FIELD[name]]!;
        return value === value ? [[name, value]] : []; // NaN
      }),
    );
  }

  version(): number {
    return this.current;
  }

  changesSince(version: number): LiveChanges {
    const reload = this.structureChangedIn > version;
    const rows: CardRow[] = [];
    if (!reload) for (const live of this.cards.values()) if (live.changedIn > version) rows.push(live.shown.row);
    return { version: this.current, rows, reload };
  }

  onChange(callback: () => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }
}

/** The newest of those that speak after `after`. */
function newest(voices: readonly Voice[], after: number): Voice | null {
  let best: Voice | null = null;
  for (const voice of voices)
    if (voice.until > after && (best === null || voice.frame.at > best.frame.at)) best = voice;
  return best;
}

function voiceOf({ voices }: LiveCard, origin: string): Voice | null {
  for (const voice of voices) if (voice.origin === origin) return voice;
  return null;
}

/** Who is named now and was not by the same origin just before, without a hole in between. */
function arrivals(
  came: ReadonlyMap<string, number>,
  before: Voice,
  frame: CardFrame,
  row: number,
): ReadonlyMap<string, number> {
  const was = before.frame.cards[before.row]!.holders;
  const is = frame.cards[row]!.holders;
  if (was === is || was === null || is === null) return came;
  const known = new Set(was.map(nameOf));
  const isWhole = before.until >= frame.at;
  const at = (name: string) => (known.has(name) ? came.get(name) : isWhole ? frame.at : undefined);
  return new Map(is.map(nameOf).flatMap((name) => (at(name) === undefined ? [] : [[name, at(name)!] as const])));
}

const NOBODY_CAME: ReadonlyMap<string, number> = new Map();
const NOT_HELD: readonly HeldNow[] = [];
const nameOf = ({ namespace, pod, container, podUid }: Holder): string =>
  `${namespace}\0${pod}\0${container}\0${podUid}`;

function lastUntil(voices: readonly Voice[]): number {
  let last = 0;
  for (const { until } of voices) last = Math.max(last, until);
  return last;
}

function holderText(sighting: CardSighting): string {
  return (sighting.holders ?? []).map((h) => `${h.namespace}/${h.pod}`).join(", ");
}
