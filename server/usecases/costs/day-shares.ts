import type { Feature } from "../../../db/model/feature.ts";
import { NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { CostChoice } from "../../../db/model/ledger-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { type DayLines, exactAt, numberAt } from "../../../db/store/ledger-reads.ts";
import { type FeatureTime, SHARED_KINDS, type SharedKind, shareOut } from "../../domain/ledger/shares.ts";
import { matches } from "../../domain/pricing/selectors.ts";
import type { LedgerDay, LedgerFacts } from "./ledger-facts.ts";

/** What a feature bears of a day, over all pools. */
export type FeatureDayShare = {
  directMicro: Micro;
  busyMicro: Micro;
  readonly shared: Record<SharedKind, Micro>;
};
/** Card-time nobody used on a day: all of it, and the money no feature bears. */
export type LooseDay = { readonly ms: number[]; readonly micro: Micro[]; leftMicro: Micro };

export type DayShares = {
  readonly features: ReadonlyMap<number, FeatureDayShare>; // UNATTRIBUTED like any feature
  readonly loose: Readonly<Record<SharedKind, LooseDay>>;
};

/** Which feature owns a pool; null = none does. */
export type Owners = { readonly key: string; of(poolId: number): number | null };

/** Owners by the selectors features name; of two that name a pool the first by key has it. */
export function ownersOf({ pools, features }: LedgerFacts): Owners {
  const owning = [...features.values()]
    .filter(({ owns, archivedAt }) => owns.length > 0 && archivedAt === null)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const known = new Map<number, number | null>();
  return {
    key: JSON.stringify(owning.map(({ id, owns }) => [id, owns])),
    of(poolId) {
      let owner = known.get(poolId);
      if (owner === undefined) known.set(poolId, (owner = ownerOf(owning, pools.get(poolId))));
      return owner;
    },
  };
}

function ownerOf(owning: readonly Feature[], pool: ReturnType<LedgerFacts["pools"]["get"]>): number | null {
  if (pool === undefined) return null;
  const priced = { ...pool, contracts: [] };
  return owning.find(({ owns }) => owns.some((selector) => matches(selector, priced)))?.id ?? null;
}

type Kept = { readonly micro: LedgerDay["micro"]; readonly shares: Map<string, DayShares> };
const known = new WeakMap<DayLines, Kept>();
/** Choices remembered of a day: two bases, three policies. */
const MOST_CHOICES = 8;

/** Who bears what of a day. Remembered with the day: closed days come again with every question. */
export function sharesOf(day: LedgerDay, choice: CostChoice, owners: Owners): DayShares {
  const key = `${choice.basis} ${choice.policy} ${choice.policy === "owner" ? owners.key : ""}`;
  let kept = known.get(day.lines);
  if (kept?.micro !== day.micro) known.set(day.lines, (kept = { micro: day.micro, shares: new Map() }));
  let shares = kept.shares.get(key);
  if (shares === undefined) {
    if (kept.shares.size >= MOST_CHOICES) kept.shares.clear();
    kept.shares.set(key, (shares = shareDay(day, choice, owners)));
  }
  return shares;
}

/** What a feature bears of what nobody used, by pool: together its shared cost of the day. */
export function sharedByPool(
  day: LedgerDay,
  choice: CostChoice,
  owners: Owners,
  featureId: number,
): Map<number, Micro> {
  const borne = new Map<number, Micro>();
  if (choice.policy === "apart") return borne;
  const held = poolsOf(day, featureId);
  const wanted = new Set([...day.poolIds].filter((id) => held.has(id) || owners.of(id) === featureId));
  for (const [poolId, lines] of timeByPool(day, wanted)) {
    const share = shareOut(lines, choice, owners.of(poolId)).features.find((one) => one.featureId === featureId);
    if (share !== undefined) borne.set(poolId, sharedMicro(share));
  }
  return borne;
}

/** The money of a feature's shares: what nobody used comes to `shared` in one sum. */
export const sharedMicro = ({ shared }: Pick<FeatureDayShare, "shared">): Micro =>
  SHARED_KINDS.reduce((sum, kind) => sum + shared[kind], 0n);

/** Pools a feature, or one that counts as it, has lines in: it bears nothing of the others but what it owns. */
function poolsOf({ lines }: LedgerDay, featureId: number): Set<number> {
  const pools = new Set<number>();
  for (let line = 0; line < lines.count; line++) {
    const id = lines.featureId[line]!;
    if (id === featureId || (featureId === UNATTRIBUTED && id === NOBODY)) pools.add(lines.poolId[line]!);
  }
  return pools;
}

function shareDay(day: LedgerDay, choice: CostChoice, owners: Owners): DayShares {
  const features = new Map<number, FeatureDayShare>();
  const loose = { idle: newLoose(), fault: newLoose(), unknown: newLoose() };
  for (const [poolId, lines] of timeByPool(day, day.poolIds)) {
    const shared = shareOut(lines, choice, owners.of(poolId));
    for (const { featureId, directMicro, busyMicro, shared: parts } of shared.features) {
      let sum = features.get(featureId);
      if (sum === undefined) features.set(featureId, (sum = newShare()));
      sum.directMicro += directMicro;
      sum.busyMicro += busyMicro;
      for (const kind of SHARED_KINDS) sum.shared[kind] += parts[kind];
    }
    for (const kind of SHARED_KINDS) addLoose(loose[kind], shared.loose[kind]);
  }
  return { features, loose };
}

const newShare = (): FeatureDayShare => ({
  directMicro: 0n,
  busyMicro: 0n,
  shared: { idle: 0n, fault: 0n, unknown: 0n },
});
const newLoose = (): LooseDay => ({ ms: [0, 0, 0, 0, 0, 0], micro: [0n, 0n, 0n, 0n, 0n, 0n], leftMicro: 0n });

function addLoose(
  sum: LooseDay,
  {
    ms,
    micro,
    leftMicro,
  }: { readonly ms: readonly number[]; readonly micro: readonly Micro[]; readonly leftMicro: Micro },
): void {
  for (const [state, time] of ms.entries()) sum.ms[state]! += time;
  for (const [state, money] of micro.entries()) sum.micro[state]! += money;
  sum.leftMicro += leftMicro;
}

/** The lines of some pools as shareOut wants them, in the order of the day. */
function timeByPool({ lines, micro }: LedgerDay, wanted: ReadonlySet<number>): Map<number, FeatureTime[]> {
  const pools = new Map<number, FeatureTime[]>();
  for (let line = 0; line < lines.count; line++) {
    const poolId = lines.poolId[line]!;
    if (!wanted.has(poolId)) continue;
    const time = {
      featureId: lines.featureId[line]!,
      ms: lines.ms.map((column) => numberAt(column, line)),
      micro: micro.map((column) => exactAt(column, line)),
    };
    const same = pools.get(poolId);
    if (same === undefined) pools.set(poolId, [time]);
    else same.push(time);
  }
  return pools;
}
