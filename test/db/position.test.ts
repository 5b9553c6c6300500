import fc from "fast-check";
import { expect, test } from "vitest";
import { unixMs } from "../../db/model/units.ts";
import { type PositionStay, untangle } from "../../db/store/position.ts";

const stay = (uuid: string, from: number, to: number | null, lastSeen = from): PositionStay => {
  const cardId = uuid.codePointAt(0)!;
  return {
    cardId,
    uuid,
    from: unixMs(from),
    to: to === null ? null : unixMs(to),
    lastSeen: unixMs(lastSeen),
    isArrival: true,
  };
};
const nobody = () => false;

/** The stretches after untangling, as text: "a 0-3". */
function after(stays: readonly PositionStay[], isThere = nobody as (uuid: string) => boolean): string[] {
  const { pieces } = untangle(stays, isThere);
  const changed = new Map(pieces.map((piece) => [piece.stay, piece]));
  return stays
    .flatMap((one) => {
      const piece = changed.get(one);
      return [{ from: one.from, to: piece ? piece.to : one.to }, ...(piece?.more ?? [])].map(
        (p) => `${one.uuid} ${p.from}-${p.to ?? ""}`,
      );
    })
    .toSorted();
}

test.each([
  ["a newcomer ends the one that vanished", [stay("a", 0, null), stay("b", 3, null)], ["a 0-3", "b 3-"]],
  ["one that was seen since is back", [stay("a", 0, null, 9), stay("b", 3, 5)], ["a 0-3", "a 5-", "b 3-5"]],
  ["it is back when it was seen again", [stay("a", 0, null, 9), stay("b", 3, null)], ["a 0-3", "a 9-", "b 3-9"]],
  ["a stretch read further back pushes its predecessor back", [stay("a", 0, 6), stay("b", 3, null)], ["a 0-3", "b 3-"]],
  ["three in a row", [stay("a", 0, null), stay("b", 3, 6), stay("c", 6, null)], ["a 0-3", "b 3-6", "c 6-"]],
])("%s", (_, stays, expected) => {
  expect(after(stays)).toEqual(expected);
});

test("of two that are both heard neither gives way", () => {
  expect(after([stay("a", 0, null), stay("b", 3, null)], () => true)).toEqual(["a 0-", "b 3-"]);
});

test("T-09: no two stretches of a position overlap, whatever was known, and its first instant stays counted", () => {
  const one = fc.record({
    card: fc.constantFrom("a", "b", "c", "d"),
    from: fc.nat(30),
    length: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { minLength: 1, maxLength: 7, selector: (s) => s.from }), (said) => {
      const stays: PositionStay[] = [];
      for (const { card, from, length } of said.toSorted((a, b) => b.from - a.from)) {
        const next = stays.filter((s) => s.uuid === card).at(-1)?.from;
        stays.push(stay(card, from, next === undefined ? null : Math.min(from + length, next)));
      }
      const left = after(stays).map((text) => {
        const [uuid, from, to] = text.split(/[ -]/);
        return { uuid, from: Number(from), to: to === "" ? Infinity : Number(to) };
      });
      for (const a of left)
        for (const b of left)
          if (a !== b)
            expect(Math.min(a.to, b.to) - Math.max(a.from, b.from), JSON.stringify(left)).toBeLessThanOrEqual(0);
      expect(Math.min(...left.map((s) => s.from))).toBe(Math.min(...stays.map((s) => s.from)));
    }),
    { numRuns: 2_000 },
  );
});
