import fc from "fast-check";
import { expect, test } from "vitest";
import { CARD_STATES } from "../../../../db/model/fleet.ts";
import type { CapacityLine } from "../../../../db/model/inventory.ts";
import { countCards } from "../../../../server/domain/inventory/counts.ts";
import type { OwnedCard } from "../../../../server/domain/inventory/node-groups.ts";

const pool = (id: number, model: string) =>
  ({ id, vendor: "v", region: "r", zone: "z", cluster: "k", model, billing: "monthly" }) as const;
const POOLS = [pool(1, "A10"), pool(2, "A10x"), pool(3, "T4")];
const ANY = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" } as const;
const line = (count: number, more: Partial<CapacityLine> = {}): CapacityLine => {
  return { selector: ANY, node: "", count, from: 0, to: null, contract: "", ...more };
};
const cards = (poolId: number, node: string, n: number, more: Partial<OwnedCard> = {}): OwnedCard[] =>
  Array.from({ length: n }, (_, i): OwnedCard => {
    const cardId = poolId * 1_000 + node.length * 100 + i;
    return {
      cardId,
      uuid: `${poolId}${node}${i}`,
      poolId,
      node,
      state: "busy",
      presence: "present",
      firstSeen: i,
      ...more,
    };
  });

test("a line over several pools fills each with what is there, and the rest is missing where most cards are", () => {
  const { pools } = countCards(
    POOLS,
    [...cards(1, "a", 5), ...cards(3, "b", 3)],
    [line(10, { selector: { ...ANY, vendor: "v" } })],
  );
  expect([1, 2, 3].map((id) => pools.get(id)!).map((c) => [c.declared, c.missing, c.ghost])).toEqual([
    [7, 2, 0],
    [null, 0, 0],
    [3, 0, 0],
  ]);
});

test("lines of nodes detail the line of their contract: nothing is declared twice", () => {
  const a10 = { ...ANY, model: "A10" };
  const lines = [line(16, { selector: a10, contract: "C" }), line(8, { selector: a10, node: "a", contract: "C" })];
  const { pools, nodes } = countCards(POOLS, [...cards(1, "a", 7), ...cards(1, "b", 8)], lines);
  expect(pools.get(1)).toMatchObject({ declared: 16, missing: 1, ghost: 0 });
  expect(nodes.map((n) => [n.node, n.declared, n.missing])).toEqual([
    ["a", 8, 1],
    ["b", null, 0],
  ]);
});

test("the newest cards beyond the number are the ones nobody declared; a silent card is neither", () => {
  const there = [
    ...cards(3, "n", 3),
    ...cards(3, "n", 1, { uuid: "s", presence: "silent", state: "unknown", cardId: 9 }),
  ];
  const { nodes, pools } = countCards(POOLS, there, [line(2, { selector: { ...ANY, model: "T4" }, node: "n" })]);
  expect(nodes[0]).toMatchObject({ ghost: ["3n2"], missing: 0, silent: 1 });
  expect(pools.get(3)).toMatchObject({ delivered: 4, healthy: 3, silent: 1 });
});

test("a line nothing matches is told apart", () => {
  expect(countCards(POOLS, [], [line(4, { selector: { ...ANY, model: "B200" } })]).unseen).toEqual([0]);
});

test("delivered ≥ healthy ≥ held ≥ busy, and what is declared is shared out without rest", () => {
  const someCards = fc.array(
    fc.record({
      pool: fc.constantFrom(1, 2, 3),
      node: fc.constantFrom("a", "b", "c"),
      n: fc.nat(4),
      state: fc.constantFrom(...CARD_STATES),
      presence: fc.constantFrom("present", "silent", "gone"),
    }),
    { maxLength: 6 },
  );
  const someLines = fc.array(
    fc.record({
      count: fc.nat(9),
      model: fc.constantFrom("", "A10", "T4"),
      contract: fc.string({ minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(someCards, someLines, (there, said) => {
      const all = there.flatMap(({ pool: id, node, n, state, presence }, k) =>
        cards(id, node, n, { state, presence }).map((c, i) => ({ ...c, cardId: k * 10 + i, uuid: `${k}/${i}` })),
      );
      const lines = said.map(({ count, model, contract }, i) =>
        line(count, { selector: { ...ANY, vendor: "v", model }, contract: `${contract}${i}` }),
      );
      const { pools, unseen } = countCards(POOLS, all, lines);
      let declared = 0;
      for (const c of pools.values()) {
        expect(c.delivered).toBeGreaterThanOrEqual(c.healthy);
        expect(c.healthy).toBeGreaterThanOrEqual(c.held);
        expect(c.held).toBeGreaterThanOrEqual(c.busy);
        declared += c.declared ?? 0;
      }
      expect(declared).toBe(lines.reduce((sum, l, i) => sum + (unseen.includes(i) ? 0 : l.count), 0));
    }),
  );
});
