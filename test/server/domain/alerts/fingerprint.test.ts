import "../../../tools/seed.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";

const labels = fc.dictionary(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), { maxKeys: 4 });

test("a fingerprint is of a rule and what it is about, in whatever order that is said (A-10)", () => {
  fc.assert(
    fc.property(fc.string(), labels, (ruleId, some) => {
      const turned = Object.fromEntries(Object.entries(some).toReversed());
      expect(fingerprintOf(ruleId, turned)).toBe(fingerprintOf(ruleId, some));
    }),
  );
});

test("two fingerprints are the same only of the same rule and labels", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 4 }), labels, fc.string({ maxLength: 4 }), labels, (a, some, b, others) => {
      const spelled = (id: string, of: Readonly<Record<string, string>>) =>
        JSON.stringify([id, Object.entries(of).toSorted(([x], [y]) => (x < y ? -1 : 1))]);
      expect(fingerprintOf(a, some) === fingerprintOf(b, others)).toBe(spelled(a, some) === spelled(b, others));
    }),
    { numRuns: 2_000 },
  );
});

test("a name does not run into its value, nor a label into the next", () => {
  const all = [
    { a: "bc" },
    { ab: "c" },
    { a: "b", c: "" },
    { a: "", b: "c" },
    { "": "abc" },
    { abc: "" },
    { "1:a1:b": "" },
  ];
  expect(new Set(all.map((one) => fingerprintOf("r", one))).size).toBe(all.length);
});

test("a fingerprint stays what it is: rows carry it over restarts and versions", () => {
  expect(fingerprintOf("card-drop", { node: "gpu-a17", cluster: "train" })).toMatchInlineSnapshot(`"b37b563627d7d43b"`);
});

test("a hundred thousand cards have a hundred thousand fingerprints", () => {
  const seen = new Set(Array.from({ length: 100_000 }, (_, i) => fingerprintOf("temp-core", { card: `GPU-${i}` })));
  expect(seen.size).toBe(100_000);
});
