import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Database, Executor, Tx } from "../database.ts";
import type { ReviewItem, ReviewReceipt, ReviewState } from "../model/board-views.ts";
import { microText } from "../model/money.ts";
import type { Window } from "../model/time.ts";
import { reviewItem } from "../schema/review-item.ts";
import { dayNoOf } from "./steps.ts";

/** What each card did in a window of whole UTC days, from card_day. Cards without a row are absent. */
export type CardDays = {
  readonly cardId: number;
  readonly uuid: string;
  readonly poolId: number; // where it stands now
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly utilRatio: number | null; // mean of what was said
  readonly memoryMib: number | null; // mean of what was said
};

type Column = keyof CardDays;

/** @param uuids null = all cards that are ours now; cards asked for by name may have been given back since */
export async function readCardDays(db: Executor, window: Window, uuids: readonly string[] | null): Promise<CardDays[]> {
  // One array a column instead of one row a card: PGlite spends more on decoding 10 000 rows than on the sums.
  const [row] = await db.query<Record<Column, (number | string | null)[] | null>>(
    `SELECT array_agg(s.card_id) AS "cardId", array_agg(c.uuid) AS uuid, array_agg(c.pool_id) AS "poolId",
       array_agg(owned) AS "ownedMs", array_agg(observed) AS "observedMs", array_agg(busy) AS "busyMs",
       array_agg(idle_held) AS "idleHeldMs", array_agg(free) AS "freeMs",
       array_agg(CASE WHEN util_said > 0 THEN util / util_said END) AS "utilRatio",
       array_agg(CASE WHEN memory_said > 0 THEN memory * 1000 / memory_said END) AS "memoryMib"
     FROM (SELECT card_id, sum(owned_ms)::float8 AS owned, sum(observed_ms)::float8 AS observed, sum(busy_ms)::float8 AS busy,
             sum(idle_held_ms)::float8 AS idle_held, sum(free_ms)::float8 AS free, sum(util_ms)::float8 AS util,
             sum(util_said_ms)::float8 AS util_said, sum(memory_mib_s)::float8 AS memory, sum(memory_said_ms)::float8 AS memory_said
           FROM card_day WHERE day_no >= $1 AND day_no < $2 GROUP BY card_id ORDER BY card_id) s
     JOIN card c ON c.id = s.card_id
     WHERE CASE WHEN $3::text[] IS NULL THEN EXISTS (SELECT FROM card_ownership o WHERE o.card_id = c.id AND o.to_ms IS NULL)
       ELSE c.uuid = ANY($3) END`,
    [dayNoOf(window.from), dayNoOf(window.to), uuids],
  );
  return (row?.cardId ?? []).map((_, i) => {
    const cell = (name: Column) => row?.[name]?.[i] as never;
    return {
      cardId: cell("cardId"),
      uuid: cell("uuid"),
      poolId: cell("poolId"),
      ownedMs: cell("ownedMs"),
      observedMs: cell("observedMs"),
      busyMs: cell("busyMs"),
      idleHeldMs: cell("idleHeldMs"),
      freeMs: cell("freeMs"),
      utilRatio: cell("utilRatio"),
      memoryMib: cell("memoryMib"),
    };
  });
}

/** Advice as it is written: what a finding says, without its life. */
export type ReviewAdvice = Pick<
  typeof reviewItem.$inferInsert,
  | "fingerprint"
  | "kind"
  | "poolId"
  | "cards"
  | "savingPerDayMicro"
  | "savingFromMs"
  | "currency"
  | "coverage"
  | "evidence"
>;

const LIVE: readonly ReviewState[] = ["open", "accepted"];
const REVIEW_LOCK = 7_346_211;
/** Who withdraws advice that is no longer true. */
export const WITHDRAWN_BY = "dapan";

/**
 * Brings the list up to what was found: open advice is renewed, new advice opened, open advice that was not found again
 * withdrawn. What a person accepted stays as it was until a person closes it. What a person dismissed after `dismissedFrom` or
 * finished after `doneFrom` stays quiet: the days behind the advice are still the days before the act.
 */
