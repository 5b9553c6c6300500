import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { forgetPartitions } from "../../../../db/store/partitions.ts";
import { keepHouse } from "../../../../db/store/retention.ts";
import { checkBooks } from "../../../../server/usecases/ledger/check-books.ts";
import { onPglite } from "../../../db/databases.ts";
import { BEGIN, tell } from "./fleet-story.ts";
import { LedgerStage, toldLines } from "./ledger-stage.ts";

onPglite("the ledger where its oldest year leaves", (db) => {
  test("west of UTC, prices of the first hours of a year can be corrected after the year before has left", async () => {
    const year = new Date(BEGIN).getUTCFullYear() + 1;
    const newYear = Date.UTC(year, 0, 1);
    const zone = "America/New_York";
    const borderHour = newYear / HOUR_MS + 2; // 31 December in New York
    const place = (newYear + 2 * HOUR_MS - BEGIN) / SLOT_MS;
    const open = () => LedgerStage.open(db(), "border", { now: newYear + 40 * HOUR_MS, zone });
    const stage = await open();
    await stage.price(null, BEGIN, null, {});
    for (const at of [place - 12 * 5, place, place + 12 * 20])
      await tell(stage, { kind: "slot", place: at, seq: 1, seed: 1 });
    expect(await checkBooks(db(), zone)).toEqual([]);
    const pricesOf = async (hour: number) =>
      new Set((await toldLines(stage, hour)).filter((line) => line.hour === 0).map((line) => line.price.split(" ")[2]));

    await keepHouse(db(), unixMs(newYear + 761 * DAY_MS)); // hours of the old year leave, its days stay
    expect(await pricesOf(borderHour - 5)).toEqual(new Set());
    await stage.restart();
    await stage.price(null, BEGIN, null, { amountMicro: 7_777_777n });
    await stage.catchUp();
    expect(await pricesOf(borderHour)).toEqual(new Set(["7777777"]));
    const [least] = await db().query<{ ms: number; micro: number }>(
      "SELECT min(free_ms)::int8 AS ms, min(free_micro)::int8 AS micro FROM feature_day",
    );
    expect(least!.ms).toBeGreaterThanOrEqual(0);
    expect(least!.micro).toBeGreaterThanOrEqual(0);
    expect(await checkBooks(db(), zone)).toEqual([]);

    await db().query(`DROP TABLE feature_day_${year - 1}`); // as earlier versions did
    forgetPartitions(db());
    await stage.restart();
    await stage.price(null, BEGIN, null, { amountMicro: 8_888_888n });
    await stage.catchUp();
    expect(await pricesOf(borderHour)).toEqual(new Set(["7777777"]));
    expect(await pricesOf(borderHour + 20)).toEqual(new Set(["8888888"]));
    const said = stage.logged.filter((line) => line.includes("could not be booked anew"));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('"poolHours":2');
    await stage.catchUp();
    expect(stage.logged).toHaveLength(1);
    expect(await checkBooks(db(), zone)).toEqual([]);
  });
});
