import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { checkBooks } from "../../../../server/usecases/ledger/check-books.ts";
import { BEGIN, retold, stories, type Story, tell } from "./fleet-story.ts";
import { LedgerStage, type StageOptions, toldLines } from "./ledger-stage.ts";

const FIRST_HOUR = BEGIN / HOUR_MS;
const LATER = BEGIN + 9 * HOUR_MS; // every hour of a story has been told to people by then
let fleets = 0;

const open = (db: Database, options: Partial<StageOptions> = {}): Promise<LedgerStage> =>
  LedgerStage.open(db, `f${++fleets}`, { now: LATER, ...options });

/** The ledger as it is booked slot by slot, and priced and mapped again afterwards, on one engine. */
export function ledgerSuite(db: () => Database, runs: number): void {
  const telling = async (story: Story): Promise<LedgerStage> => {
    const stage = await open(db());
    for (const told of story.told) await tell(stage, told);
    await stage.catchUp();
    return stage;
  };

  test("M-04: in whatever order slots, prices and rules come to be known, and however often, the lines are the same", async () => {
    await fc.assert(
      fc.asyncProperty(
        stories.chain((story) => fc.tuple(fc.constant(story), retold(story))),
        async ([story, again]) => {
          const straight = await toldLines(await telling(story), FIRST_HOUR);
          const twisted = await toldLines(await telling(again), FIRST_HOUR);
          expect(straight.length).toBeGreaterThan(10);
          expect(twisted).toEqual(straight);
          expect(await checkBooks(db(), "Asia/Shanghai")).toEqual([]);
        },
      ),
      { numRuns: runs, endOnFailure: true },
    );
  });
}
