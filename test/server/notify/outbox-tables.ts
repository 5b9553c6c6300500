import { describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { DAY_MS, MINUTE_MS, shift } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { addChannel, setChannelEnabled } from "../../../db/store/channels.ts";
import {
  readChannelPost,
  readDeadMessages,
  readDeliveries,
  readMessagesOfIncident,
  removeOldMessages,
  replayMessage,
  reviveMessages,
} from "../../../db/store/outbox.ts";
import { storeOutbox } from "../../../server/notify/store-outbox.ts";
import { planNext } from "../../../server/notify/coalesce.ts";
import { outboxSuite, type OutboxUnderTest } from "./outbox-suite.ts";
import { aLine, aNotice, message, SETTINGS, T } from "./stage.ts";

let count = 0;

export const tables = (db: Database): OutboxUnderTest => ({
  store: storeOutbox(db),
  async addChannel(kind) {
    const id = await addChannel(db, {
      name: `${kind}-${++count}`,
      kind,
      language: "zh-CN",
      sendsResolved: true,
      settings: SETTINGS,
      shownAddress: "",
      sealed: new Uint8Array([1]),
      by: "test",
      at: T,
    });
    return id!;
  },
  async states(channelId) {
    const rows = await db.query<{ id: string; state: string; into: string }>(
      `SELECT id, state, coalesced_into AS into FROM outbox WHERE channel_id = $1 ORDER BY id`,
      [channelId],
    );
    return rows.map(({ state, into }) => [state, into === "" ? null : rows.findIndex(({ id }) => id === into)]);
  },
  async revive(channelId, now) {
    await setChannelEnabled(db, channelId, { enabled: true, why: "", by: "test", at: unixMs(now) });
    await reviveMessages(db, channelId, unixMs(now));
  },
});

/** What the tables answer beyond what the notifier asks. */
export function outboxTables(db: () => Database): void {
  describe("the notifier's outbox", () => outboxSuite(() => tables(db())));

  test("what waited for a channel that shows no amounts any more is sent without them", async () => {
    const { store, addChannel } = tables(db());
    const id = await addChannel("feishu");
    const dear = { title: "[P2] ¥203,639 a day", lines: [aLine({ what: "¥203,639" })], costPerHour: "8.1 CNY" };
    const report = { kind: "report" as const, title: "Week 46", hasAmounts: true, lines: dear.lines };
    const notices = [{ ...dear, hasAmounts: true }, report, { costPerHour: "8.1 CNY", title: "[P2] a card" }];
    await store.put(notices.map((notice, i) => message(id, i + 1, { at: T, notice: aNotice(notice) })));
    const delivery = { at: T, class: "ok", status: 200, said: "ok", tookMs: 1, retryAt: null } as const;
    const claim = async () => {
      const claimed = (await store.claim(id, { now: T, leaseMs: MINUTE_MS }, ([first]) => ({ ...first!, folds: [] })))!;
      await store.settle(claimed, { delivery, message: "delivered", health: null, disable: "", news: [] });
      return claimed.notice;
    };
    expect(await claim()).toMatchObject({ title: dear.title, costPerHour: "8.1 CNY" });
    await db().query("UPDATE outbox SET state = 'waiting' WHERE channel_id = $1", [id]);
    await db().query("UPDATE channel SET shows_money = false WHERE id = $1", [id]);
    const sent = [await claim(), await claim(), await claim()];
    expect(sent.map(({ title }) => title)).toEqual(["•••", "Week 46", "[P2] a card"]);
    expect(sent[1]).toMatchObject({ lines: [] });
    expect(JSON.stringify(sent)).not.toMatch(/203|8\.1/);
  });

  test("messages of an incident with every try, dead letters, and how channels do", async () => {
    const { store, addChannel } = tables(db());
    const id = await addChannel("wecom");
    const claim = async () =>
      (await store.claim(id, { now: T, leaseMs: MINUTE_MS }, (waiting) =>
        planNext(waiting, { left: 1, digestLines: 0, zone: "UTC", openUrl: "" }),
      ))!;
    const settle = async (kind: "ok" | "bad_body", state: "delivered" | "dead", at: number) =>
      await store.settle(await claim(), {
        delivery: {
          at: shift(T, at),
          class: kind,
          status: 200,
          said: kind === "ok" ? "ok" : "40058",
          tookMs: 1,
          retryAt: null,
        },
        message: state,
        health: null,
        disable: "",
        news: [],
      });
    await store.put([message(id, 1, { at: T, no: 777_001 }), message(id, 2, { at: T, no: 777_002 })]);
    await settle("ok", "delivered", 1);
    await settle("bad_body", "dead", 2);
    const [told] = await readMessagesOfIncident(db(), 777_001, 10);
    expect(told).toMatchObject({ channelId: id, state: "delivered", attempts: 1, sentAt: T + 1, lastError: "" });
    expect(await readDeliveries(db(), [told!.id])).toMatchObject([{ attempt: 1, class: "ok", at: T + 1 }]);
    const [dead] = await readDeadMessages(db(), id, 10);
    expect(dead).toMatchObject({ state: "dead", lastError: "40058" });
    expect((await readChannelPost(db(), T - 1)).find((one) => one.channelId === id)).toEqual({
      channelId: id,
      waiting: 0,
      dead: 1,
      oldestAt: null,
      lastSentAt: T + 1,
      lastError: "40058",
    });
    expect(await replayMessage(db(), dead!.id, T)).toBe(true);
    expect(await replayMessage(db(), told!.id, T)).toBe(false);
    expect((await claim()).id).toBe(dead!.id);
  });

  test("what ended long ago leaves with its tries; what waits stays", async () => {
    const { store, addChannel } = tables(db());
    const id = await addChannel("wecom");
    const old = unixMs(T - 500 * DAY_MS);
    await store.put([message(id, 1, { at: old, no: 778_001 }), message(id, 2, { at: old, no: 778_002 })]);
    const claimed = await store.claim(id, { now: old, leaseMs: 1 }, (waiting) =>
      planNext(waiting.slice(0, 1), { left: 1, digestLines: 0, zone: "UTC", openUrl: "" }),
    );
    const delivery = { at: old, class: "ok", status: 200, said: "", tookMs: 1, retryAt: null } as const;
    await store.settle(claimed!, { delivery, message: "delivered", health: null, disable: "", news: [] });
    expect(await removeOldMessages(db(), T - 400 * DAY_MS, 100)).toBe(1);
    expect(await readMessagesOfIncident(db(), 778_001, 10)).toEqual([]);
    expect(await readDeliveries(db(), [claimed!.id])).toEqual([]);
    expect(await readMessagesOfIncident(db(), 778_002, 10)).toHaveLength(1);
  });
}
