import { describe, expect, test } from "vitest";
import type { ChannelKind } from "../../../db/model/channel.ts";
import { DAY_MS, MINUTE_MS, shift } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { Settled } from "../../../db/store/outbox.ts";
import type { OutboxStore } from "../../../server/notify/outbox-port.ts";
import { planNext } from "../../../server/notify/coalesce.ts";
import { message, T } from "./stage.ts";

export type OutboxUnderTest = {
  readonly store: OutboxStore;
  readonly addChannel: (kind: ChannelKind) => Promise<number>;
  /** Message → its state and what it was folded into, in order. */
  readonly states: (channelId: number) => Promise<readonly (readonly [state: string, into: number | null])[]>;
  readonly revive: (channelId: number, now: number) => Promise<void>;
};

const ROOM = { left: 10, digestLines: 10, zone: "UTC", openUrl: "https://dapan.example.com/alerts" };
const plan = (waiting: Parameters<typeof planNext>[0]) => planNext(waiting, ROOM);
const settled = (part: Partial<Settled> = {}): Settled => ({
  delivery: { at: T, class: "ok", status: 200, said: "ok", tookMs: 1.6, retryAt: null },
  message: "delivered",
  health: { failingSince: null, pausedUntil: null, failures: 0 },
  disable: "",
  news: [],
  ...part,
});
const failed = (kind: "unavailable" | "maybe_posted" | "bad_body", health: Settled["health"] = null): Settled =>
  settled({
    delivery: { at: T, class: kind, status: 503, said: "no", tookMs: 2, retryAt: null },
    message: "waits",
    health,
  });

