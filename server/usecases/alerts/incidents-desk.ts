import type { Database } from "../../../db/database.ts";
import type {
  AlertsHead,
  IncidentFilter,
  IncidentPage,
  IncidentRow,
  IncidentsPage,
} from "../../../db/model/alert-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Feature } from "../../../db/model/feature.ts";
import { microText } from "../../../db/model/money.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { CardEventView, CardRow } from "../../../db/model/views.ts";
import {
  readIncident,
  readIncidentsOfCard,
  readPastLives,
  readResolved,
  readTimeline,
  type StoredIncident,
} from "../../../db/store/incidents.ts";
import type { Config } from "../../config/config.ts";
import type { BoardReads, LiveFleetPort, PricingPort } from "../../context.ts";
import { SYSTEM_RULES } from "../../domain/alerts/system-rules.ts";
import { shownTo, type Sight } from "../../domain/access/sight.ts";
import { ServiceError } from "../../errors.ts";
import { acknowledge, addNote, assign, confirmLoss, resolveByHand, unacknowledge } from "./acts.ts";
import type { AlertsPort } from "./alerts-port.ts";
import type { Engine } from "./engine-port.ts";
import { byUrgency, cardsOut, countsOf, isAskedFor, rowOf, type RowContext } from "./incident-list.ts";
import { around, incidentPage, spanOf } from "./incident-page.ts";
import { incidentAsSeen, pageAsSeen } from "./incident-sight.ts";
import { OUTSIDE_IN_FORCE } from "./outside.ts";
import type { RuleBook } from "./rule-book.ts";
import { tollOf } from "./toll.ts";

export type IncidentsDesk = Pick<
  AlertsPort,
  | "head"
  | "incidents"
  | "export"
  | "incident"
  | "cardHealth"
  | "acknowledge"
  | "unacknowledge"
  | "assign"
  | "note"
  | "resolve"
  | "confirm"
>;

export type IncidentsDeskParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly engine: Engine;
  readonly book: RuleBook;
  readonly live: Pick<LiveFleetPort, "rows" | "row">;
  readonly pricing: Pick<PricingPort, "hourlyByPool" | "piecesByPool" | "rates">;
  readonly board: Pick<BoardReads, "cardEvents">;
  readonly features: () => readonly Feature[];
  readonly fill: RowContext["fill"];
  readonly deliveries: (incidentId: number) => Promise<IncidentPage["deliveries"]>;
  readonly runbook: (name: string) => string;
};

/** Resolved incidents without a window: those of the last week. */
const RESOLVED_MS = 7 * DAY_MS;
/** Rows read at once on the way through the resolved ones, and looked through for one page at most. */
const CHUNK = 500;
const MOST_READ = 20_000;
const WORST = 5;
const EVENTS_OF_CARDS = 16;

