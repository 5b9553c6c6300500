import type { CardEvent, CardEventKind } from "../../../db/model/events.ts";
import type { Condition } from "../../../db/model/rule.ts";
import { burstsOf } from "./xid-bursts.ts";
import { isOfSet } from "./xid.ts";

export type EventCondition = Condition & { readonly kind: "event" };

/** Something a rule counts: one event, or a burst of the same XID. */
export type Happening = {
  readonly code: number; // 0 = its kind has none
  readonly first: number; // unix ms
  readonly last: number;
  readonly weight: number; // what it counts for
  readonly events: readonly CardEvent[];
};

/** Events that count for as much as they say; of the others each counts once. */
const COUNTED: ReadonlySet<CardEventKind> = new Set(["ecc_uncorrected", "row_remap"]);

/** What happened to a card, as far as a rule asks for it, oldest first. */
export function happeningsOf(all: readonly CardEvent[], { event: kind, xids }: EventCondition): readonly Happening[] {
  if (kind === "xid") {
    // A code somebody asks for by its number counts wherever it stands; of a class those that follow another one do not.
    const bursts = Array.isArray(xids)
      ? burstsOf(
          all.filter((one) => one.kind === "xid" && isOfSet(one.code, xids)),
          false,
        )
      : burstsOf(all, true);
    return bursts.filter(({ code }) => isOfSet(code, xids)).map((burst) => ({ ...burst, weight: 1 }));
  }
  return all
    .filter((one) => one.kind === kind && (!Array.isArray(xids) || xids.includes(one.code)))
    .map((one) => ({
      code: one.code,
      first: one.at,
      last: one.at,
      weight: COUNTED.has(kind) ? one.count : 1,
      events: [one],
    }));
}

/** `quiet`: nothing of it for quietMs. `recent`: some of it, which is not enough. Else what is enough, oldest first. */
export type Happened = "quiet" | "recent" | readonly Happening[];

/** Whether enough of it happened within the window, and the newest of it not too long ago. */
export function judgeHappenings(some: readonly Happening[], condition: EventCondition, at: number): Happened {
  const { count, windowMs, quietMs } = condition;
  const newest = some.at(-1);
  if (newest === undefined || at - newest.last >= quietMs) return "quiet";
  for (let end = some.length - 1; end >= 0; end -= 1) {
    const last = some[end]!;
    if (at - last.last >= quietMs) break;
    const within = some.slice(0, end + 1).filter(({ first }) => last.last - first < windowMs);
    if (within.reduce((sum, { weight }) => sum + weight, 0) >= count) return [...within, ...some.slice(end + 1)];
  }
  return "recent";
}

/** Those of one code apart from those of another. */
export function byCode(some: readonly Happening[]): ReadonlyMap<number, readonly Happening[]> {
  const codes = new Map<number, Happening[]>();
  for (const one of some) {
    const others = codes.get(one.code);
    if (others === undefined) codes.set(one.code, [one]);
    else others.push(one);
  }
  return codes;
}
