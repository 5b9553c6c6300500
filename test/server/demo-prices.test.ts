import { expect, test } from "vitest";
import { POOLS } from "../../collectors/simulator/layout.ts";
import type { Database } from "../../db/database.ts";
import { DAY_MS, shift } from "../../db/model/time.ts";
import { idsOf } from "../../db/store/dimensions.ts";
import { readConfig } from "../../server/config/read.ts";
import { seedDemoPrices } from "../../server/demo-prices.ts";
import { createPricing } from "../../server/usecases/pricing/pricing-port.ts";
import { onPglite } from "../db/databases.ts";
import { manualClock } from "../tools/manual-clock.ts";

onPglite("the demo's price book", (db: () => Database) => {
  test("every story of the demo is there, once, and was known when it would have been", async () => {
    const clock = manualClock();
    const reading = readConfig("timeZone: Asia/Shanghai", "demo.yaml", {});
    if (!reading.ok) throw new Error("the test's config is wrong");
    const config = { current: () => reading.config };
    const keys = POOLS.map(({ place: p, type }) => [p.vendor, p.region, p.zone, p.cluster, type.id, p.billing]);
    const ids = await db().transaction((tx) => idsOf(tx, "pool", keys));
    const idOf = (region: string, model: string, billing: string) =>
      ids[POOLS.findIndex((p) => p.place.region === region && p.type.id === model && p.place.billing === billing)] ?? 0;

    await seedDemoPrices({ db: db(), clock, config });
    const port = createPricing({ db: db(), clock, config: config.current });
    const revisions = await port.revisions(100);
    await seedDemoPrices({ db: db(), clock, config });
    expect(await port.revisions(100)).toEqual(revisions);

    const now = clock.now();
    const priced = await port.hourlyByPool(now, null);
    const unpriced = POOLS.filter((_, i) => !priced.has(ids[i] ?? 0));
    expect(unpriced.map(({ place, type }) => [place.region, type.id, place.billing])).toEqual([
      ["us-west", "A100-40G-SXM", "spot"],
    ]);
    expect([...priced.values()].every(({ hourlyMicro }) => hourlyMicro !== null)).toBe(true); // dollars have their rate
    const soon = [...priced.values()].filter(({ price }) => price.termTo !== null && price.termTo < now + 30 * DAY_MS);
    expect(soon.map(({ price }) => price.selector.model)).toEqual(["A100-80G-SXM"]);
    expect([...priced.values()].filter(({ price }) => price.isList)).toHaveLength(1);
    const spot = priced.get(idOf("cn-shenzhen", "L40S", "spot"))?.hourlyMicro ?? 0n;
    expect(spot < (priced.get(idOf("cn-hangzhou", "L40S", "on_demand"))?.hourlyMicro ?? 0n)).toBe(true);

    const credited = idOf("cn-guangzhou", "V100-SXM2-32G", "monthly");
    const lastWeek = shift(now, -7 * DAY_MS);
    const [then, since] = [await port.hourlyByPool(lastWeek, lastWeek), await port.hourlyByPool(lastWeek, null)];
    expect((then.get(credited)?.hourlyMicro ?? 0n) > (since.get(credited)?.hourlyMicro ?? 0n)).toBe(true);

    const pieces = await port.piecesByPool({ from: shift(now, -14 * DAY_MS), to: now }, null);
    const holes = pieces.get(idOf("cn-shenzhen", "A10", "monthly"))?.filter(({ price }) => price === null) ?? [];
    expect(holes.map(({ from, to }) => (to - from) / DAY_MS)).toEqual([2]);
  });
});