/** What fires and what fired, and what people do about it. */
export function openIncidentsDesk(parts: IncidentsDeskParts): IncidentsDesk {
  const { db, clock, engine, book, live, pricing } = parts;
  const context = (): RowContext => {
    const all = [OUTSIDE_IN_FORCE, ...SYSTEM_RULES, ...book.inForce()];
    const rules = new Map(all.map(({ rule }) => [rule.id, rule]));
    const features = new Map(parts.features().map((feature) => [feature.id, feature]));
    return { ruleOf: (id) => rules.get(id) ?? null, featureOf: (id) => features.get(id) ?? null, fill: parts.fill };
  };
  const seenBy = (sight: Sight) => (found: readonly StoredIncident[]) => {
    const features = parts.features();
    return found.flatMap((one) => incidentAsSeen(one, features, sight) ?? []);
  };
  const rowsFor = (sight: Sight) => {
    const to = context();
    return (one: StoredIncident): IncidentRow => shownTo(sight, rowOf(one, to)); // before a search or an order looks at it
  };
  const sums = async (sight: Sight) => {
    const { timeZone: zone, currency } = parts.config();
    const open = seenBy(sight)(engine.open().filter(({ isHistoric }) => !isHistoric));
    const byId = new Map(live.rows().map((row) => [row.id, row]));
    const prices = await pricing.hourlyByPool(clock.now(), null);
    const cardOf = (id: number) => {
      const row = byId.get(id);
      return row === undefined ? null : { poolId: row.poolId, holder: row.holder, featureId: null };
    };
    const toll = tollOf(cardsOut(open), cardOf, prices);
    return {
      asOf: clock.now(),
      zone,
      currency,
      counts: countsOf(open),
      costPerHourMicro: toll.costPerHourMicro === null ? null : microText(toll.costPerHourMicro),
      unpricedCards: toll.unpricedCards,
      trouble: engine.trouble(),
      open,
    };
  };
  const openRows = (filter: IncidentFilter, sight: Sight): IncidentRow[] => {
    const cardId = filter.card === "" ? null : (live.row(filter.card)?.id ?? -1);
    return seenBy(sight)(engine.open())
      .filter(({ cardIds }) => cardId === null || cardIds.includes(cardId))
      .map(rowsFor(sight))
      .filter((row) => isAskedFor(row, filter))
      .sort(byUrgency);
  };
  const resolvedRows = async function* (
    filter: IncidentFilter,
    after: { at: number; id: number } | null,
    sight: Sight,
  ) {
    const now = clock.now();
    const cardId = filter.card === "" ? null : (live.row(filter.card)?.id ?? -1);
    const window = { from: filter.from ?? now - RESOLVED_MS, to: filter.to ?? now + 1 };
    for (let before = after; ;) {
      const found = await readResolved(db, window, before, CHUNK);
      yield seenBy(sight)(found)
        .filter(({ cardIds }) => cardId === null || cardIds.includes(cardId))
        .map(rowsFor(sight))
        .filter((row) => isAskedFor(row, filter));
      const last = found.at(-1);
      if (last === undefined || found.length < CHUNK) return;
      before = { at: last.resolvedAt!, id: last.id };
    }
  };
  return {
    async head(sight): Promise<AlertsHead> {
      const { open, zone: _zone, ...rest } = await sums(sight);
      const worst = open
        .filter(({ phase, suppressedBy }) => phase === "firing" && suppressedBy === null)
        .map(rowsFor(sight))
        .sort(byUrgency)
        .slice(0, WORST);
      return { ...rest, worst };
    },
    async incidents(filter, { after, limit }, sight): Promise<IncidentsPage> {
      const { open: _open, ...rest } = await sums(sight);
      if (filter.set !== "resolved") {
        const rows = openRows(filter, sight);
        const from = after === null ? 0 : rows.findIndex(({ id }) => String(id) === after) + 1;
        const page = rows.slice(from, from + limit);
        const next = from + limit < rows.length ? String(page.at(-1)!.id) : null;
        return { ...rest, rows: page, total: rows.length, next };
      }
      const rows: IncidentRow[] = [];
      for await (const some of resolvedRows(filter, cursorOf(after), sight)) {
        rows.push(...some);
        if (rows.length > limit || rows.length > MOST_READ) break;
      }
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? `${last.resolvedAt}-${last.id}` : null;
      return { ...rest, rows: page, total: rows.length, next };
    },
    async *export(filter, sight) {
      if (filter.set !== "resolved") yield openRows(filter, sight);
      else yield* resolvedRows(filter, null, sight);
    },
    async incident(id, sight) {
      const whole = engine.open().find((found) => found.id === id) ?? (await readIncident(db, id));
      const one = whole === null ? null : incidentAsSeen(whole, parts.features(), sight);
      if (whole === null || one === null) return null;
      const isShared = one.featureIds.length < whole.featureIds.length;
      return shownTo(sight, pageAsSeen(await pageOf(one), sight, isShared));
    },
    async cardHealth(uuid, { from, to }) {
      const row = live.row(uuid);
      if (row === null) return { events: [], incidents: [] };
      const window = { from: unixMs(from), to: unixMs(to) };
      const [events, incidents] = await Promise.all([
        parts.board.cardEvents(row.id, window, 500),
        readIncidentsOfCard(db, row.id, from, 200),
      ]);
      const words = context();
      const within = incidents.filter(
        ({ since, phase, firedAt }) => since < to && (phase !== "resolved" || firedAt !== null),
      );
      return { events, incidents: within.map((one) => rowOf(one, words)) };
    },
    acknowledge: (id, who, note) => engine.act(id, acknowledge(who, note)),
    unacknowledge: (id, who) => engine.act(id, unacknowledge(who)),
    assign: (id, who, assignee) => engine.act(id, assign(who, assignee)),
    note: (id, who, text) => engine.act(id, addNote(who, text)),
    resolve: (id, who, note) => engine.act(id, resolveByHand(who, note)),
    confirm: (id, who) => engine.act(id, confirmLoss(who)),
  };

  async function pageOf(one: StoredIncident): Promise<IncidentPage> {
    const now = clock.now();
    const { timeZone: zone, currency } = parts.config();
    const cards = live.rows();
    const window = spanOf(one, now);
    const [timeline, past, deliveries, pieces, rates, events] = await Promise.all([
      readTimeline(db, one.id),
      readPastLives(db, one.fingerprint, one.id, 20),
      parts.deliveries(one.id),
      window.from < window.to ? pricing.piecesByPool(window, null) : new Map(),
      pricing.rates(null),
      eventsOf(one, cards),
    ]);
    const rule = book.get(one.ruleId);
    return incidentPage({
      now,
      zone,
      currency,
      one,
      row: rowOf(one, context()),
      rule,
      runbook: parts.runbook(rule?.rule.runbook ?? ""),
      timeline,
      events,
      past,
      deliveries,
      suppressor: suppressorOf(one),
      open: engine.open(),
      cards,
      pieces: { byPool: pieces, words: { currency, zone, rates } },
    });
  }

  async function eventsOf(one: StoredIncident, cards: readonly CardRow[]): Promise<readonly CardEventView[]> {
    const known = new Set(cards.map(({ id }) => id));
    const ids = one.cardIds.filter((id) => known.has(id)).slice(0, EVENTS_OF_CARDS);
    const found = await Promise.all(ids.map((id) => parts.board.cardEvents(id, around(one, clock.now()), 100)));
    return found.flat().sort((a, b) => b.at - a.at);
  }

  function suppressorOf({ suppressedBy, suppressor }: StoredIncident): IncidentPage["suppressor"] {
    if (suppressedBy === null) return null;
    const by = engine.open().find(({ fingerprint }) => fingerprint === suppressor);
    const id = by?.id ?? (/^\d+$/.test(suppressor) ? Number(suppressor) : null);
    return { kind: suppressedBy, id, text: by === undefined ? "" : by.ruleId };
  }
}

/** Where a page of resolved incidents goes on: "<resolved at>-<id>". @throws ServiceError for anything else */
function cursorOf(after: string | null): { at: number; id: number } | null {
  if (after === null) return null;
  const [, at, id] = /^(\d{1,16})-(\d{1,10})$/.exec(after) ?? [];
  if (at === undefined || id === undefined)
    throw new ServiceError("invalid", "the place to go on from is none of ours; reload the list");
  return { at: Number(at), id: Number(id) };
}
