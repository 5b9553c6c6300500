import type { Database, Executor } from "../database.ts";
import { GAP_CAUSES, type GapCause } from "../model/coverage.ts";
import { SLOT_MS, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { slotStart } from "./steps.ts";

const ids = new WeakMap<Database, Map<string, number>>();

/** The id of a source of slots, made on first sight. */
export async function sourceIdOf(db: Database, name: string): Promise<number> {
  const known = ids.get(db) ?? new Map<string, number>();
  ids.set(db, known);
  const id = known.get(name) ?? (await findSource(db, name)) ?? (await makeSource(db, name));
  known.set(name, id);
  return id;
}

async function findSource(db: Executor, name: string): Promise<number | undefined> {
  return (await db.query<{ id: number }>("SELECT id FROM source WHERE name = $1", [name]))[0]?.id;
}

async function makeSource(db: Executor, name: string): Promise<number> {
  await db.query("INSERT INTO source (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", [name]);
  const id = await findSource(db, name);
  if (id === undefined) throw new Error(`source ${name} could not be registered`);
  return id;
}

/** What the ledger says of one slot of a source: its newest batch. */
export type CommittedSlot = {
  readonly slot: UnixMs;
  readonly seq: number; // highest committed
  readonly cards: number;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly committedAt: UnixMs; // of that seq
};

/** The slots of `source` that are committed and start in `window`, ascending. What is not in the answer is not committed. */
export async function readCommittedSlots(db: Database, source: string, window: Window): Promise<CommittedSlot[]> {
  const rows = await db.query<{ slot_no: number } & Omit<CommittedSlot, "slot">>(
    `SELECT DISTINCT ON (slot_no) slot_no, seq, cards, owned_ms AS "ownedMs", observed_ms AS "observedMs", committed_at_ms AS "committedAt"
     FROM slot_ledger WHERE source_id = $1 AND slot_no >= $2 AND slot_no < $3 ORDER BY slot_no, seq DESC`,
    [await sourceIdOf(db, source), firstSlotFrom(window.from), firstSlotFrom(window.to)],
  );
  return rows.map(({ slot_no, ...row }) => ({ slot: slotStart(slot_no), ...row }));
}

/** A slot is in a window when its start is. */
const firstSlotFrom = (at: number): number => Math.ceil(at / SLOT_MS);

/** The newest slot of `source` that is committed; null when there is none. */
export async function readLastCommittedSlot(db: Database, source: string): Promise<UnixMs | null> {
  const [row] = await db.query<{ slotNo: number | null }>(
    `SELECT max(slot_no) AS "slotNo" FROM slot_ledger WHERE source_id = $1`,
    [await sourceIdOf(db, source)],
  );
  return row?.slotNo == null ? null : slotStart(row.slotNo);
}

/** Says that a source could not be read in `window`, and why. The same start again replaces what was said. */
export async function putSourceGap(db: Database, source: string, window: Window, cause: GapCause): Promise<void> {
  await db.query(
    `INSERT INTO source_gap (source_id, from_ms, to_ms, cause) VALUES ($1, $2, $3, $4)
     ON CONFLICT (source_id, from_ms) DO UPDATE SET to_ms = excluded.to_ms, cause = excluded.cause`,
    [await sourceIdOf(db, source), window.from, window.to, GAP_CAUSES.indexOf(cause)],
  );
}

export type SourceGap = Window & { readonly cause: GapCause };

/** When a source could not be read: every gap that overlaps the window, whole, ascending. */
export async function readSourceGaps(db: Database, source: string, window: Window): Promise<SourceGap[]> {
  const rows = await db.query<Window & { cause: number }>(
    `SELECT from_ms AS "from", to_ms AS "to", cause FROM source_gap WHERE source_id = $1 AND from_ms < $3 AND to_ms > $2 ORDER BY from_ms`,
    [await sourceIdOf(db, source), window.from, window.to],
  );
  return rows.map((row) => ({ ...row, cause: GAP_CAUSES[row.cause] ?? "no_reading" }));
}
