import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import { SLOT_MS, shift, slotOf, type Window } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { readCommittedSlots } from "../../db/store/ledger.ts";
import { commitSlot } from "../../db/store/slots.ts";
import type { StateRules } from "../domain/card-state.ts";
import type { Booker } from "./booker.ts";
import type { CardRegistry, KnownCard } from "./card-registry.ts";
import { ingestInstruments, timedStep } from "./ingest-telemetry.ts";
import { inPieces, type Steps } from "./pieces.ts";
import { ReportLog } from "./report-log.ts";
import type { NodeDown } from "./slot-book.ts";
import { closeSlot, type ClosedSlot } from "./slot-close.ts";

export type PulledSlotDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly registry: CardRegistry;
  readonly rules: StateRules;
  /** Cards that became known, or moved. */
  readonly onCards: (cards: readonly KnownCard[]) => void;
  /** Whether somebody said, of a time, that the node of a card was down. Left out = nobody says. */
  readonly isNodeDown?: NodeDown;
  /** What happened to cards, once it is committed. */
  readonly onEvents?: (events: readonly CardEvent[]) => void;
  /** Books what is committed, in the same transaction. */
  readonly ledger: Booker;
};

/**
 * Commits one whole slot of a Prometheus: everything it holds of the slot and of the reach before it. The ledger row of
 * the commit is the source's watermark. The same reports always make the same rows, when and however often they are read.
 *
 * @param reports all reports that matter to the slot, in any order
 * @param seq 1 for the first reading of a slot, higher for a later one that found more
 * @returns committed slots to be read again: newest slots are read first, so a card seen on the far side of a hole turns
 *   out to have been ours within it
 */
export async function commitPulledSlot(
  deps: PulledSlotDeps,
  source: string,
  slot: UnixMs,
  reports: readonly Report[],
  seq: number,
): Promise<readonly UnixMs[]> {
  const { db, registry, clock, ledger } = deps;
  const frames = reports.filter((r): r is CardFrame => r.kind === "frame");
  const before = new Map(frames.flatMap((f) => f.cards.map(({ uuid }) => [uuid, registry.get(uuid)?.ownedFrom])));
  deps.onCards(await registry.settle(frames, source));
  await registry.settleHolders(frames);
  const { batch, events } = await inPieces(
    summarisePulled(registry, deps.rules, source, slot, reports, deps.isNodeDown),
    clock,
  );
  const commit = { source, seq, batch, events, committedAt: clock.now() };
  await timedStep("commit", clock, () =>
    ledger.booked(source, [batch], (book) => commitSlot(db, { ...commit, book: (tx, hour) => book(tx, [hour]) })),
  );
  ingestInstruments().slots.add(1, { source });
  deps.onEvents?.(events);
  const earlier = newlyOwned(before, (uuid) => registry.get(uuid)?.ownedFrom, slot);
  return earlier === null ? [] : (await readCommittedSlots(db, source, earlier)).map((c) => c.slot);
}

/** The slots behind this one in which cards were not known to be ours, by the ownership before and now; null = none. */
function newlyOwned(
  before: ReadonlyMap<string, number | undefined>,
  now: (uuid: string) => number | undefined,
  slot: UnixMs,
): Window | null {
  let to = slot + SLOT_MS;
  for (const [uuid, was] of before)
    if (was !== undefined && was > to && now(uuid)! < was) to = slotOf(unixMs(was)) + SLOT_MS;
  return to === slot + SLOT_MS ? null : { from: shift(slot, SLOT_MS), to: unixMs(to) };
}

/** The slot's totals for the cards this source settles. A card another source counts already gets no second row. */
export function summarisePulled(
  registry: CardRegistry,
  rules: StateRules,
  source: string,
  slot: UnixMs,
  reports: readonly Report[],
  isNodeDown: NodeDown = () => false,
): Steps<ClosedSlot> {
  const log = new ReportLog();
  for (const report of reports) log.add(report);
  return closeSlot(
    slot,
    registry.slotCards(source),
    log.readings(shift(slot, SLOT_MS), registry.holdersOf),
    ({ uuid }) => whySilent(registry.get(uuid)?.node ?? "", reports, slot),
    rules,
    ({ uuid }) => isNodeDown(uuid, { from: slot, to: shift(slot, SLOT_MS) }),
  );
}

/** Why a card without a reading was not seen, by what its neighbours and the targets' silences say of the slot. */
function whySilent(node: string, reports: readonly Report[], slot: UnixMs): GapCause {
  let isAnyDown = false;
  for (const report of reports) {
    if (report.kind === "silence") isAnyDown ||= report.cause === "source_down";
    else if (report.at >= slot && node !== "" && report.cards.some((card) => card.node === node)) return "card_gone";
  }
  return isAnyDown ? "source_down" : "no_reading";
}
