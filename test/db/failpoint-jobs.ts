import type { Database, Tx } from "../../db/database.ts";
import type { StateMicro } from "../../db/model/ledger.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { STATE_MS } from "../../db/store/holder-sql.ts";
import { readHourTime } from "../../db/store/holder-time.ts";
import { appendJournal, readJournal } from "../../db/store/journal.ts";
import { readCommittedSlots } from "../../db/store/ledger.ts";
import { readLines, STATE_MICRO, writeLines } from "../../db/store/ledger-lines.ts";
import { type BookedHour, commitSlot } from "../../db/store/slots.ts";
import { hourNoOf } from "../../db/store/steps.ts";
import { rollUp } from "../oracle/rollup-oracle.ts";
import { withHolds } from "./batches.ts";
import { readRollups, seededBatch, sorted } from "./rollup-suite.ts";

const SOURCE = "child";
const FIRST_DAY = 20_500;
const dayOf = (round: number): number => FIRST_DAY + round; // a day of its own: no round sees another's rows
const slotOf = (round: number) => unixMs(dayOf(round) * DAY_MS + 7 * SLOT_MS);
const nextSlotOf = (round: number) => unixMs(slotOf(round) + SLOT_MS);

const CARDS = [1, 2, 3, 4, 5, 6];

/** The slot as it is first closed, and as it is read again with more of it observed. */
function batchesOf(round: number): readonly [SlotBatch, SlotBatch] {
  const first = seededBatch(slotOf(round), CARDS.slice(0, 4), 11);
  const again = seededBatch(slotOf(round), CARDS, 12);
  first.columns.observedMs.fill(100_000);
  again.columns.observedMs.fill(200_000);
  return [withHolds(first, [1], [1, 2]), withHolds(again, [1, 6], [3])];
}

/** A line for each feature's time in a pool's hour, at two micro-units a millisecond. */
async function book(tx: Tx, { hourNo, poolIds }: BookedHour): Promise<void> {
  const held = await readHourTime(tx, [hourNo], poolIds);
  const hours = poolIds.map((poolId) => ({
    hourNo,
    poolId,
    lines: held
      .filter((time) => time.poolId === poolId)
      .map(({ featureId, ms }) => {
        const micro = ms.map((value) => 2n * BigInt(value)) as unknown as StateMicro;
        return { featureId, priceId: 1, ms, micro };
      }),
  }));
  const dayNoOf = (hour: number): number => Math.floor(hour / 24);
  await writeLines(tx, hours, { now: unixMs(0), dayNoOf, difference: null, isClosed: () => false });
}

/** The writes of a slot's life, in order. Each may be run again and changes nothing then. */
export const JOBS: readonly {
  readonly name: string;
  readonly run: (db: Database, round: number) => Promise<unknown>;
}[] = [
  {
    name: "journal",
    async run(db, round) {
      const closed = await readCommittedSlots(db, SOURCE, { from: slotOf(round), to: nextSlotOf(round) });
      if (closed.length > 0) return; // as at a restart: what is closed is not opened again
      await appendJournal(db, SOURCE, { slot: slotOf(round), seq: 1, payload: new Uint8Array(9_000).fill(1) });
    },
  },
  {
    name: "commit",
    run: (db, round) =>
      commitSlot(db, {
        source: SOURCE,
        seq: 1,
        batch: batchesOf(round)[0],
        events: [{ cardId: 1, at: slotOf(round), kind: "xid", code: 31, count: 1, detail: "" }],
        committedAt: slotOf(round),
        carry: { slot: nextSlotOf(round), payload: new Uint8Array(700).fill(2) },
        closeJournalSlot: true,
        book,
      }),
  },
  {
    name: "revision",
    run: (db, round) =>
      commitSlot(db, {
        source: SOURCE,
        seq: 2,
        batch: batchesOf(round)[1],
        events: [],
        committedAt: slotOf(round),
        book,
      }),
  },
];

/** Everything the database holds of a round, in plain values. */
export async function stateOf(db: Database, round: number) {
  const window = { from: slotOf(round), to: nextSlotOf(round) };
  const ledger = await db.query<{ seq: number }>("SELECT seq FROM slot_ledger WHERE slot_no = $1 ORDER BY seq", [
    window.from / SLOT_MS,
  ]);
  const [events] = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM card_event WHERE at_ms = $1", [
    window.from,
  ]);
  const journal = (await readJournal(db, SOURCE))
    .filter(({ slot }) => slot === window.from || slot === window.to)
    .map(({ slot, seq, payload }) => [(slot - window.from) / SLOT_MS, seq, payload.length]);
  const lines = await readLines(db, [hourNoOf(window.from)], null);
  const [days] = await db.query<{ ms: number; micro: number }>(
    `SELECT coalesce(sum(${STATE_MS.join(" + ")}), 0)::int8 AS ms,
       coalesce(sum(${STATE_MICRO.join(" + ")}), 0)::int8 AS micro FROM feature_day WHERE day_no = $1`,
    [dayOf(round)],
  );
  return {
    lines: lines.map(
      ({ poolId, featureId, ms, micro }) => `${poolId} ${featureId}: ${ms.join(" ")} ${micro.join(" ")}`,
    ),
    days: [days?.ms ?? 0, days?.micro ?? 0],
    rollups: sorted(await readRollups(db, dayOf(round), 1)),
    ledger: ledger.map(({ seq }) => seq),
    events: events?.n ?? 0,
    journal,
  };
}

/** What it must hold after so many of the jobs, by the oracle. */
export function stateAfter(round: number, jobs: number): Awaited<ReturnType<typeof stateOf>> {
  const commits = batchesOf(round).slice(0, Math.max(0, jobs - 1));
  const rollups = sorted(rollUp(commits.map((batch, i) => ({ batch, seq: i + 1, sourceRank: 0 }))));
  const lines = bookedLines(rollups["holders"] ?? []);
  const total = lines.flatMap(({ ms }) => ms).reduce((a, b) => a + b, 0);
  return {
    lines: lines.map(({ name, ms }) => `${name}: ${ms.join(" ")} ${ms.map((value) => 2 * value).join(" ")}`),
    days: [total, 2 * total],
    rollups,
    ledger: commits.map((_, i) => i + 1),
    events: jobs >= 2 ? 1 : 0,
    journal: [[], [[0, 1, 9_000]], [[1, 0, 700]], [[1, 0, 700]]][jobs]!,
  };
}

/** Nobody is mapped: what somebody held is unattributed. */
function bookedLines(holders: readonly (readonly [string, readonly number[]])[]) {
  const lines = new Map<string, number[]>();
  for (const [key, ms] of holders) {
    const [, pool = "", holder = ""] = /pool (\d+) holder (\d+)/.exec(key) ?? [];
    const name = `${pool} ${holder === "0" ? 0 : -1}`;
    const before = lines.get(name);
    lines.set(name, before ? before.map((value, i) => value + (ms[i] ?? 0)) : [...ms]);
  }
  return [...lines].map(([name, ms]) => ({ name, ms })).sort((a, b) => (a.name < b.name ? -1 : 1)); // one digit, "-" first
}
