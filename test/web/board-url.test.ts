import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CARD_SORTS, type CardQuery } from "../../db/model/card-query.ts";
import { BILLING_TYPES, CARD_STATES } from "../../db/model/fleet.ts";
import { GROUP_KEYS } from "../../db/model/board-groups.ts";
import { TIERS } from "../../db/model/tier.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import {
  BOARD_TABS,
  type BoardView,
  DEFAULT_BOARD,
  decodeBoard,
  encodeBoard,
  MAP_COLOURS,
  MAP_SIZES,
  PIVOT_SORTS,
  savedSearch,
  WALL_GROUPS,
} from "../../web/lib/board-url.ts";
import { fromParams, parseSearch, stringifySearch, toParams } from "../../web/lib/search-params.ts";
import { decodeSources, encodeSources } from "../../web/lib/sources-url.ts";

const text = fc
  .string({ unit: "binary", maxLength: 40 })
  .filter((s) => s === new TextDecoder().decode(new TextEncoder().encode(s)));
const values = fc.uniqueArray(text, { maxLength: 4 });

const query: fc.Arbitrary<CardQuery> = fc.record({
  q: text.map((s) => s.trim()),
  states: fc.subarray([...CARD_STATES]),
  pool: fc.record({
    vendor: values,
    region: values,
    zone: values,
    cluster: values,
    model: values,
    billing: fc.subarray([...BILLING_TYPES]),
  }),
  nodes: values,
  sort: fc.constantFrom(...CARD_SORTS),
  descending: fc.boolean(),
});

const chartOrTable = fc.constantFrom("chart" as const, "table" as const);
const slot = fc.integer({ min: Date.UTC(2001, 0) / SLOT_MS, max: Date.UTC(2199, 0) / SLOT_MS }).map((n) => n * SLOT_MS);

const view: fc.Arbitrary<BoardView> = fc
  .record({
    by: fc.shuffledSubarray([...GROUP_KEYS], { minLength: 1, maxLength: 3 }),
    tiers: fc.subarray([...TIERS]),
    at: fc.option(slot),
    known: fc.constantFrom("then" as const, "now" as const),
    against: fc.constantFrom("day" as const, "week" as const, null),
    tab: fc.constantFrom(...BOARD_TABS),
    size: fc.constantFrom(...MAP_SIZES),
    colour: fc.constantFrom(...MAP_COLOURS),
    mapAs: chartOrTable,
    wall: fc.constantFrom(...WALL_GROUPS),
    pivotSort: fc.constantFrom(...PIVOT_SORTS),
    pivotDescending: fc.boolean(),
    rows: fc.constantFrom("dense" as const, "comfortable" as const),
    card: fc.option(text.filter((s) => s !== "")),
    historyAs: chartOrTable,
    cardAs: chartOrTable,
    query,
  })
  .map((v) => ({
    ...v,
    cardAs: v.card === null ? ("chart" as const) : v.cardAs,
    known: v.at === null ? ("then" as const) : v.known,
  }));

/** The whole way: view → parameters → router record → address → router record → parameters → view. */
const throughAddress = (params: URLSearchParams) => toParams(parseSearch(stringifySearch(fromParams(params))));

describe("a link", () => {
  test("reopens the board it was copied from", () => {
    fc.assert(
      fc.property(view, (v) => {
        expect(decodeBoard(throughAddress(encodeBoard(v)))).toEqual(v);
      }),
    );
  });

  test("of the plain board is plain", () => {
    expect(encodeBoard(DEFAULT_BOARD).toString()).toBe("");
  });

  test("made by hand opens some board, whatever it says", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(
              "by",
              "sort",
              "state",
              "q",
              "card",
              "vendor",
              "x",
              "at",
              "tier",
              "vs",
              "psort",
              "tab",
              "day",
            ),
            text,
          ),
        ),
        (pairs) => {
          const opened = decodeBoard(new URLSearchParams(pairs));
          expect(decodeBoard(encodeBoard(opened))).toEqual(opened);
        },
      ),
    );
  });

  test("to a moment means the slot it lies in; what is no moment is now", () => {
    expect(decodeBoard(new URLSearchParams("at=2026-11-21T14:07Z")).at).toBe(Date.UTC(2026, 10, 21, 14, 5));
    for (const wrong of ["yesterday", "2026-99-99T00:00Z", "1", "9999999-01-01T00:00Z", "1970-01-01T00:00Z"])
      expect(decodeBoard(new URLSearchParams({ at: wrong })).at).toBeNull();
    expect(encodeBoard({ ...DEFAULT_BOARD, at: Date.UTC(2026, 10, 21, 14, 5) }).get("at")).toBe("2026-11-21T14:05Z");
  });

  test("groups by each key once, by three at most, and by what it knows", () => {
    const by = (text: string) => decodeBoard(new URLSearchParams(text)).by;
    expect(by("by=model&by=tier")).toEqual(["model", "tier"]);
    expect(by("by=model&by=model&by=nonsense&by=zone&by=region&by=tier")).toEqual(["model", "zone", "region"]);
    expect(by("by=nonsense")).toEqual(DEFAULT_BOARD.by);
  });

  test("that is saved as a view leaves out the open card", () => {
    fc.assert(
      fc.property(view, (v) => {
        const kept = decodeBoard(new URLSearchParams(savedSearch(v)));
        expect(kept).toEqual({ ...v, card: null, cardAs: "chart" });
      }),
    );
  });

  test("asks for at most fifty values of a kind, so that it cannot cost more than a board", () => {
    const many = new URLSearchParams(Array.from({ length: 500 }, (_, i) => ["vendor", `v${i}`]));
    expect(decodeBoard(many).query.pool.vendor).toHaveLength(50);
  });

  test("can ask for what nobody said: an empty value is a value", () => {
    expect(decodeBoard(new URLSearchParams("vendor=")).query.pool.vendor).toEqual([""]);
  });

  test("of the sources page reopens it", () => {
    const sources = fc.record({ open: fc.option(text.filter((s) => s !== "")), onlyDown: fc.boolean() });
    fc.assert(
      fc.property(sources, (v) => {
        const sensible = { ...v, onlyDown: v.open !== null && v.onlyDown };
        expect(decodeSources(throughAddress(encodeSources(v)))).toEqual(sensible);
      }),
    );
  });
});
