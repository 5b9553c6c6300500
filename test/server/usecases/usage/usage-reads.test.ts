import { expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { Reads } from "../../../../server/usecases/usage/usage-reads.ts";
import { manualClock } from "../../../tools/manual-clock.ts";

test("a database that goes away between two statements fails the question, and no promise is left that nobody holds", async () => {
  const query = async <T>(): Promise<T[]> => {
    throw new Error("gone");
  };
  const orm = { select: () => ({ from: () => ({ where: async () => [] }) }) }; // the mark was still read
  const db = { kind: "pglite", query, orm: orm as never } as Partial<Database> as Database;
  const reads = new Reads({ db, clock: manualClock(), zone: () => "UTC", errorOf: () => "" });
  const dropped: unknown[] = [];
  const note = (error: unknown) => void dropped.push(error);
  process.on("unhandledRejection", note);
  await expect(reads.units({ from: 20_000, to: 20_001 })).rejects.toThrow("gone");
  await new Promise((resolve) => setTimeout(resolve, 20)); // when Node has looked for such promises
  process.off("unhandledRejection", note);
  expect(dropped).toEqual([]);
});