export async function putFindings(
  db: Database,
  found: readonly ReviewAdvice[],
  { at, ...quiet }: { readonly at: number; readonly dismissedFrom: number; readonly doneFrom: number },
): Promise<{ opened: number; renewed: number; withdrawn: number }> {
  return await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [REVIEW_LOCK]);
    const live = await tx.orm
      .select()
      .from(reviewItem)
      .where(inArray(reviewItem.state, [...LIVE]));
    const closed = await closedSince(tx, quiet);
    const byPrint = new Map(live.map((item) => [item.fingerprint, item]));
    let [opened, renewed] = [0, 0];
    for (const advice of found) {
      const item = byPrint.get(advice.fingerprint);
      byPrint.delete(advice.fingerprint);
      if (item) {
        if (item.state !== "open") continue; // what was accepted is what will be measured
        await tx.orm.update(reviewItem).set(advice).where(eq(reviewItem.id, item.id));
        renewed++;
      } else if (!closed.has(advice.fingerprint)) {
        const life = { state: "open" as const, openedAtMs: at, changedAtMs: at, changedBy: WITHDRAWN_BY, reason: "" };
        await tx.orm.insert(reviewItem).values({ ...advice, ...life });
        opened++;
      }
    }
    const gone = [...byPrint.values()].filter((item) => item.state === "open").map((item) => item.id);
    if (gone.length > 0)
      await tx.orm
        .update(reviewItem)
        .set({ state: "dismissed", changedAtMs: at, changedBy: WITHDRAWN_BY, reason: "" })
        .where(inArray(reviewItem.id, gone));
    return { opened, renewed, withdrawn: gone.length };
  });
}

async function closedSince(
  tx: Tx,
  since: { readonly dismissedFrom: number; readonly doneFrom: number },
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ fingerprint: string }>(
    `SELECT fingerprint FROM review_item
     WHERE (state = 'dismissed' AND changed_by <> $1 AND changed_at_ms >= $2) OR (state = 'done' AND changed_at_ms >= $3)`,
    [WITHDRAWN_BY, since.dismissedFrom, since.doneFrom],
  );
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** The list, newest change first within the largest saving. @param states [] = all */
export async function readReview(db: Executor, states: readonly ReviewState[], limit: number): Promise<ReviewItem[]> {
  const rows = await db.orm
    .select()
    .from(reviewItem)
    .where(states.length > 0 ? inArray(reviewItem.state, [...states]) : undefined)
    .orderBy(desc(reviewItem.savingPerDayMicro), desc(reviewItem.changedAtMs), reviewItem.id)
    .limit(limit);
  return rows.map(toItem);
}

export async function readReviewItem(db: Executor, id: number): Promise<ReviewItem | null> {
  const [row] = await db.orm.select().from(reviewItem).where(eq(reviewItem.id, id));
  return row ? toItem(row) : null;
}

export type ReviewStep = {
  readonly id: number;
  readonly from: ReviewState; // as the caller saw it: nothing happens when somebody else was faster
  readonly to: ReviewState;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
};

/** False when the item is no longer in the state the caller saw, or the same advice is live as another item. */
export async function stepReview(db: Executor, { id, from, to, at, by, reason }: ReviewStep): Promise<boolean> {
  const rows = await db.orm
    .update(reviewItem)
    .set({ state: to, changedAtMs: at, changedBy: by, reason })
    .where(
      and(
        eq(reviewItem.id, id),
        eq(reviewItem.state, from),
        LIVE.includes(to)
          ? sql`NOT EXISTS (SELECT FROM review_item o WHERE o.fingerprint = ${reviewItem.fingerprint} AND o.id <> ${id} AND o.state IN ('open', 'accepted'))`
          : undefined,
      ),
    )
    .returning({ id: reviewItem.id });
  return rows.length > 0;
}

/** Done advice that has no receipt yet and was closed before `doneBefore`. */
export async function readWithoutReceipt(db: Executor, doneBefore: number): Promise<ReviewItem[]> {
  const rows = await db.orm
    .select()
    .from(reviewItem)
    .where(
      and(
        eq(reviewItem.state, "done"),
        sql`${reviewItem.receipt} IS NULL`,
        sql`${reviewItem.changedAtMs} < ${doneBefore}`,
      ),
    );
  return rows.map(toItem);
}

export async function putReceipt(db: Executor, id: number, receipt: ReviewReceipt): Promise<void> {
  await db.orm.update(reviewItem).set({ receipt }).where(eq(reviewItem.id, id));
}

function toItem(row: typeof reviewItem.$inferSelect): ReviewItem {
  const { savingPerDayMicro, savingFromMs, openedAtMs, changedAtMs, fingerprint: _, ...rest } = row;
  return {
    ...rest,
    savingPerDayMicro: microText(savingPerDayMicro),
    savingFrom: savingFromMs,
    openedAt: openedAtMs,
    changedAt: changedAtMs,
  };
}

/** How many items are in each state; a state without any is 0. */
export async function countReview(db: Executor): Promise<Readonly<Record<ReviewState, number>>> {
  const rows = await db.query<{ state: ReviewState; items: number }>(
    "SELECT state, count(*)::int4 AS items FROM review_item GROUP BY state",
  );
  const of = (state: ReviewState): number => rows.find((row) => row.state === state)?.items ?? 0;
  return { open: of("open"), accepted: of("accepted"), done: of("done"), dismissed: of("dismissed") };
}
