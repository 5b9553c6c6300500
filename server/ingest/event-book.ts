import type { CardEvent } from "../../db/model/events.ts";
import { DAY_MS, SECOND_MS } from "../../db/model/time.ts";

/** How far back rules look (health-rules.md 1: retired-dbe-fast, remap-trend). */
export const EVENTS_KEPT_MS = 7 * DAY_MS;
/** Of a card that keeps failing the newest are enough for any rule. "ours" */
export const MOST_OF_A_CARD = 256;
/** The gauge follows the kernel's log by an exporter's interval and a scrape: the same fault said twice within this. "ours" */
const ECHO_MS = 90 * SECOND_MS;

/** What happened to cards within the last week, by card: what Round.events answers. */
export class EventBook {
  private readonly byCard = new Map<number, CardEvent[]>(); // oldest first

  /** Takes in events in any order; one that is there already, by key, stays as it is. Answers those that are new. */
  add(events: Iterable<CardEvent>): readonly CardEvent[] {
    const fresh: CardEvent[] = [];
    for (const event of events) if (this.insert(event)) fresh.push(event);
    return fresh;
  }

  /** Oldest first. */
  of(cardId: number): readonly CardEvent[] {
    return this.byCard.get(cardId) ?? NONE;
  }

  /** Forgets what is older than a week. */
  drop(now: number): void {
    for (const [card, events] of this.byCard) {
      const first = events.findIndex(({ at }) => at > now - EVENTS_KEPT_MS);
      if (first === -1) this.byCard.delete(card);
      else if (first > 0) this.byCard.set(card, events.slice(first));
    }
  }

  private insert(event: CardEvent): boolean {
    const events = this.byCard.get(event.cardId) ?? [];
    if (events.some((one) => isSame(one, event) || isEcho(event, one))) return false;
    const echoes = new Set(events.filter((one) => isEcho(one, event)));
    const kept = echoes.size === 0 ? events : events.filter((one) => !echoes.has(one));
    let i = kept.length;
    while (i > 0 && kept[i - 1]!.at > event.at) i -= 1;
    // A new list: whoever was answered the old one keeps it as it was.
    const next = kept.toSpliced(i, 0, event);
    this.byCard.set(event.cardId, next.length > MOST_OF_A_CARD ? next.slice(-MOST_OF_A_CARD) : next);
    return true;
  }
}

const NONE: readonly CardEvent[] = [];

const isSame = (a: CardEvent, b: CardEvent): boolean => a.at === b.at && a.kind === b.kind && a.code === b.code;

/** Whether the gauge says what a line of the kernel's log (which has a detail) says better. */
const isEcho = (gauge: CardEvent, line: CardEvent): boolean =>
  gauge.kind === "xid" &&
  line.kind === "xid" &&
  gauge.detail === "" &&
  line.detail !== "" &&
  gauge.code === line.code &&
  Math.abs(gauge.at - line.at) <= ECHO_MS;
