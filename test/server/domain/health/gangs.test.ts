import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { judgeGang } from "../../../../server/domain/health/gangs.ts";
import { aRound, type CardWish, cards, type GangWish, NOW } from "./a-round.ts";
import { sight } from "./rule-case.ts";

const minutes = (...parts: readonly (readonly [count: number, value: number])[]) =>
  parts.flatMap(([count, value]) => Array.from({ length: count }, () => value));
const STILL: CardWish = { says: { activityRatio: 0.01 } };
const BUSY: CardWish = { says: { activityRatio: 0.97 } };

function judge(some: readonly CardWish[], gang: Omit<GangWish, "cards">) {
  const members = some.map((card, i) => ({ ...card, uuid: card.uuid === "GPU-ill" ? card.uuid : `GPU-${i}` }));
  const round = aRound({ cards: members, gangs: [{ cards: members.map(({ uuid }) => uuid), ...gang }] });
  const { verdict, evidence } = judgeGang(round.gangs[0]!, round);
  return { verdict, why: evidence.map(({ text }) => text).filter((text) => text !== "") };
}
const fell = { activity: minutes([40, 0.95], [20, 0.01]) };

describe("a job whose cards fell together", () => {
  test("ended well, as Kubernetes says", () => {
    expect(judge(cards(8, STILL), { ...fell, phase: "succeeded" }).verdict).toBe("finished");
  });
  test("crashed: one of its pods failed", () => {
    expect(judge(cards(8, STILL), { ...fell, phase: "failed" })).toEqual({
      verdict: "crashed",
      why: ["8 of 8 cards below 5 %", "one of its pods failed"],
    });
  });
  test("crashed: its pods were started again since", () => {
    const startedAt = unixMs(NOW - 10 * MINUTE_MS);
    expect(judge(cards(8, STILL), { ...fell, startedAt }).why).toContain("its pods were started again");
    expect(judge(cards(8, STILL), { ...fell, startedAt: unixMs(NOW - 3 * HOUR_MS) }).verdict).toBe("unknown");
  });
  test("crashed: one of its cards had a fatal XID just before", () => {
    const ill: CardWish = { ...STILL, uuid: "GPU-ill", events: [{ kind: "xid", code: 79, ago: 21 * MINUTE_MS }] };
    expect(judge([...cards(7, STILL), ill], fell)).toEqual({
      verdict: "crashed",
      why: ["8 of 8 cards below 5 %", "GPU-ill: GPU has fallen off the bus"],
    });
  });
  test("an XID of an hour before, or an application's, is not why", () => {
    for (const event of [
      { kind: "xid", code: 79, ago: 59 * MINUTE_MS },
      { kind: "xid", code: 43, ago: 20 * MINUTE_MS },
    ] as const)
      expect(judge([...cards(7, STILL), { ...STILL, events: [event] }], fell).verdict).toBe("unknown");
  });
  test("crashed: one of its cards dropped with it", () => {
    expect(judge([...cards(7, STILL), { gap: "card_gone", silent: 20 * MINUTE_MS }], fell).verdict).toBe("crashed");
  });
  test("hangs, where it is an Ascend job whose pods run", () => {
    const npu = { ...STILL, pool: { model: "Ascend910B3" } };
    expect(judge(cards(8, npu), fell).verdict).toBe("hung");
    expect(judge(cards(8, npu), { ...fell, phase: null }).verdict).toBe("unknown");
  });
  test("unknown: its pods run, and nothing is known of its cards", () => {
    expect(judge(cards(8, STILL), fell)).toEqual({
      verdict: "unknown",
      why: ["8 of 8 cards below 5 %", "its pods run; no fault of its cards is known"],
    });
  });
});

describe("what is no fall together", () => {
  test("a quarter of its cards goes on", () => {
    expect(judge([...cards(6, STILL), ...cards(2, BUSY)], { activity: minutes([40, 0.95], [20, 0.25]) }).verdict).toBe(
      "working",
    );
  });
  test("a fifth goes on: that is still together", () => {
    const gang = { activity: minutes([40, 0.95], [20, 0.2]), busyShare: minutes([40, 1], [20, 0.2]) };
    expect(judge([...cards(8, STILL), ...cards(2, BUSY)], gang).verdict).toBe("unknown");
  });
  test("cards that came to rest one by one over half an hour", () => {
    const slope = [...Array(30).keys()].map((i) => 1 - i / 30);
    const gang = { activity: [...minutes([20, 0.95]), ...slope, ...minutes([10, 0.01])] };
    expect(judge(cards(8, STILL), { ...gang, busyShare: gang.activity }).verdict).toBe("untold");
  });
  test("a job that has not begun to work", () => {
    expect(judge(cards(8, STILL), { activity: minutes([60, 0.01]) }).verdict).toBe("untold");
  });
  test("a job of which less than half is read", () => {
    expect(judge([...cards(3, STILL), ...cards(5, { gap: "source_down" }, "y")], fell).verdict).toBe("untold");
  });
  test("a checkpoint: three minutes of rest, and at work again", () => {
    expect(judge(cards(8, BUSY), { activity: minutes([30, 0.95], [3, 0.01], [27, 0.95]) }).verdict).toBe("working");
  });
});

describe("at work, or not quite", () => {
  test("spinning kernels: busy, and nothing computed, read or sent", () => {
    const spin = { utilRatio: 1, activityRatio: 1, tensorRatio: 0, dramRatio: 0.01, nvlinkBytesPerSecond: 900 };
    expect(judge(cards(8, { says: spin }), { activity: minutes([60, 1]) }).verdict).toBe("hung");
    expect(
      judge(cards(8, { says: { ...spin, nvlinkBytesPerSecond: 2e9 } }), { activity: minutes([60, 1]) }).verdict,
    ).toBe("working");
    expect(
      judge([...cards(6, { says: spin }), ...cards(2, { says: { ...spin, tensorRatio: 0.4 } })], {
        activity: minutes([60, 1]),
      }).verdict,
    ).toBe("working");
  });
  test("by turns, six times within half an hour: it waits for its data", () => {
    const turns = Array.from(
      { length: 6 },
      () =>
        [
          [3, 0.02],
          [2, 0.9],
        ] as const,
    ).flat();
    expect(judge(cards(8, BUSY), { activity: minutes([30, 0.9], ...turns) })).toMatchObject({ verdict: "data_stall" });
  });
  test("an evaluation every ten minutes is no stall", () => {
    const epochs = Array.from(
      { length: 3 },
      () =>
        [
          [8, 0.9],
          [2, 0.02],
        ] as const,
    ).flat();
    expect(judge(cards(8, BUSY), { activity: minutes([30, 0.9], ...epochs) }).verdict).toBe("working");
  });
});

describe("a job that is not in the round any more", () => {
  const labels = { cluster: "train-1", namespace: "train", job: "llm-7b" };
  test("has left when its cards are read and no pod of its name holds one", () => {
    expect(sight("train-interrupted", { cards: cards(8, { holder: "prod/chat-0" }) }, labels)).toBe("left");
  });
  test("is absent while a pod of its name holds a card, or while its cluster is not read", () => {
    expect(sight("train-interrupted", { cards: cards(8, { holder: "train/llm-7b-worker-3" }) }, labels)).toBe("absent");
    expect(sight("train-interrupted", { cards: cards(8, { gap: "source_down" }) }, labels)).toBe("absent");
  });
});
