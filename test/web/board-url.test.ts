import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CARD_SORTS, type CardQuery } from "../../db/model/card-query.ts";
import { BILLING_TYPES, CARD_STATES } from "../../db/model/fleet.ts";
import { type BoardView, DEFAULT_BOARD, decodeBoard, encodeBoard, GROUPINGS } from "../../web/lib/board-url.ts";
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

const view: fc.Arbitrary<BoardView> = fc
  .record({
    by: fc.constantFrom(...GROUPINGS),
    card: fc.option(text.filter((s) => s !== "")),
    historyAs: fc.constantFrom("chart" as const, "table" as const),
    cardAs: fc.constantFrom("chart" as const, "table" as const),
    query,
  })
  .map((v) => (v.card === null ? { ...v, cardAs: "chart" as const } : v));

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
        fc.array(fc.tuple(fc.constantFrom("by", "sort", "state", "q", "card", "vendor", "x"), text)),
        (pairs) => {
          const opened = decodeBoard(new URLSearchParams(pairs));
          expect(decodeBoard(encodeBoard(opened))).toEqual(opened);
        },
      ),
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
