import type { TodayNeed } from "../../../db/model/board-views.ts";
import type { CardState } from "../../../db/model/fleet.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import type { TargetView } from "../../../db/model/views.ts";

export type LiveCard = {
  readonly poolId: number;
  readonly node: string;
  readonly state: CardState;
  readonly why: string;
  readonly since: number | null;
};

export type PoolRate = { readonly poolId: number; readonly hourlyMicro: Micro | null; readonly noRate: boolean };

/**
 * What needs a person now: cards in fault, cards gone from an exporter that answers, sources that cannot be read, pools
 * without a price or a rate. The dearest first; what has no price after it, the most cards first.
 */
export function todayNeeds(
  cards: readonly LiveCard[],
  targets: readonly Pick<TargetView, "source" | "up" | "cards" | "lastSuccessAt">[],
  rates: ReadonlyMap<number, PoolRate>,
): TodayNeed[] {
  const needs = [...cardNeeds(cards, rates), ...sourceNeeds(targets), ...priceNeeds(cards, rates)];
  const money = ({ perHourMicro }: TodayNeed): bigint => (perHourMicro === null ? -1n : BigInt(perHourMicro));
  return needs.sort((a, b) => Number(money(b) - money(a)) || b.cards - a.cards || a.node.localeCompare(b.node));
}

function cardNeeds(cards: readonly LiveCard[], rates: ReadonlyMap<number, PoolRate>): TodayNeed[] {
  const groups = new Map<string, { kind: "fault" | "card_gone"; cards: LiveCard[] }>();
  for (const card of cards) {
    const kind = card.state === "fault" ? "fault" : card.why === "card_gone" ? "card_gone" : null;
    if (kind === null) continue;
    const key = JSON.stringify([kind, card.poolId, card.node]);
    const group = groups.get(key) ?? { kind, cards: [] };
    group.cards.push(card);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kind, cards: own }) => {
    const { poolId, node } = own[0]!;
    const hourly = rates.get(poolId)?.hourlyMicro ?? null;
    const began = own.flatMap(({ since }) => (since === null ? [] : [since]));
    return {
      kind,
      since: began.length > 0 ? Math.min(...began) : null,
      poolId,
      node,
      cards: own.length,
      perHourMicro: hourly === null ? null : microText(hourly * BigInt(own.length)),
      values: {},
    };
  });
}

function sourceNeeds(targets: readonly Pick<TargetView, "source" | "up" | "cards" | "lastSuccessAt">[]): TodayNeed[] {
  const bySource = new Map<string, { down: number; cards: number; since: number | null }>();
  for (const { source, up, cards, lastSuccessAt } of targets) {
    if (up !== false) continue;
    const known = bySource.get(source) ?? { down: 0, cards: 0, since: null };
    const since = lastSuccessAt === null ? known.since : Math.min(known.since ?? lastSuccessAt, lastSuccessAt);
    bySource.set(source, { down: known.down + 1, cards: known.cards + cards, since });
  }
  return [...bySource].map(([source, { down, cards, since }]) => ({
    kind: "source_down",
    since,
    poolId: null,
    node: "",
    cards,
    perHourMicro: null, // the cards may be working well: nobody knows, so no money is claimed
    values: { source, targets: down },
  }));
}

/** One line for all pools without a price, one for all without a rate: the price book names them. */
function priceNeeds(cards: readonly LiveCard[], rates: ReadonlyMap<number, PoolRate>): TodayNeed[] {
  const pools = { unpriced: new Set<number>(), no_rate: new Set<number>() };
  const count = { unpriced: 0, no_rate: 0 };
  for (const { poolId } of cards) {
    const rate = rates.get(poolId);
    if (rate !== undefined && rate.hourlyMicro !== null) continue;
    const kind = rate?.noRate === true ? "no_rate" : "unpriced";
    pools[kind].add(poolId);
    count[kind]++;
  }
  return (["unpriced", "no_rate"] as const).flatMap((kind): TodayNeed[] => {
    const [only] = pools[kind];
    if (only === undefined) return [];
    const poolId = pools[kind].size === 1 ? only : null;
    const values = { pools: pools[kind].size };
    return [{ kind, since: null, poolId, node: "", cards: count[kind], perHourMicro: null, values }];
  });
}
