import type { DeliveryView, IncidentPage, IncidentRow, Sibling } from "../../../db/model/alert-views.ts";
import type { Currency } from "../../../db/model/money.ts";
import { microText } from "../../../db/model/money.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS, shift, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { CardEventView, CardRow } from "../../../db/model/views.ts";
import { costSoFar, type PoolMoneyPieces } from "./cost-so-far.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";

/** Cards a page shows beside the ill ones. */
const MOST_CARDS = 64;
const BEFORE_MS = HOUR_MS;
const AFTER_MS = 30 * MINUTE_MS;

export type PageFacts = {
  readonly now: UnixMs;
  readonly zone: string;
  readonly currency: Currency;
  readonly one: StoredIncident;
  readonly row: IncidentRow;
  readonly rule: RuleInForce | null;
  readonly runbook: string;
  readonly timeline: IncidentPage["timeline"];
  readonly events: readonly CardEventView[];
  readonly past: IncidentPage["past"];
  readonly deliveries: readonly DeliveryView[];
  readonly suppressor: IncidentPage["suppressor"];
  readonly open: readonly StoredIncident[];
  /** Live cards; rows of cards that left are missing. */
  readonly cards: readonly CardRow[];
  readonly pieces: PoolMoneyPieces; // over spanOf(one, now)
};

/** Everything about one incident, from what was read. */
export function incidentPage(facts: PageFacts): IncidentPage {
  const { one, now } = facts;
  const cost = costSoFar(one.cardIds, poolsOf(facts), facts.pieces);
  const ill = new Set(one.cardIds);
  const chartCard = facts.cards.find(({ id }) => ill.has(id));
  return {
    asOf: now,
    zone: facts.zone,
    currency: facts.currency,
    row: facts.row,
    rule: facts.rule,
    verdict: one.verdict,
    evidence: one.evidence,
    timeline: facts.timeline,
    events: facts.events,
    cardIds: one.cardIds,
    cards: siblings(facts.cards, one, facts.open),
    chart: chartCard === undefined ? null : { uuid: chartCard.uuid, ...around(one, now) },
    costSoFarMicro: cost === null ? null : microText(cost),
    past: facts.past,
    inhibits: facts.open.filter(
      ({ suppressedBy, suppressor }) => suppressedBy === "inhibition" && suppressor === one.fingerprint,
    ).length,
    suppressor: facts.suppressor,
    deliveries: facts.deliveries,
    runbook: facts.runbook,
  };
}

/** From when it began until it ended, or now. */
export const spanOf = ({ since, resolvedAt }: StoredIncident, now: UnixMs): Window => ({
  from: since,
  to: (resolvedAt ?? now) < since ? since : (resolvedAt ?? now),
});

/** The readings that tell it: an hour before it began, and half an hour after it ended. */
export function around(one: StoredIncident, now: UnixMs): Window {
  const end = one.resolvedAt ?? now;
  return { from: shift(one.since, -BEFORE_MS), to: shift(end, end === now ? 0 : AFTER_MS) };
}

const poolsOf = ({ cards, one }: PageFacts): ReadonlyMap<number, number> => {
  const ill = new Set(one.cardIds);
  return new Map(cards.filter(({ id }) => ill.has(id)).map(({ id, poolId }) => [id, poolId]));
};

/** The ill cards, then those beside them: of the node, else of the pool. */
export function siblings(
  cards: readonly CardRow[],
  one: Pick<StoredIncident, "cardIds" | "poolId" | "nodeKey">,
  open: readonly Pick<StoredIncident, "cardIds" | "phase">[],
): readonly Sibling[] {
  const ill = new Set(one.cardIds);
  const first = cards.find(({ id }) => ill.has(id));
  const isBeside = (card: CardRow) =>
    first !== undefined &&
    (first.node !== "" && one.nodeKey !== "" ? isOfNode(card, first) : card.poolId === one.poolId);
  const shown = [
    ...cards.filter(({ id }) => ill.has(id)),
    ...cards.filter((card) => !ill.has(card.id) && isBeside(card)),
  ].slice(0, MOST_CARDS);
  const counts = new Map<number, number>();
  for (const { cardIds, phase } of open)
    if (phase === "firing") for (const id of cardIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return shown.map((card) => ({
    cardId: card.id,
    uuid: card.uuid,
    node: card.node,
    position: card.position,
    state: card.state,
    isIll: ill.has(card.id),
    incidents: counts.get(card.id) ?? 0,
    utilRatio: card.utilRatio,
    temperatureCelsius: card.temperatureCelsius,
    powerWatts: card.powerWatts,
    lastReadAt: card.lastReadAt,
  }));
}

/** Two clusters may both have a "gpu-1"; cards of one node are nearly always of one pool, and never of two places. */
const isOfNode = (card: CardRow, first: CardRow): boolean => card.node === first.node && card.poolId === first.poolId;