/** What the outbox promises, in memory and on either engine. */
export function outboxSuite(open: () => OutboxUnderTest): void {
  const at = { now: T, leaseMs: MINUTE_MS };

  test("one message of a channel is under way at a time, for as long as its lease", async () => {
    const { store, addChannel, states } = open();
    const id = await addChannel("feishu");
    await store.put([message(id, 1, { at: T }), message(id, 2, { at: T })]);
    expect(await store.due(T)).toContain(id);
    const [first, second] = await Promise.all([store.claim(id, at, plan), store.claim(id, at, plan)]);
    const claimed = first ?? second;
    expect([first, second].filter((one) => one !== null)).toHaveLength(1);
    expect(claimed).toMatchObject({ attempt: 1, badBodies: 0, at: T, notice: { isRepeat: false } });
    expect(await store.isOurs(claimed!, T)).toBe(true);
    expect(await store.claim(id, { ...at, now: shift(T, MINUTE_MS - 1) }, plan)).toBeNull();
    expect(await store.settle(claimed!, settled())).toBe(true);
    expect(await states(id)).toEqual([
      ["delivered", null],
      ["waiting", null],
    ]);
    expect(await store.attempts(id, T - 1)).toEqual([T]);
    expect(await store.attempts(id, T)).toEqual([]);
  });

  test("whoever slept past his lease has lost it: the next one says so, and only the record of the first is kept", async () => {
    const { store, addChannel, states } = open();
    const id = await addChannel("feishu");
    await store.put([message(id, 1, { at: T })]);
    const slow = (await store.claim(id, at, plan))!;
    const late = shift(T, MINUTE_MS);
    const next = (await store.claim(id, { ...at, now: late }, plan))!;
    expect(next).toMatchObject({ id: slow.id, attempt: 2, notice: { isRepeat: true } });
    expect(await store.isOurs(slow, late)).toBe(false);
    expect(await store.isOurs(next, late)).toBe(true);
    expect(await store.settle(slow, settled())).toBe(false);
    expect(await states(id)).toEqual([["waiting", null]]);
    await store.giveBack(slow); // changes nothing: it is not his
    expect(await store.settle(next, settled())).toBe(true);
    expect(await store.attempts(id, 0)).toHaveLength(2);
  });

  test("what was given back unsent counts as no try and is no repeat", async () => {
    const { store, addChannel } = open();
    const id = await addChannel("slack");
    await store.put([message(id, 1, { at: T })]);
    await store.giveBack((await store.claim(id, at, plan))!);
    expect(await store.claim(id, at, plan)).toMatchObject({ attempt: 1, notice: { isRepeat: false } });
  });

  test("what waits for one group is said in one message; the others are folded into it", async () => {
    const { store, addChannel, states } = open();
    const id = await addChannel("feishu");
    await store.put([1, 2, 3].map((seq) => message(id, 1, { at: shift(T, seq), seq, no: seq })));
    await store.put([message(id, 2, { at: T, no: 9 })]);
    const claimed = (await store.claim(id, at, plan))!;
    expect(claimed.notice.lines.map(({ no }) => no)).toEqual([3, 1, 2]);
    await store.settle(claimed, settled());
    expect(await states(id)).toEqual([
      ["coalesced", 2],
      ["coalesced", 2],
      ["delivered", null],
      ["waiting", null],
    ]);
  });

  test("a failure pauses the channel; bad bodies of a message are counted; maybe posted is remembered", async () => {
    const { store, addChannel } = open();
    const id = await addChannel("webhook");
    await store.put([message(id, 1, { at: T })]);
    const pausedUntil = shift(T, 5_000);
    await store.settle(
      (await store.claim(id, at, plan))!,
      failed("bad_body", { failingSince: T, pausedUntil, failures: 1 }),
    );
    expect(await store.due(T)).not.toContain(id);
    expect(await store.claim(id, at, plan)).toBeNull();
    expect(await store.due(pausedUntil)).toContain(id);
    const again = (await store.claim(id, { ...at, now: pausedUntil }, plan))!;
    expect(again).toMatchObject({ attempt: 2, badBodies: 1, channel: { failures: 1, failingSince: T } });
    await store.settle(again, failed("maybe_posted", { failingSince: null, pausedUntil: null, failures: 0 }));
    expect(await store.claim(id, { ...at, now: pausedUntil }, plan)).toMatchObject({ notice: { isRepeat: true } });
  });

  test("a channel that is switched off keeps its messages, tells another channel, and can be revived for seven days", async () => {
    const { store, addChannel, states, revive } = open();
    const [id, other] = [await addChannel("feishu"), await addChannel("slack")];
    await store.put([message(id, 1, { at: T }), message(id, 2, { at: T })]);
    const claimed = (await store.claim(id, at, plan))!;
    const news = [message(other, 0, { at: T, notice: { kind: "channel_trouble" } })];
    await store.settle(claimed, { ...failed("unavailable"), disable: "gone", news });
    expect(await states(id)).toEqual([
      ["disabled", null],
      ["disabled", null],
    ]);
    expect(await states(other)).toEqual([["waiting", null]]);
    expect((await store.channels()).find((one) => one.id === id)).toMatchObject({
      enabled: false,
      disabledWhy: "gone",
    });
    await store.put([message(id, 3, { at: T })]);
    await store.shelve();
    expect((await states(id)).map(([state]) => state)).toEqual(["disabled", "disabled", "disabled"]);
    await revive(id, T + 7 * DAY_MS + 1);
    expect((await states(id)).map(([state]) => state)).toEqual(["disabled", "disabled", "disabled"]);
    await revive(id, T + 1);
    expect((await states(id)).map(([state]) => state)).toEqual(["waiting", "waiting", "waiting"]);
    expect(await store.due(T)).toContain(id);
  });

  test("a test message goes to a channel that is off, and is under way from the start", async () => {
    const { store, addChannel, states } = open();
    const id = await addChannel("feishu");
    const claimed = (await store.putClaimed(message(id, 0, { at: T, notice: { kind: "test" } }), MINUTE_MS))!;
    expect(await store.claim(id, at, plan)).toBeNull();
    await store.settle(claimed, settled({ message: "dead", health: null }));
    expect(await states(id)).toEqual([["dead", null]]);
    expect(await store.putClaimed(message(987_654, 0, { at: T }), MINUTE_MS)).toBeNull();
  });

  describe("hostile text", () => {
    test("comes back as it was left, without what no database takes", async () => {
      const { store, addChannel } = open();
      const id = await addChannel("feishu");
      const evil = "<at id=all></at> '; DROP TABLE outbox; -- \\u0000";
      await store.put([message(id, 1, { at: T, notice: { title: evil, groupKey: evil } })]);
      const claimed = (await store.claim(id, { ...at, now: unixMs(T + 1) }, plan))!;
      expect(claimed.notice).toMatchObject({ title: evil, groupKey: evil });
    });
  });
}
