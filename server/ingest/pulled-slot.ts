import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import { SLOT_MS, shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { commitSlot } from "../../db/store/slots.ts";
import type { StateRules } from "../domain/card-state.ts";
import type { CardRegistry, KnownCard } from "./card-registry.ts";
import { ReportLog } from "./report-log.ts";
import { closeSlot, type ClosedSlot } from "./slot-close.ts";

export type PulledSlotDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly registry: CardRegistry;
  readonly rules: StateRules;
  /** Cards that became known, or moved. */
  readonly onCards: (cards: readonly KnownCard[]) => void;
};

/**
 * Commits one whole slot of a Prometheus: everything it holds of the slot and of the reach before it. The ledger row of
 * the commit is the source's watermark. The same reports always make the same rows, when and however often they are read.
 *
 * @param reports all reports that matter to the slot, in any order
 * @param seq 1 for the first reading of a slot, higher for a later one that found more
 */
export async function commitPulledSlot(
  deps: PulledSlotDeps,
  source: string,
  slot: UnixMs,
  reports: readonly Report[],
  seq: number,
): Promise<void> {
  const { db, registry, clock } = deps;
  const frames = reports.filter((r): r is CardFrame => r.kind === "frame");
  deps.onCards(await registry.settle(frames, source));
  await registry.settleHolders(frames);
  const { batch, events } = summarisePulled(registry, deps.rules, source, slot, reports);
  await commitSlot(db, { source, seq, batch, events, committedAt: clock.now() });
}

/** The slot's totals for the cards this source settles. A card another source counts already gets no second row. */
export function summarisePulled(
  registry: CardRegistry,
  rules: StateRules,
  source: string,
  slot: UnixMs,
  reports: readonly Report[],
): ClosedSlot {
  const log = new ReportLog();
  for (const report of reports) log.add(report);
  return closeSlot(
    slot,
    registry.slotCards(source),
    log.readings(shift(slot, SLOT_MS), registry.holdersOf),
    () => "no_reading",
    rules,
  );
}
