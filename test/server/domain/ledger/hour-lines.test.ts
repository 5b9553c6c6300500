import { describe, expect, test } from "vitest";
import type { HeldTime, PoolHourCards, StateMs } from "../../../../db/model/ledger.ts";
import type { PricePiece } from "../../../../db/model/price.ts";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { hourLines } from "../../../../server/domain/ledger/hour-lines.ts";
import { aPrice } from "../pricing/books.ts";

const HOUR = unixMs(Date.UTC(2026, 2, 2, 9));
const at = (minutes: number) => unixMs(HOUR + minutes * MINUTE_MS);
const whole = (cards: number): PoolHourCards => ({ whole: Array.from({ length: 12 }, () => cards), parts: [] });
const busy = (featureId: number, ms: number): HeldTime => ({ featureId, ms: [ms, 0, 0, 0, 0, 0] });
const yuan = (id: number, amount: bigint) => aPrice({ id, amountMicro: amount * 1_000_000n });
const piece = (from: number, to: number, price: PricePiece["price"]): PricePiece => ({
  from: at(from),
  to: at(to),
  price,
});

const lines = (over: Partial<Parameters<typeof hourLines>[0]> = {}) =>
  hourLines({
    hour: HOUR,
    cards: whole(1),
    held: [busy(1, HOUR_MS)],
    pieces: [piece(0, 60, yuan(1, 18n))],
    zone: "Asia/Shanghai",
    ...over,
  });
const short = (all: ReturnType<typeof hourLines>) =>
  all.map(({ featureId, priceId, ms, micro }) => [
    featureId,
    priceId,
    ms.reduce((a, b) => a + b, 0),
    micro.reduce((a, b) => a + b, 0n),
  ]);

describe("an hour", () => {
  test("of one card costs its price", () => {
    expect(lines()).toEqual([
      { featureId: 1, priceId: 1, ms: [HOUR_MS, 0, 0, 0, 0, 0], micro: [18_000_000n, 0n, 0n, 0n, 0n, 0n] },
    ]);
  });

  test("without a card has no line", () => {
    expect(lines({ cards: whole(0), held: [] })).toEqual([]);
  });

  test("is told in two lines where its price changes, and in two again where the first comes back", () => {
    const [dear, cheap] = [yuan(2, 24n), yuan(1, 18n)];
    const pieces = [piece(0, 15, cheap), piece(15, 45, dear), piece(45, 60, cheap)];
    expect(short(lines({ pieces }))).toEqual([
      [1, 1, HOUR_MS / 2, 9_000_000n],
      [1, 2, HOUR_MS / 2, 12_000_000n],
    ]);
  });

  test("has a hole where nobody said a price: time, and no money", () => {
    const pieces = [piece(0, 45, yuan(1, 18n)), piece(45, 60, null)];
    expect(short(lines({ pieces }))).toEqual([
      [1, 0, HOUR_MS / 4, 0n],
      [1, 1, (3 * HOUR_MS) / 4, 13_500_000n],
    ]);
  });

  test("gives what cannot be halved to the smaller feature: a micro-unit, and the millisecond of a change of price", () => {
    const price = aPrice({ id: 1, amountMicro: 1n }); // one micro-unit an hour
    const halves = [busy(2, HOUR_MS / 2), busy(-1, HOUR_MS / 2)];
    expect(short(lines({ held: halves, pieces: [piece(0, 60, price)] }))).toEqual([
      [-1, 1, HOUR_MS / 2, 1n],
      [2, 1, HOUR_MS / 2, 0n],
    ]);
    const odd = [busy(2, HOUR_MS / 2 + 1), busy(1, HOUR_MS / 2 - 1)];
    expect(short(lines({ held: odd, pieces: [piece(0, 30, price), piece(30, 60, null)] }))).toEqual([
      [1, 0, HOUR_MS / 4 - 1, 0n],
      [1, 1, HOUR_MS / 4, 0n],
      [2, 0, HOUR_MS / 4 + 1, 0n],
      [2, 1, HOUR_MS / 4, 0n],
    ]);
  });

  test("costs a machine what the machine costs; its cards are a micro-unit apart where it cannot be divided", () => {
    const machine = aPrice({ id: 1, basis: "instance_hour", amountMicro: 100n, cardsPerInstance: 8, from: HOUR });
    const cost = (cards: number) =>
      short(lines({ cards: whole(cards), held: [busy(1, cards * HOUR_MS)], pieces: [piece(0, 60, machine)] }))[0]?.[3];
    expect([cost(8), cost(16), cost(4), cost(12)]).toEqual([100n, 200n, 48n, 148n]); // 4 × 12 + 4 × 13
  });

  test("costs the same in whatever order the cards of a machine that came and went are told", () => {
    const machine = aPrice({
      id: 1,
      basis: "instance_hour",
      amountMicro: BigInt(HOUR_MS),
      cardsPerInstance: 2,
      from: HOUR,
    });
    const [short1, long] = [
      { from: HOUR, to: unixMs(HOUR + 1001) },
      { from: HOUR, to: unixMs(HOUR + 2000) },
    ];
    const cost = (parts: PoolHourCards["parts"]) =>
      lines({ cards: { ...whole(0), parts }, held: [busy(1, 3001)], pieces: [piece(0, 60, machine)] })[0]?.micro[0];
    expect([cost([short1, long]), cost([long, short1])]).toEqual([1500n, 1500n]);
  });
});

describe("an hour is refused", () => {
  const refused: readonly [string, Parameters<typeof lines>[0], string][] = [
    [
      "whose states tell less than its cards",
      { held: [busy(1, HOUR_MS - 1)] },
      "for 3600000 ms, states tell 3599999 ms",
    ],
    ["whose states tell more", { cards: whole(0) }, "for 0 ms, states tell 3600000 ms"],
    [
      "whose prices leave a gap",
      { pieces: [piece(0, 59, yuan(1, 18n))] },
      "of 3600000 card-ms prices speak for 3540000",
    ],
    [
      "whose prices overlap",
      { pieces: [piece(0, 60, yuan(1, 18n)), piece(59, 60, yuan(2, 1n))] },
      "prices speak for 3660000",
    ],
    ["of eleven slots", { cards: { whole: [1, 1], parts: [] } }, "2 slots of an hour, not 12"],
    ["of half a card", { cards: whole(0.5) }, "0.5 cards in slot 0"],
    ["of less than no card", { cards: whole(-1) }, "-1 cards in slot 0"],
    ["of half a millisecond", { held: [busy(1, HOUR_MS - 0.5), busy(2, 0.5)] }, "feature 1 was busy for 3599999.5 ms"],
    ["of time that is no number", { held: [busy(1, Number.NaN)] }, "feature 1 was busy for NaN ms"],
    [
      "of time below nothing",
      { held: [{ featureId: 1, ms: [HOUR_MS + 1, 0, 0, -1, 0, 0] as StateMs }] },
      "feature 1 was free for -1 ms",
    ],
    [
      "with a card's window in two slots",
      { cards: { ...whole(1), parts: [{ from: at(1), to: unixMs(HOUR + SLOT_MS + 1) }] } },
      "is in no slot of hour",
    ],
    [
      "with a card's window in another hour",
      { cards: { ...whole(1), parts: [{ from: at(60), to: at(61) }] } },
      "no slot",
    ],
    ["with a window of nothing", { cards: { ...whole(1), parts: [{ from: at(1), to: at(1) }] } }, "is in no slot"],
  ];
  test.each(refused)("%s", (_, over, text) => {
    expect(() => lines(over)).toThrow(RangeError);
    expect(() => lines(over)).toThrow(text);
  });
});
