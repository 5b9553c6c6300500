import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CARD_SORTS, type CardQuery, EVERY_CARD, selectCards } from "../../../db/model/card-query.ts";
import type { CardRow, PoolView } from "../../../db/model/views.ts";
import { fixtureFleet } from "../../e2e/fixture-fleet.ts";

const fleet = fixtureFleet(1_000);
const pools = new Map<number, PoolView>(fleet.summary.pools.map((pool) => [pool.id, pool]));
const ask = (part: Partial<CardQuery>): CardRow[] => selectCards(fleet.rows, pools, { ...EVERY_CARD, ...part });

describe("the asked cards", () => {
  test("are all cards when nothing is asked, the worst first", () => {
    const rows = ask({});
    expect(rows).toHaveLength(1_000);
    expect(rows[0]?.state).toBe("fault");
    expect(rows.at(-1)?.state).toBe("busy");
  });

  test("of two states are those of the one and those of the other", () => {
    const { fault, unknown } = fleet.summary.counts;
    expect(ask({ states: ["fault", "unknown"] })).toHaveLength(fault + unknown);
  });

  test("of a vendor stand in its pools", () => {
    const rows = ask({ pool: { ...EVERY_CARD.pool, vendor: ["vendor-b"] } });
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => pools.get(row.poolId)?.vendor))).toEqual(new Set(["vendor-b"]));
  });

  test("hold every word of the text, in whatever case and field", () => {
    const wanted = ask({ q: "VENDOR-A gpu-zone-a-0001 5b:00" });
    expect(wanted).toHaveLength(1);
    expect(wanted[0]?.node).toBe("gpu-zone-a-0001");
  });

  test("of a pool nobody knows fall out only when a pool is asked for", () => {
    const stray = { ...fleet.rows[0]!, id: -1, poolId: 9_999 };
    expect(selectCards([stray], pools, EVERY_CARD)).toEqual([stray]);
    const vendorAsked = { ...EVERY_CARD, pool: { ...EVERY_CARD.pool, vendor: ["vendor-a"] } };
    expect(selectCards([stray], pools, vendorAsked)).toEqual([]);
  });

  test("without a value stand last whichever way the column is sorted", () => {
    for (const descending of [false, true]) {
      const rows = ask({ sort: "util", descending });
      const firstSilent = rows.findIndex((row) => row.utilRatio === null);
      expect(firstSilent).toBeGreaterThan(0);
      expect(rows.slice(firstSilent).every((row) => row.utilRatio === null)).toBe(true);
    }
  });

  test("come in one order, whatever order they were given in", () => {
    const some = fleet.rows.slice(0, 60);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...some], { minLength: some.length }),
        fc.constantFrom(...CARD_SORTS),
        fc.boolean(),
        (shuffled, sort, descending) => {
          const asked = { ...EVERY_CARD, sort, descending };
          expect(selectCards(shuffled, pools, asked)).toEqual(selectCards(some, pools, asked));
        },
      ),
      { numRuns: 60 },
    );
  });
});
