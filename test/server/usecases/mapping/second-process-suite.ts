import { expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { checkBooks } from "../../../../server/usecases/ledger/check-books.ts";
import { BEGIN, tell } from "../ledger/fleet-story.ts";
import { LedgerStage, openPorts } from "../ledger/ledger-stage.ts";

const ZONE = "Asia/Shanghai";
const terms = (key: string) => {
  const said = { key, name: key, team: "", kind: "inference", unit: "", unitSource: "" } as const;
  return { ...said, owns: [], archivedAt: null };
};

/** One process collects and books, another one saves rules. */
export function secondProcessSuite(db: () => Database): void {
  test("a rule moves the hours of pods that the other process met since this one looked", async () => {
    const stage = await LedgerStage.open(db(), "rr", { now: BEGIN + 9 * HOUR_MS, zone: ZONE });
    await stage.price(null, BEGIN, null, {});
    await stage.rules([{ key: "x", holders: [0] }]);
    const web = await openPorts(db(), stage.clock, () => stage.config);
    const rules = [1, 2, 3].map((i) => {
      return { name: `y ${i}`, feature: "rr-x", match: { namespace: `rr-${i}` }, from: unixMs(0), to: null };
    });
    await web.features.effectOf({ rules }); // whose hours are kept is remembered from here on
    await tell(stage, { kind: "slot", place: 0, seq: 1, seed: 1 });
    const note = { who: "console", why: "test", source: "console" };
    await web.features.change({ features: [terms("rr-x")], rules }, note);
    await stage.catchUp();
    expect(await checkBooks(db(), ZONE)).toEqual([]);
    await tell(stage, { kind: "slot", place: 12, seq: 1, seed: 1 }); // the hour after, the same pods
    await stage.catchUp();
    expect(await stage.recompute()).toMatchObject({ isEqual: true, differing: [] });
    expect(await checkBooks(db(), ZONE)).toEqual([]);
  });
}
