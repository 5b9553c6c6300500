import { describe, expect, test } from "vitest";
import { NOBODY, UNATTRIBUTED } from "../../../../db/model/ledger.ts";
import { type FeatureTime, shareOut } from "../../../../server/domain/ledger/shares.ts";
import { splitMicro } from "../../../../server/domain/ledger/split-micro.ts";

/** Money of a line is its time: a micro-unit a millisecond. By state: busy, idle_held, starting, free, fault, unknown. */
const line = (featureId: number, ...ms: [number, number, number, number, number, number]): FeatureTime => ({
  featureId,
  ms,
  micro: ms.map(BigInt),
});
const [CHAT, DRAW] = [1, 2] as const;
const DAY = [
  line(UNATTRIBUTED, 10, 0, 0, 0, 3, 0),
  line(NOBODY, 20, 5, 0, 40, 2, 8),
  line(CHAT, 30, 10, 0, 0, 0, 0),
  line(DRAW, 0, 0, 0, 0, 4, 0),
];

const told = (...asked: Parameters<typeof shareOut>) => {
  const { features, loose } = shareOut(...asked);
  return {
    ...Object.fromEntries(
      features.map(({ featureId, directMicro, shared }) => [
        featureId,
        [directMicro, ...Object.values(shared)].map(Number),
      ]),
    ),
    left: [loose.idle, loose.fault, loose.unknown].map(({ leftMicro }) => Number(leftMicro)),
  };
};

describe("what nobody used", () => {
  test("stays apart; what somebody held whom nobody named is unattributed", () => {
    expect(told(DAY, { basis: "allocation", policy: "apart" }, CHAT)).toEqual({
      [UNATTRIBUTED]: [10 + 25, 0, 0, 0],
      [CHAT]: [40, 0, 0, 0],
      [DRAW]: [0, 0, 0, 0],
      left: [40, 9, 8],
    });
  });

  test("is spread over everybody who used the pool, the unnamed too; who held a broken card only bears none", () => {
    expect(told(DAY, { basis: "allocation", policy: "spread" }, CHAT)).toEqual({
      [UNATTRIBUTED]: [35, 19, 4, 4], // 35 of 75: 18.67, 4.2, 3.73
      [CHAT]: [40, 21, 5, 4], // 40 of 75: 21.33, 4.8, 4.27
      [DRAW]: [0, 0, 0, 0],
      left: [0, 0, 0],
    });
  });

  test("is the holder's where its card broke, and the owner's where its pool was free or unseen", () => {
    expect(told(DAY, { basis: "allocation", policy: "owner" }, 7)).toEqual({
      [UNATTRIBUTED]: [35, 0, 3, 0],
      [CHAT]: [40, 0, 0, 0],
      [DRAW]: [0, 0, 4, 0],
      7: [0, 40, 0, 8], // that never held a card of the pool
      left: [0, 2, 0],
    });
  });

  test("stays apart where the pool has no owner, or nobody used it", () => {
    expect(told(DAY, { basis: "allocation", policy: "owner" }, null).left).toEqual([40, 2, 8]);
    const unused = [line(NOBODY, 0, 0, 0, 5, 0, 1), line(CHAT, 0, 0, 0, 0, 2, 0)];
    expect(told(unused, { basis: "allocation", policy: "spread" }, CHAT).left).toEqual([5, 2, 1]);
  });

  test("is, by use, what was held and quiet too", () => {
    expect(told(DAY, { basis: "usage", policy: "apart" }, CHAT)).toMatchObject({
      [UNATTRIBUTED]: [30, 0, 0, 0],
      [CHAT]: [30, 0, 0, 0],
      left: [55, 9, 8],
    });
    expect(told(DAY, { basis: "usage", policy: "owner" }, CHAT)).toMatchObject({
      [CHAT]: [30, 40, 0, 8],
      left: [15, 2, 0],
    });
  });

  test("nobody named in a pool of no feature: its held time is unattributed, and bears the pool's idle time", () => {
    const bare = [line(NOBODY, 20, 5, 0, 40, 0, 0)];
    expect(told(bare, { basis: "allocation", policy: "spread" }, null)).toEqual({
      [UNATTRIBUTED]: [25, 40, 0, 0],
      left: [0, 0, 0],
    });
  });
});

test("the rows of unused time say all there was of it, whoever bears it", () => {
  const { loose } = shareOut(DAY, { basis: "usage", policy: "spread" }, CHAT);
  expect(loose.idle.ms).toEqual([0, 15, 0, 40, 0, 0]);
  expect(loose.fault.micro).toEqual([0n, 0n, 0n, 0n, 9n, 0n]);
  expect(loose.unknown.ms).toEqual([0, 0, 0, 0, 0, 8]);
});

test("money past 2^53 is split to the last micro-unit", () => {
  expect(splitMicro(10n ** 18n + 1n, [1, 1, 1])).toEqual([
    333333333333333334n,
    333333333333333334n,
    333333333333333333n,
  ]);
  expect(splitMicro(-5n, [1, 1])).toEqual([-3n, -2n]);
  expect(splitMicro(5n, [0, 0])).toEqual([0n, 5n]);
  expect(splitMicro(0n, [])).toEqual([]);
});

test.each([[[0.5]], [[Number.NaN]], [[-1, 2]], [[]]])("weights %j are refused", (weights) => {
  expect(() => splitMicro(1n, weights)).toThrow(RangeError);
});
