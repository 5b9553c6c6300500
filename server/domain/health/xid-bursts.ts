import type { CardEvent } from "../../../db/model/events.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { xidOf } from "./xid.ts";

/** The same XID of one card, told again and again: one thing that happened. */
export type XidBurst = {
  readonly code: number;
  readonly first: number; // unix ms
  readonly last: number;
  readonly events: readonly CardEvent[]; // oldest first, followers among them
};

/** Codes that only follow another error of the card: 45 by NVIDIA's workflow, 171 and 172 are details of 48. */
const FOLLOWERS: ReadonlySet<number> = new Set([45, 137, 171, 172]);
/** What a double-bit error brings with it: remap recorded or failed, contained or not (A100 memory guide). */
const AFTER_DBE: ReadonlySet<number> = new Set([63, 64, 94, 95]);
const FOLLOWS_WITHIN_MS = MINUTE_MS; // ours

/** How long a burst may pause: 15 s for 13, 3 min for 31 and what is fatal (NVSentinel), else 5 s (arXiv 2503.11901). */
export function burstGapMs(code: number): number {
  if (code === 13) return 15 * SECOND_MS;
  return code === 31 || xidOf(code).level === "critical" ? 3 * MINUTE_MS : 5 * SECOND_MS;
}

/**
 * The XIDs of one card as things that happened, in the order in which they began. A code that follows another one within a
 * minute belongs to it and is none by itself.
 * @param events of one card, oldest first
 * @param isAttaching false = a code that follows another one counts for itself
 */
export function burstsOf(events: readonly CardEvent[], isAttaching: boolean): readonly XidBurst[] {
  const bursts: { code: number; first: number; last: number; events: CardEvent[] }[] = [];
  for (const event of events) {
    if (event.kind !== "xid") continue;
    const { code, at } = event;
    const leader = isAttaching
      ? bursts.findLast((one) => at - one.last <= FOLLOWS_WITHIN_MS && isFollower(code, one.code))
      : undefined;
    const same = bursts.findLast((one) => one.code === code && at - one.last <= burstGapMs(code));
    if (leader !== undefined) leader.events.push(event);
    else if (same === undefined) bursts.push({ code, first: at, last: at, events: [event] });
    else {
      same.last = at;
      same.events.push(event);
    }
  }
  return bursts;
}

const isFollower = (code: number, leader: number): boolean =>
  code !== leader && ((FOLLOWERS.has(code) && !FOLLOWERS.has(leader)) || (AFTER_DBE.has(code) && leader === 48));
