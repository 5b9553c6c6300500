import { describe, expect, test } from "vitest";
import { findThings } from "../../web/lib/find-things.ts";
import { fixtureFleet } from "../e2e/fixture-fleet.ts";

const { summary, rows } = fixtureFleet(1_000);
const FEATURES = [
  { key: "search-rerank", name: "Search rerank", team: "search" },
  { key: "img-restore", name: "Old photo restore", team: "imaging" },
  { key: "photo-restore", name: "Photo restore", team: "imaging" },
  { key: "hdr-7", name: "照片修复", team: "photo lab" },
];
const find = (word: string) => findThings(word, FEATURES, summary.pools, rows, []);

describe("the palette", () => {
  test("finds a card by the start of its UUID, with and without the GPU- nobody types", () => {
    const wanted = rows[41]!;
    expect(find(wanted.uuid.toLowerCase().slice(0, 14)).cards).toEqual([wanted]);
    expect(find(wanted.uuid.toLowerCase().slice(4, 14)).cards).toEqual([wanted]);
  });

  test("finds features by name, key and team, those whose name begins so first", () => {
    expect(find("photo").features.map(({ key }) => key)).toEqual(["photo-restore", "img-restore", "hdr-7"]);
    expect(find("hdr").features.map(({ key }) => key)).toEqual(["hdr-7"]);
    expect(find("修复").features.map(({ key }) => key)).toEqual(["hdr-7"]);
    expect(find("").features).toEqual([]);
  });

  test("finds a node and says how many cards it carries", () => {
    expect(find("gpu-zone-a-0001").nodes).toEqual([{ node: "gpu-zone-a-0001", cards: 8 }]);
  });

  test("finds pools by any of their parts", () => {
    expect(find("own-idc").pools.every((pool) => pool.vendor === "own-idc")).toBe(true);
  });

  test("offers at most eight of a kind, and nothing before anything is typed", () => {
    expect(find("gpu").nodes).toHaveLength(8);
    expect(find("").cards).toEqual([]);
  });
});
