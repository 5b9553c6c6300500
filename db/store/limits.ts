import type { Database, Executor } from "../database.ts";

/**
 * PGlite holds everything up while it writes: at 10 000 cards a slot takes a fifth of a second, at 100 000 more than one,
 * and a scan of hourly rows up to a minute (storage.md section 8). The border in between is a judgement.
 */
export const EMBEDDED_CARD_LIMIT = 20_000;

/** The fleet is more than the embedded database can carry. */
export class FleetTooLarge extends Error {
  override readonly name = "FleetTooLarge";
}

/** @throws FleetTooLarge when `cards` is past what this engine carries. `dapan doctor` and start-up ask this too. */
export function refuseFleet(kind: Database["kind"], cards: number): void {
  if (kind !== "pglite" || cards <= EMBEDDED_CARD_LIMIT) return;
  throw new FleetTooLarge(
    `${cards} cards are more than the embedded database carries (${EMBEDDED_CARD_LIMIT}). Give Dapan a PostgreSQL 15 or newer: ` +
      `set database.url in dapan.yaml (or DATABASE_URL), and start again.`,
  );
}

/** The same, asked of the cards stored so far. */
export async function refuseTooManyCards(db: Executor, kind: Database["kind"]): Promise<void> {
  if (kind !== "pglite") return;
  const [row] = await db.query<{ cards: number }>("SELECT count(*)::int AS cards FROM card");
  refuseFleet(kind, row?.cards ?? 0);
}
