import { beforeAll, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { Hold } from "../../../db/model/slot.ts";
import type { CardDetail, CardRow, FleetHour, FleetSummary } from "../../../db/model/views.ts";
import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { registerCards, registerHolders } from "../../../db/store/registry.ts";
import { commitSlot } from "../../../db/store/slots.ts";
import { createBoardReads } from "../../../server/usecases/board-reads.ts";
import { blankBatch } from "../../db/batches.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { aPool, aRow, type Stage, stageApi, stageFleet } from "./stage.ts";

const NOW = Date.UTC(2026, 2, 4, 10, 32); // the running hour is 10:00, the running slot 10:30
const PLACE = { vendor: "vendor-a", region: "cn-1", zone: "a", cluster: "k1", billing: "monthly" } as const;
const MIB = 1_048_576;
const NO_MORE = { idleHeldMs: 0, startingMs: 0, faultMs: 0 };

/** The pages' questions over a real database: two cards, three slots, every figure worked out by hand. */
export function boardSuite(db: () => Database): void {
  let stage: Stage;
  let ids: number[];
  let poolId: number;

  beforeAll(async () => {
    const at = unixMs(NOW - 2 * HOUR_MS);
    const card = (uuid: string) => ({
      uuid,
      modelName: "NVIDIA H100",
      node: "gpu-1",
      position: uuid,
      driver: "",
      migProfiles: [],
    });
    const seen = ["GPU-1", "GPU-2"].map((uuid) => ({
      place: PLACE,
      model: "H100-80G-SXM",
      card: card(uuid),
      at,
      source: "scrape",
    }));
    const known = await registerCards(db(), seen);
    ids = [...known.cardId];
    poolId = known.poolId[0] ?? 0;
    const holder = (pod: string) => ({ cluster: "k1", namespace: "team", pod, container: "c", podUid: pod, share: 1 });
    const [one = 0, two = 0] = await registerHolders(db(), [holder("alone"), holder("shared")]);

    // 09:00 card 1 busy at 80 %, card 2 free and silent for one minute; 10:00 card 1 held idle; 10:25 both share the card
    await commit(
      Date.UTC(2026, 2, 4, 9, 0),
      0,
      { busyMs: SLOT_MS, utilMs: 240_000, utilSaidMs: SLOT_MS, memoryMibS: 40_000 * 300, memorySaidMs: SLOT_MS },
      one,
    );
    await commit(Date.UTC(2026, 2, 4, 9, 0), 1, { freeMs: 240_000, observedMs: 240_000, utilSaidMs: 240_000 }, 0, 1);
    await commit(Date.UTC(2026, 2, 4, 10, 0), 0, { idleHeldMs: SLOT_MS, utilSaidMs: SLOT_MS }, one);
    await commit(
      Date.UTC(2026, 2, 4, 10, 25),
      0,
      { busyMs: SLOT_MS },
      -1,
      0,
      [
        { cardId: ids[0] ?? 0, holderId: one, busyMs: 100_000, ...NO_MORE },
        { cardId: ids[0] ?? 0, holderId: two, busyMs: 200_000, ...NO_MORE },
      ],
      [
        {
          cardId: ids[0] ?? 0,
          at: unixMs(Date.UTC(2026, 2, 4, 10, 26)),
          kind: "xid" as const,
          code: 79,
          count: 1,
          detail: "",
        },
      ],
    );

    const rows: CardRow[] = ids.map((id, i) =>
      aRow({ id, uuid: `GPU-${i + 1}`, poolId, memoryTotalBytes: 80_000 * MIB }),
    );
    const clock = manualClock(unixMs(NOW));
    stage = await stageApi({
      clock,
      live: stageFleet(rows, [aPool({ id: poolId })]).live,
      board: createBoardReads(db(), clock),
    });
  });

  async function commit(
    slot: number,
    card: number,
    columns: Partial<
      Record<
        "busyMs" | "idleHeldMs" | "freeMs" | "observedMs" | "utilMs" | "utilSaidMs" | "memoryMibS" | "memorySaidMs",
        number
      >
    >,
    holderId: number,
    gapCause = 0,
    holds: Hold[] = [],
    events: Parameters<typeof commitSlot>[1]["events"] = [],
  ): Promise<void> {
    const batch = blankBatch(slot, 1);
    batch.cardId[0] = ids[card] ?? 0;
    batch.poolId[0] = poolId;
    batch.holderId[0] = holderId;
    batch.gapCause[0] = gapCause;
    for (const [name, value] of Object.entries({ ownedMs: SLOT_MS, observedMs: SLOT_MS, ...columns }))
      batch.columns[name as keyof typeof batch.columns][0] = value;
    await commitSlot(db(), {
      source: "scrape",
      seq: card + 1,
      batch: { ...batch, holds },
      events,
      committedAt: unixMs(NOW),
    });
  }

  const ask = async <T>(path: string, input?: unknown): Promise<T> => {
    const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const answer = await stage.app.inject(`/api/trpc/${path}${query}`);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json().result.data as T;
  };

  test("the summary weighs utilisation by the time it was said, and counts coverage over what was owned", async () => {
    const summary = await ask<FleetSummary>("fleet.summary");
    const day = {
      meanRatio: 240_000 / 840_000,
      saidMs: 840_000,
      observedMs: 3 * SLOT_MS + 240_000,
      ownedMs: 4 * SLOT_MS,
    };
    expect(summary.last24h).toEqual(day);
    expect(summary.pools).toMatchObject([{ id: poolId, last24h: day }]);
    expect([summary.last24hFrom, summary.last24hTo]).toEqual([Date.UTC(2026, 2, 3, 11), Date.UTC(2026, 2, 4, 11)]);
  });

  test("each card has its own last day; coverage is a share of owned time", async () => {
    const { rows } = await ask<{ rows: CardRow[] }>("fleet.cards");
    expect(rows.map((r) => [r.uuid, r.util24h, r.coverage24h])).toEqual([
      ["GPU-1", 240_000 / 600_000, 1],
      ["GPU-2", 0, 0.8],
    ]);
  });

  test("history has one row an hour, its states and unknown adding up to owned time", async () => {
    const history = await ask<{ from: number; to: number; hours: FleetHour[] }>("fleet.history", { hours: 3 });
    expect(history).toMatchObject({ from: Date.UTC(2026, 2, 4, 8), to: Date.UTC(2026, 2, 4, 11) });
    expect(history.hours).toEqual([
      {
        at: Date.UTC(2026, 2, 4, 9),
        busyMs: SLOT_MS,
        idleHeldMs: 0,
        freeMs: 240_000,
        startingMs: 0,
        faultMs: 0,
        unknownMs: 60_000,
        meanRatio: 240_000 / 540_000,
      },
      {
        at: Date.UTC(2026, 2, 4, 10),
        busyMs: SLOT_MS,
        idleHeldMs: SLOT_MS,
        freeMs: 0,
        startingMs: 0,
        faultMs: 0,
        unknownMs: 0,
        meanRatio: 0,
      },
    ]);
    expect((await ask<{ hours: FleetHour[] }>("fleet.history", { hours: 3, poolIds: [poolId + 1] })).hours).toEqual([]);
    expect((await ask<{ hours: FleetHour[] }>("fleet.history", { hours: 3, poolIds: [poolId] })).hours).toHaveLength(2);
  });

  test("a card's last day has its points with holders, gaps and null where nothing was said, and its events", async () => {
    const card = await ask<CardDetail>("card.detail", { uuid: "GPU-1" });
    expect(card).toMatchObject({
      from: Date.UTC(2026, 2, 3, 10, 35),
      to: Date.UTC(2026, 2, 4, 10, 35),
      driver: "550.1",
    });
    expect(card.row.util24h).toBe(0.4);
    expect(card.points.map((p) => [p.at, p.holder, p.utilRatio, p.memoryRatio, p.memoryBytes])).toEqual([
      [Date.UTC(2026, 2, 4, 9, 0), "team/alone", 0.8, 0.5, 40_000 * MIB],
      [Date.UTC(2026, 2, 4, 10, 0), "team/alone", 0, null, null],
      [Date.UTC(2026, 2, 4, 10, 25), "team/shared, team/alone", null, null, null],
    ]);
    expect(card.events).toEqual([expect.objectContaining({ kind: "xid", code: 79, at: Date.UTC(2026, 2, 4, 10, 26) })]);
    const silent = await ask<CardDetail>("card.detail", { uuid: "GPU-2" });
    expect(silent.points).toMatchObject([
      { observedMs: 240_000, unknownMs: 60_000, gap: "no_reading", freeMs: 240_000 },
    ]);
  });

  test("readiness asks the database", async () => {
    expect((await stage.app.inject("/readyz")).json()).toEqual({ ready: true, database: "ok", config: "ok" });
  });
}
