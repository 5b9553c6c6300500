import { expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { systemClock } from "../../../server/clock.ts";
import { startReports } from "../../../server/jobs/reports.ts";
import { createLog } from "../../../server/telemetry/log.ts";

/** Reports of which only the numbers matter. */
function stage(db: Database, fails: (id: number) => boolean = () => false, onRound: () => void = () => undefined) {
  const worked: number[] = [];
  const waiting: number[][] = [];
  let tell: () => void = () => undefined;
  const job = startReports(
    {
      round: async () => {
        const due = waiting.shift() ?? [];
        onRound();
        return due;
      },
      work: async (id) => {
        worked.push(id);
        if (fails(id)) throw new Error("it broke");
      },
      onAsked: (callback) => {
        tell = callback;
        return () => (tell = () => undefined);
      },
    },
    { db, clock: systemClock, log: createLog("silent", systemClock) },
  );
  return {
    job,
    worked,
    ask: (...ids: number[]) => {
      waiting.push(ids);
      tell();
    },
  };
}

const until = async (claim: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !claim(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(claim()).toBe(true);
};

export function reportsJobSuite(db: () => Database): void {
  test("what is asked for is worked on at once, each in its turn, and one that breaks stops no other", async () => {
    const { job, worked, ask } = stage(db(), (id) => id === 2);
    try {
      ask(1, 2, 3);
      await until(() => worked.length === 3);
      expect(worked.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
      ask(4);
      await until(() => worked.includes(4));
      ask(2); // it can be asked for again
      await until(() => worked.filter((id) => id === 2).length === 2);
    } finally {
      await job.stop();
    }
  });

  test("what is asked for while a round is under way is in the next, at once", async () => {
    let isFirst = true;
    const { job, worked, ask } = stage(db(), undefined, () => {
      if (isFirst) ask(12);
      isFirst = false;
    });
    ask(11);
    await until(() => worked.includes(11) && worked.includes(12));
    await job.stop();
  });

  test("its tables stay in a schema of their own, and a second start takes them as they are", async () => {
    const { job, worked, ask } = stage(db());
    ask(9);
    await until(() => worked.includes(9));
    await job.stop();
    const schemas = await db().query<{ name: string }>(
      "SELECT DISTINCT table_schema AS name FROM information_schema.tables WHERE table_name IN ('job', 'queue', 'schedule')",
    );
    expect(schemas).toEqual([{ name: "pgboss" }]);
    const [left] = await db().query<{ n: number }>(
      "SELECT count(*)::int4 AS n FROM pgboss.job WHERE state IN ('created', 'retry')",
    );
    expect(left!.n).toBe(0);
  });

  test("a script that fails leaves no transaction open, and the next statement is carried out", async () => {
    await expect(db().script("BEGIN; SELECT 1; SELECT 1/0; COMMIT;")).rejects.toThrow("division by zero");
    expect(await db().query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await db().script("SELECT 1 AS one; SELECT 2 AS two")).toEqual([{ one: 1 }, { two: 2 }]);
  });
}
