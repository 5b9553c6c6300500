import { GAP_CAUSES, type GapCause } from "../../../db/model/coverage.ts";
import type { Report } from "../../../db/model/frame.ts";
import { SLOT_COLUMNS, type SlotBatch } from "../../../db/model/slot.ts";
import { hourOf } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { ClosedSlot } from "../../../server/ingest/slot-close.ts";
import { CardRegistry, type KnownCard } from "../../../server/ingest/card-registry.ts";
import { atOnce } from "../../../server/ingest/pieces.ts";
import { summarisePulled } from "../../../server/ingest/pulled-slot.ts";
import { NO_RETURNS, staysAfter } from "../../tools/known-cards.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";

/** A ledger in memory: what a source committed, slot by slot, through the code that makes rows of reports. */
export function pulledHours(source = "prom") {
  const known = new Map<string, KnownCard>();
  const holders = new Map<string, number>();
  const registry = new CardRegistry({
    ...NO_RETURNS,
    loadCards: async () => [],
    ensureCards: async (cards) =>
      cards.map((card) => {
        const before = known.get(card.uuid);
        const id = Number(card.uuid.slice(4, 12)) + 1; // of the fixture: the same in every run, whoever is seen first
        const ownedFrom = Math.min(before?.ownedFrom ?? Infinity, card.firstSeenAt) as UnixMs;
        const stays = staysAfter(before, card, 1);
        const row = { ...card, id, ownedFrom, stays, pool: { ...card.pool, id: 1 } };
        known.set(card.uuid, row);
        return row;
      }),
    ensureHolders: async (keys) =>
      keys.map((key) => {
        const text = JSON.stringify(key);
        if (!holders.has(text)) holders.set(text, Number.parseInt(key.pod.replaceAll(/\D/g, ""), 10) + 1);
        return holders.get(text)!;
      }),
  });
  const slots = new Map<UnixMs, { seq: number; closed: ClosedSlot; text: string }>();
  return {
    slots,
    async commit(slot: UnixMs, reports: readonly Report[], seq: number): Promise<void> {
      const frames = reports.filter((r) => r.kind === "frame");
      await registry.settle(frames, source);
      await registry.settleHolders(frames);
      const closed = atOnce(summarisePulled(registry, DEFAULT_STATE_RULES, source, slot, reports));
      slots.set(slot, { seq, closed, text: batchText(closed) });
    },
    committed: async ({ from, to }: { from: number; to: number }) =>
      [...slots].filter(([slot]) => slot >= from && slot < to).map(([slot, { seq }]) => ({ slot, seq })),
    /** The rows of each hour as bytes: what two runs must have in common. */
    hours(): Map<UnixMs, string> {
      const hours = new Map<UnixMs, string>();
      for (const slot of [...slots.keys()].toSorted((a, b) => a - b)) {
        const hour = hourOf(slot);
        hours.set(hour, `${hours.get(hour) ?? ""}${slots.get(slot)!.text}\n`);
      }
      return hours;
    },
    /** Missing ms of each card in an hour, and the causes its slots give. */
    gaps(hour: UnixMs): { cardId: number; ownedMs: number; gapMs: number; causes: Set<GapCause> }[] {
      const cards = new Map<number, { cardId: number; ownedMs: number; gapMs: number; causes: Set<GapCause> }>();
      for (const [slot, { closed }] of slots) if (hourOf(slot) === hour) addGaps(closed.batch, cards);
      return [...cards.values()].toSorted((a, b) => a.cardId - b.cardId);
    },
  };
}

function addGaps(
  { count, cardId, gapCause, columns }: SlotBatch,
  cards: Map<number, { cardId: number; ownedMs: number; gapMs: number; causes: Set<GapCause> }>,
): void {
  for (let row = 0; row < count; row += 1) {
    const id = cardId[row]!;
    const card = cards.get(id) ?? { cardId: id, ownedMs: 0, gapMs: 0, causes: new Set() };
    cards.set(id, card);
    card.ownedMs += columns.ownedMs[row]!;
    card.gapMs += columns.ownedMs[row]! - columns.observedMs[row]!;
    card.causes.add(GAP_CAUSES[gapCause[row]!]!);
  }
}

/** Every bit of a closed slot, rows by card. */
function batchText({ batch, events }: ClosedSlot): string {
  const rows = Array.from({ length: batch.count }, (_, row) => row).toSorted(
    (a, b) => batch.cardId[a]! - batch.cardId[b]!,
  );
  const text = rows.map((row) =>
    [
      batch.slot,
      batch.cardId[row],
      batch.poolId[row],
      batch.holderId[row],
      batch.gapCause[row],
      ...SLOT_COLUMNS.map(({ name }) =>
        Buffer.from(new Float64Array([batch.columns[name][row]!]).buffer).toString("hex"),
      ),
    ].join(" "),
  );
  const holds = batch.holds.map((h) => JSON.stringify(h)).toSorted((a, b) => (a < b ? -1 : 1));
  const happened = events.map((e) => JSON.stringify(e)).toSorted((a, b) => (a < b ? -1 : 1));
  return [...text, ...holds, ...happened].join("\n");
}
