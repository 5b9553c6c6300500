import { LEDGER_STATES, type LedgerState, NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { CostChoice } from "../../../db/model/ledger-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { splitMicro } from "./split-micro.ts";

/** Time and money of one feature (or NOBODY, UNATTRIBUTED) in one pool on one day, by state in the order of LEDGER_STATES. */
export type FeatureTime = {
  readonly featureId: number;
  readonly ms: readonly number[];
  readonly micro: readonly Micro[]; // in one currency for all lines of the day; unpriced time has none
};

/** Why nobody used some card-time. */
export const SHARED_KINDS = ["idle", "fault", "unknown"] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

/** What a feature bears of a pool's day: its own time, and its part of what nobody used. UNATTRIBUTED has a row like any feature. */
export type FeatureShare = {
  readonly featureId: number;
  readonly directMicro: Micro; // its own time under the basis
  readonly busyMicro: Micro; // of it, time it was busy
  readonly shared: Readonly<Record<SharedKind, Micro>>;
};

/** Card-time nobody used: all there was of it, and the money no feature bears. */
export type LooseShare = {
  readonly ms: readonly number[]; // by state
  readonly micro: readonly Micro[]; // by state, before the policy
  readonly leftMicro: Micro; // after it
};

export type PoolDayShares = {
  readonly features: readonly FeatureShare[]; // by feature id; those with time, and an owner that bears something
  readonly loose: Readonly<Record<SharedKind, LooseShare>>;
};

/**
 * Whose a state's time of a line is: held time of nobody somebody held whom nobody named, and no rule takes it either.
 * @param state place in LEDGER_STATES
 */
export const countsAs = (featureId: number, state: number): number =>
  featureId === NOBODY && OWN_BY_HOLDING[state] === true ? UNATTRIBUTED : featureId;

/**
 * Who bears the cost of one pool's day under a basis and a policy. Direct and shared parts of the features and what is
 * left loose add up to the money of the lines, exactly.
 *
 * A feature's own is the time it held (basis `allocation`: busy, idle_held, starting) or was busy (`usage`: what it held
 * without using is `idle` then). UNATTRIBUTED counts as a feature, with the time somebody held whom nobody named
 * (`countsAs`). What nobody used is `idle`, `fault` and `unknown`.
 *
 * - `apart`: nobody bears it.
 * - `spread`: free, held-unused, fault and unknown time each go over those whose own time is in the pool that day, by the
 *   milliseconds of it, largest remainder, ties to the smaller feature id. Where nobody used the pool it stays apart.
 * - `owner`: fault goes to the feature that held the card, free and unknown time to the pool's owner; the rest, and all
 *   of it without an owner, stays apart.
 * @param lines several of one feature are added up
 * @param ownerId the feature that owns the pool that day; null = none does
 */
export function shareOut(
  lines: readonly FeatureTime[],
  { basis, policy }: CostChoice,
  ownerId: number | null,
): PoolDayShares {
  const isOwn = basis === "usage" ? OWN_BY_USE : OWN_BY_HOLDING;
  const users = new Map<number, User>();
  const pots: Readonly<Record<SharedKind, Pot>> = { idle: newPot(), fault: newPot(), unknown: newPot() };
  const userOf = (featureId: number): User => {
    let user = users.get(featureId);
    if (user === undefined)
      users.set(
        featureId,
        (user = { ownMs: 0, directMicro: 0n, busyMicro: 0n, shared: { idle: 0n, fault: 0n, unknown: 0n } }),
      );
    return user;
  };
  for (const { featureId, ms, micro } of lines)
    for (let state = 0; state < STATES; state++) {
      const [time, money] = [ms[state] as number, micro[state] as Micro];
      if (time === 0 && money === 0n) continue;
      const whose = countsAs(featureId, state);
      const user = whose === NOBODY ? null : userOf(whose);
      if (isOwn[state] === true && user !== null) {
        user.ownMs += time;
        user.directMicro += money;
        if (state === BUSY) user.busyMicro += money;
        continue;
      }
      const kind = KINDS[state] as SharedKind;
      const bearer = policy === "owner" ? ownerOf(state, featureId, ownerId) : null;
      putInto(pots[kind], state, time, money);
      if (bearer === null) pots[kind].leftMicro += money;
      else userOf(bearer).shared[kind] += money;
    }
  if (policy === "spread") for (const kind of SHARED_KINDS) spread(pots[kind], kind, users);
  return {
    features: [...users]
      .sort(([a], [b]) => a - b)
      .map(([featureId, { directMicro, busyMicro, shared }]) => ({ featureId, directMicro, busyMicro, shared })),
    loose: pots,
  };
}

const STATES = LEDGER_STATES.length;
const among = (...own: LedgerState[]): readonly boolean[] => LEDGER_STATES.map((state) => own.includes(state));
const OWN_BY_HOLDING = among("busy", "idle_held", "starting");
const OWN_BY_USE = among("busy");
const KINDS: readonly SharedKind[] = LEDGER_STATES.map((state) =>
  state === "fault" || state === "unknown" ? state : "idle",
);
const BUSY = LEDGER_STATES.indexOf("busy");
const FAULT = LEDGER_STATES.indexOf("fault");
const FREE_OR_UNKNOWN = among("free", "unknown");

type User = { ownMs: number; directMicro: Micro; busyMicro: Micro; readonly shared: Record<SharedKind, Micro> };

type Pot = { readonly ms: number[]; readonly micro: Micro[]; leftMicro: Micro };
const newPot = (): Pot => ({ ms: [0, 0, 0, 0, 0, 0], micro: [0n, 0n, 0n, 0n, 0n, 0n], leftMicro: 0n });

function putInto(pot: Pot, state: number, ms: number, micro: Micro): void {
  pot.ms[state]! += ms;
  pot.micro[state]! += micro;
}

/** Whose a broken, free or unobserved card is under policy `owner`. */
function ownerOf(state: number, featureId: number, ownerId: number | null): number | null {
  if (state === FAULT) return featureId === NOBODY ? null : featureId;
  return FREE_OR_UNKNOWN[state] === true ? ownerId : null;
}

function spread(pot: Pot, kind: SharedKind, users: ReadonlyMap<number, User>): void {
  if (pot.leftMicro === 0n) return;
  const own = [...users].filter(([, { ownMs }]) => ownMs > 0).sort(([a], [b]) => a - b);
  if (own.length === 0) return;
  const parts = splitMicro(
    pot.leftMicro,
    own.map(([, { ownMs }]) => ownMs),
  );
  pot.leftMicro = 0n;
  for (const [i, [, { shared }]] of own.entries()) shared[kind] += parts[i] as Micro;
}
