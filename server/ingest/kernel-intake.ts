import { type KernelCarry, type KernelFact, pciPlace, readKernelLines } from "../../collectors/kernel-log.ts";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { CardEvent } from "../../db/model/events.ts";
import { DAY_MS, MINUTE_MS } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { putEvents } from "../../db/store/events.ts";
import { ensurePartitions } from "../../db/store/partitions.ts";
import { isOurs, type CardRegistry, type KnownCard } from "./card-registry.ts";
import type { HealthWatch } from "./health-watch.ts";

/** Whose log it is. "" = as the lines themselves say, or nobody knows. */
export type KernelLogOf = {
  readonly node: string;
  readonly cluster: string;
  /** Lines of before anybody listened: those that say no instant may be of any time, and are left out. */
  readonly isPast?: boolean;
};

type Draft = { readonly event: CardEvent; readonly words: Set<string> };

/** What became of some lines. */
export type KernelTaken = {
  readonly taken: number; // events that are new
  readonly repeated: number; // lines that were known already
  readonly unknownCard: number; // lines about an accelerator that names no card of ours
  readonly ignored: number; // lines about anything else
  readonly tooOld: number; // of more than a week ago
};

/** A line stamped ahead of our clock by more than this has a wrong clock: ours is taken. */
const MOST_AHEAD_MS = 10 * MINUTE_MS;
/** Rules look back a week; a log that is read from its beginning holds years. "ours" */
const OLDEST_MS = 7 * DAY_MS;
/** The same words without any time of their own are one line while they come this close together. "ours" */
const SAME_WORDS_MS = 5 * MINUTE_MS;
const MOST_CARRIES = 10_000;

export type KernelIntakeParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly registry: Pick<CardRegistry, "all">;
  readonly watch: Pick<HealthWatch, "note" | "events">;
};

/**
 * Lines of kernels' logs as events of cards: stored, then told to the rules, so that what is answered is committed. The
 * same line taken in twice is one event: it has an instant, or the kernel's seconds since boot, to know it by.
 */
export class KernelIntake {
  private readonly parts: KernelIntakeParts;
  private readonly carries = new Map<string, NonNullable<KernelCarry>>(); // by whose log
  private turn: Promise<unknown> = Promise.resolve();

  constructor(parts: KernelIntakeParts) {
    this.parts = parts;
  }

  /** One piece after the other, so that a line cannot pass its own repeat. @throws when nothing could be stored */
  take(lines: readonly string[], of: KernelLogOf): Promise<KernelTaken> {
    const mine = this.turn.catch(() => undefined).then(() => this.store(lines, of));
    this.turn = mine;
    return mine;
  }

  private async store(lines: readonly string[], of: KernelLogOf): Promise<KernelTaken> {
    const { db, clock, watch } = this.parts;
    const key = `${of.cluster}\0${of.node}`;
    const { facts, carry } = readKernelLines(lines, this.carries.get(key) ?? null);
    const now = clock.now();
    const events = new Map<string, Draft>();
    const count = { repeated: 0, unknownCard: 0, tooOld: 0 };
    const cardsOf = facts.length === 0 ? null : cardFinder(this.parts.registry.all());
    for (const fact of facts) {
      const cards = cardsOf!(fact, of);
      if (cards.length === 0) count.unknownCard += 1;
      else if (fact.at === null ? of.isPast === true : fact.at < now - OLDEST_MS) count.tooOld += 1;
      else if (!this.add(fact, cards, now, events)) count.repeated += 1;
    }
    const found = [...events.values()].map(({ event, words }) => ({ ...event, count: words.size }));
    if (found.length > 0) {
      const instants = found.map(({ at }) => at);
      await ensurePartitions(db, ["card_event"], instants);
      await db.transaction((tx) => putEvents(tx, found));
      watch.note(found);
    }
    this.carry(key, carry);
    return { ...count, taken: found.length, ignored: lines.length - facts.length };
  }

  /** False when all of it was known. */
  private add(fact: KernelFact, cards: readonly KnownCard[], now: UnixMs, into: Map<string, Draft>): boolean {
    const at = fact.at === null || fact.at > now + MOST_AHEAD_MS ? now : fact.at;
    const kind = fact.kind === "xid" ? "xid" : "kernel";
    let isNew = false;
    for (const { id } of cards) {
      const event: CardEvent = { cardId: id, at, kind, code: fact.code, count: 1, detail: fact.detail };
      const key = `${id} ${at} ${kind} ${fact.code}`;
      if (this.isKnown(event, fact)) continue;
      const same = into.get(key);
      if (same?.words.has(fact.detail)) continue;
      if (same === undefined) into.set(key, { event, words: new Set([fact.detail]) });
      else same.words.add(fact.detail); // in one second
      isNew = true;
    }
    return isNew;
  }

  private isKnown(event: CardEvent, { at, isCounted }: KernelFact): boolean {
    return this.parts.watch.events.of(event.cardId).some((one) => {
      if (one.kind !== event.kind || one.code !== event.code) return false;
      if (at === event.at) return one.at === at && one.detail !== "";
      return one.detail === event.detail && (isCounted || event.at - one.at < SAME_WORDS_MS);
    });
  }

  private carry(key: string, carry: KernelCarry): void {
    this.carries.delete(key);
    if (carry === null) return;
    this.carries.set(key, carry);
    for (const oldest of this.carries.keys()) {
      if (this.carries.size <= MOST_CARRIES) break;
      this.carries.delete(oldest);
    }
  }
}

/**
 * Finds the cards a fact is about: by node and PCI place; an NVSwitch is all its node's. Where several nodes of ours have
 * the name and nobody says which, none is meant. A host's full name and its short one are the same.
 */
function cardFinder(cards: Iterable<KnownCard>): (fact: KernelFact, of: KernelLogOf) => readonly KnownCard[] {
  const byNode = new Map<string, KnownCard[]>();
  for (const card of cards) {
    if (card.node === "" || !isOurs(card)) continue;
    const own = byNode.get(card.node);
    if (own === undefined) byNode.set(card.node, [card]);
    else own.push(card);
  }
  return (fact, of) => {
    const name = of.node || fact.host;
    const all = byNode.get(name) ?? byNode.get(name.split(".")[0]!) ?? [];
    const there = all.filter(({ pool }) => of.cluster === "" || pool.cluster === of.cluster);
    if (new Set(there.map(({ pool }) => `${pool.vendor}/${pool.region}/${pool.zone}/${pool.cluster}`)).size > 1)
      return [];
    return fact.kind === "switch" ? there : there.filter(({ position }) => pciPlace(position) === fact.place);
  };
}
