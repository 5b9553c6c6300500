import { HEALTH_FIELD, HEALTH_FIELD_COUNT, type HealthField } from "../../../db/model/health.ts";
import type { CardFrame, CardSighting, XidCount } from "../../../db/model/frame.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import type { KnownCard } from "../../../server/ingest/card-registry.ts";
import { HealthWatch } from "../../../server/ingest/health-watch.ts";
import { type WatchRound, WatchRounds } from "../../../server/ingest/watch-round.ts";
import { frame, PLACE, type Said, sighting } from "../../tools/frames.ts";

export const known = (uuid: string, id: number, more: Partial<KnownCard> = {}): KnownCard => ({
  ...sighting(uuid),
  id,
  pool: { ...PLACE, model: "A10", id: 1 },
  ownedFrom: 0,
  stays: [{ from: 0, to: Infinity, poolId: 1 }],
  source: "scrape",
  ...more,
});

/** A watch over some cards, and the round it makes of them. */
export function watching(cards: readonly KnownCard[]): {
  readonly watch: HealthWatch;
  readonly cards: Map<string, KnownCard>;
  readonly at: (now: number) => WatchRound;
} {
  const byUuid = new Map(cards.map((card) => [card.uuid, card]));
  const watch = new HealthWatch({ get: (uuid) => byUuid.get(uuid) }, DEFAULT_STATE_RULES);
  const rounds = new WatchRounds({
    watch,
    registry: { all: () => byUuid.values() },
    live: { row: (): CardRow | null => null },
  });
  return { watch, cards: byUuid, at: (now) => rounds.at(now, () => null) };
}

/** A frame that says something of the cards' health too. */
export function healthFrame(
  origin: string,
  at: number,
  cards: readonly CardSighting[],
  said: Said,
  health: Partial<Record<HealthField, number>>,
): CardFrame {
  const values = new Float64Array(cards.length * HEALTH_FIELD_COUNT).fill(NaN);
  cards.forEach((_, row) => {
    for (const [name, value] of Object.entries(health))
      values[row * HEALTH_FIELD_COUNT + HEALTH_FIELD[name as HealthField]] = value;
  });
  return { ...frame(origin, at, cards, said), health: values };
}

export const withXids = (of: CardFrame, xidCounts: readonly XidCount[]): CardFrame => ({ ...of, xidCounts });
