import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { freshDataDir, open } from "./databases.ts";
import { expectWhole, ingestAndKill, KILLS, leastSlots, momentOf } from "./kill-suite.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: kill -9 of PostgreSQL: ${why}`);

describe(`kill -9 ${KILLS} times while slots are committed`, () => {
  test(
    "the embedded database keeps every acknowledged slot, none twice, and always opens again",
    { timeout: 60_000 + KILLS * 8_000 },
    async () => {
      const dataDir = await freshDataDir();
      const acknowledged = new Set<number>();
      let stored = 0;
      for (let round = 0; round < KILLS; round++) {
        for (const slot of await ingestAndKill(dataDir, momentOf(round))) acknowledged.add(slot);
        const db = await open({ dataDir });
        stored = await expectWhole(db, acknowledged);
        await db.close();
      }
      console.info(`PGlite: ${KILLS} kills, ${acknowledged.size} slots acknowledged, ${stored} stored`);
      expect(acknowledged.size).toBeGreaterThanOrEqual(leastSlots(KILLS));
      rmSync(dataDir, { recursive: true });
    },
  );

  test.skipIf(why !== null)(
    "PostgreSQL, killed with all its processes, keeps every acknowledged slot, none twice",
    { timeout: 60_000 + KILLS * 8_000 },
    async () => {
      const service = await startPostgres();
      const acknowledged = new Set<number>();
      let stored = 0;
      for (let round = 0; round < KILLS; round++) {
        for (const slot of await ingestAndKill(service.url, momentOf(round), () => service.kill9()))
          acknowledged.add(slot);
        await service.start();
        const db = await open({ url: service.url });
        stored = await expectWhole(db, acknowledged);
        await db.close();
      }
      console.info(`PostgreSQL: ${KILLS} kills, ${acknowledged.size} slots acknowledged, ${stored} stored`);
      expect(acknowledged.size).toBeGreaterThanOrEqual(leastSlots(KILLS));
      await service.stop();
    },
  );
});
