import type { Executor, Tx } from "../database.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { readSetting } from "./settings.ts";

const MARK = "usage.lines";
/** Windows remembered: whoever missed more of them reads everything anew. One page holds the row many times over. */
const MOST_WINDOWS = 16;

/** How often lines of usage or revenue were written, and where the last times: [count, from, to] in milliseconds. */
export type LineMark = {
  readonly count: number;
  readonly recent: readonly (readonly [number, number, number])[];
};

/** Nobody wrote a line yet. */
const NEVER: LineMark = { count: 0, recent: [] };

/**
 * Notes that lines of a window were written, for other processes that remember sums of them. The last statement but the
 * commit of every transaction that writes lines: its row is locked until then, so that counts are in the order of commits.
 */
export async function noteLines(tx: Tx, { from, to }: Window, at: UnixMs): Promise<void> {
  await tx.query(
    `INSERT INTO setting (key, value, written_at_ms)
     VALUES ($1, jsonb_build_object('count', 1, 'recent', jsonb_build_array(jsonb_build_array(1, $2::int8, $3::int8))), $4)
     ON CONFLICT (key) DO UPDATE SET written_at_ms = excluded.written_at_ms, value = jsonb_build_object(
       'count', (setting.value ->> 'count')::int8 + 1,
       'recent', coalesce((SELECT jsonb_agg(one) FROM jsonb_array_elements(setting.value -> 'recent') one
           WHERE (one ->> 0)::int8 > (setting.value ->> 'count')::int8 + 1 - ${MOST_WINDOWS}), '[]')
         || jsonb_build_array(jsonb_build_array((setting.value ->> 'count')::int8 + 1, $2::int8, $3::int8)))`,
    [MARK, from, to, at],
  );
}

/** The mark of now: one row by its key. */
export async function readLineMark(db: Executor): Promise<LineMark> {
  return ((await readSetting(db, MARK)) as LineMark | undefined) ?? NEVER; // only noteLines writes it
}

/** Windows written between two marks, the older first; null = more than are remembered, or the tables are others now. */
export function windowsSince(before: LineMark, now: LineMark): readonly Window[] | null {
  const missed = now.recent.filter(([count]) => count > before.count);
  if (missed.length !== now.count - before.count) return null;
  return missed.map(([, from, to]) => ({ from: from as UnixMs, to: to as UnixMs }));
}
