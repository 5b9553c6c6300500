import { LEDGER_STATES, type LedgerState, NOBODY } from "../../../db/model/ledger.ts";
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
 * Who bears the cost of one pool's day under a basis and a policy. Direct and shared parts of the features and what is
 * left loose add up to the money of the lines, exactly.
 *
 * A feature's own is the time it held (basis `allocation`: busy, idle_held, starting) or was busy (`usage`: what it held
 * without using is `idle` then). UNATTRIBUTED counts as a feature. What nobody used is `idle` (free, and held by
 * somebody nobody named), `fault` and `unknown`.
 *
 * - `apart`: nobody bears it.
 * - `spread`: free, held-unused, fault and unknown time each go over those whose own time is in the pool that day, by the
 *   milliseconds of it, largest remainder, ties to the smaller feature id. Time somebody unnamed held takes its part too
 *   and keeps it apart: else the one feature that is known would bear the idle time of all that are not.
 *   Where nobody used the pool it stays apart.
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
  for (const { featureId, ms, micro } of lines) {
    const user = userOf(featureId);
    for (let state = 0; state < STATES; state++) {
      const [time, money] = [ms[state] as number, micro[state] as Micro];
      if (time === 0 && money === 0n) continue;
      if (isOwn[state] === true) {
        user.ownMs += time;
        if (featureId === NOBODY) putInto(pots.idle, state, time, money, "stays");
        else user.directMicro += money;
        if (state === BUSY) user.busyMicro += money;
        continue;
      }
      const kind = KINDS[state] as SharedKind;
      const bearer = policy === "owner" ? ownerOf(state, featureId, ownerId) : null;
      putInto(pots[kind], state, time, money, bearer === null ? "shared" : "borne");
      if (bearer !== null) userOf(bearer).shared[kind] += money;
    }
  }
  if (policy === "spread") for (const kind of SHARED_KINDS) spread(pots[kind], kind, users);
  return {
    features: [...users]
      .filter(([featureId]) => featureId !== NOBODY)
      .sort(([a], [b]) => a - b)
      .map(([featureId, { directMicro, busyMicro, shared }]) => ({ featureId, directMicro, busyMicro, shared })),
    loose: { idle: looseOf(pots.idle), fault: looseOf(pots.fault), unknown: looseOf(pots.unknown) },
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

/** Loose time of one kind: `sharedMicro` may be borne by features, `stays` may not, the rest was borne already. */
type Pot = { readonly ms: number[]; readonly micro: Micro[]; sharedMicro: Micro; staysMicro: Micro };
const newPot = (): Pot => ({
  ms: [0, 0, 0, 0, 0, 0],
  micro: [0n, 0n, 0n, 0n, 0n, 0n],
  sharedMicro: 0n,
  staysMicro: 0n,
});

function putInto(pot: Pot, state: number, ms: number, micro: Micro, what: "shared" | "stays" | "borne"): void {
  pot.ms[state]! += ms;
  pot.micro[state]! += micro;
  if (what === "shared") pot.sharedMicro += micro;
  if (what === "stays") pot.staysMicro += micro;
}

const looseOf = ({ ms, micro, sharedMicro, staysMicro }: Pot): LooseShare => ({
  ms,
  micro,
  leftMicro: sharedMicro + staysMicro,
});

/** Whose a broken, free or unobserved card is under policy `owner`. */
function ownerOf(state: number, featureId: number, ownerId: number | null): number | null {
  if (state === FAULT) return featureId === NOBODY ? null : featureId;
  return FREE_OR_UNKNOWN[state] === true ? ownerId : null;
}

function spread(pot: Pot, kind: SharedKind, users: ReadonlyMap<number, User>): void {
  if (pot.sharedMicro === 0n) return;
  const own = [...users].filter(([, { ownMs }]) => ownMs > 0).sort(([a], [b]) => a - b);
  if (own.length === 0) return;
  const parts = splitMicro(
    pot.sharedMicro,
    own.map(([, { ownMs }]) => ownMs),
  );
  pot.sharedMicro = 0n;
  for (const [i, [featureId, { shared }]] of own.entries())
    if (featureId === NOBODY) pot.staysMicro += parts[i] as Micro;
    else shared[kind] += parts[i] as Micro;
}
