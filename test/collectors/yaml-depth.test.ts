import { expect, test } from "vitest";
import { readCapacityList } from "../../collectors/capacity-list.ts";
import { MOST_DEPTH, nestsTooDeep } from "../../collectors/yaml-depth.ts";
import { unixMs } from "../../db/model/units.ts";

test("a text is too deep where its brackets, dashes or indentation are, and at no other place", () => {
  expect(nestsTooDeep("[".repeat(MOST_DEPTH + 1))).toBe(true);
  expect(nestsTooDeep(`${"- ".repeat(MOST_DEPTH + 1)}a`)).toBe(true);
  expect(nestsTooDeep(`a: "${"[".repeat(1_000)}"\n# ${"[".repeat(1_000)}\nb: ${"x[".repeat(1_000)}\n`)).toBe(false);
  expect(nestsTooDeep("- {a: [1, 2]}\n".repeat(1_000))).toBe(false);
});

test("an uploaded declaration that could end the process is a fault like any other", () => {
  const dates = { instant: () => null, from: unixMs(0) };
  const deep = new TextEncoder().encode(`capacity: ${"[".repeat(5_000)}${"]".repeat(5_000)}`);
  expect(readCapacityList(deep, "a.yaml", dates).errors).toMatchObject([{ row: 1, key: "file" }]);
});
