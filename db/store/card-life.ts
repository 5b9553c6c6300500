import type { Database, Executor, Tx } from "../database.ts";
import type { LifeStep } from "../model/inventory.ts";
import { storable } from "./dimensions.ts";

const COLUMNS = `at_ms AS at, card, stage, contract, who, why, recorded_at_ms AS "recordedAt"`;

/** The life of a card, oldest first; [] when nobody wrote anything down. */
export async function readLife(db: Executor, card: string): Promise<LifeStep[]> {
  return await db.query<LifeStep>(`SELECT ${COLUMNS} FROM card_life WHERE card = $1 ORDER BY at_ms, id`, [
    storable(card),
  ]);
}

/** The newest step of every card that has one. */
export async function readStages(db: Executor): Promise<LifeStep[]> {
  return await db.query<LifeStep>(
    `SELECT DISTINCT ON (card) ${COLUMNS} FROM card_life ORDER BY card, at_ms DESC, id DESC`,
  );
}

/** Since when those of the cards are given back whose newest step says so. */
export async function readReturned(db: Executor, cards: readonly string[]): Promise<Map<string, number>> {
  const newest = await db.query<Pick<LifeStep, "card" | "stage" | "at">>(
    `SELECT DISTINCT ON (card) card, stage, at_ms AS at FROM card_life WHERE card = ANY($1)
     ORDER BY card, at_ms DESC, id DESC`,
    [cards.map(storable)],
  );
  return new Map(newest.filter(({ stage }) => stage === "returned").map(({ card, at }) => [card, at]));
}

/**
 * Appends a step. `check` is called with the life so far while no other step of any card can be written and no card can be
 * registered, and throws when the step may not follow; `also` runs in the same transaction, so that a card given back is
 * released or neither happens.
 */
export async function appendStep(
  db: Database,
  step: LifeStep,
  check: (history: readonly LifeStep[], tx: Tx) => Promise<void> | void,
  also: (tx: Tx) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [REGISTRY_LOCK]); // first: what is registered looks at lives
    await tx.query("SELECT pg_advisory_xact_lock($1)", [LIFE_LOCK]);
    await check(await readLife(tx, step.card), tx);
    await tx.query(
      "INSERT INTO card_life (at_ms, card, stage, contract, who, why, recorded_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [
        step.at,
        storable(step.card),
        step.stage,
        storable(step.contract),
        storable(step.who),
        storable(step.why),
        step.recordedAt,
      ],
    );
    await also(tx);
  });
}

const LIFE_LOCK = 7_346_208;
/** Held while cards get their rows and their places. Always taken before the lock of lives. */
export const REGISTRY_LOCK = 7_346_206;
