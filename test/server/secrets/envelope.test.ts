import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Place, SEALED } from "../../../db/store/sealed.ts";
import { keyIdOf, openText, SealError, sealText, unwrapKey, wrapKey } from "../../../server/secrets/envelope.ts";
import { weakness } from "../../../server/secrets/key.ts";

const KEY = { id: 3, key: new Uint8Array(32).fill(1) };
const PLACE: Place = { ...SEALED[0], row: 1 };
const places = fc.record({ at: fc.constantFrom(...SEALED), row: fc.integer({ min: 1, max: 2 ** 31 - 1 }) });

describe("a sealed text", () => {
  test("opens as it was, never looks the same twice, and shows nothing of itself", () => {
    const nonces = new Set<string>();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const [one, other] = [sealText(KEY, text, PLACE), sealText(KEY, text, PLACE)];
        expect(openText(KEY.key, one, PLACE)).toBe(text);
        expect(keyIdOf(one)).toBe(KEY.id);
        for (const sealed of [one, other]) nonces.add(Buffer.from(sealed.subarray(5, 17)).toString("hex"));
        if (text.length > 4) expect(Buffer.from(one).includes(text)).toBe(false);
      }),
      { numRuns: 200 },
    );
    expect(nonces.size).toBe(400);
  });

  test("opens in its own row of its own column, and swapped with any other nowhere", () => {
    fc.assert(
      fc.property(places, places, (one, other) => {
        const [here, there] = [one, other].map(({ at, row }): Place => ({ ...at, row }));
        const sealed = sealText(KEY, "secret", here!);
        if (JSON.stringify(here) === JSON.stringify(there)) expect(openText(KEY.key, sealed, there!)).toBe("secret");
        else expect(() => openText(KEY.key, sealed, there!)).toThrow(SealError);
      }),
    );
    const sealed = sealText(KEY, "secret", PLACE);
    for (const moved of [{ row: 2 }, { table: "approval" }, { column: "input" }] as const)
      expect(() => openText(KEY.key, sealed, { ...PLACE, ...moved } as Place)).toThrow(SealError);
  });

  test("that was changed in any bit, cut, or sealed with another key does not open", () => {
    const sealed = sealText(KEY, "secret", PLACE);
    const open = (bytes: Uint8Array): string => {
      keyIdOf(bytes);
      return openText(KEY.key, bytes, PLACE);
    };
    expect(open(sealed)).toBe("secret");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(changed)).toThrow(SealError);
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => open(sealed.slice(0, length))).toThrow(SealError);
    expect(() => openText(new Uint8Array(32).fill(2), sealed, PLACE)).toThrow(/another key/);
  });
});

test("a wrapped key opens under its key, for its row and its purpose alone", () => {
  const [key, installation] = [new Uint8Array(32).fill(9), Buffer.from("the key somebody has at hand, long")];
  const wrapped = wrapKey(installation, key, { id: 4, purpose: "seal" });
  expect(unwrapKey(installation, wrapped, { id: 4, purpose: "seal" })).toEqual(key);
  expect(unwrapKey(installation, wrapped, { id: 5, purpose: "seal" })).toBeNull();
  expect(unwrapKey(installation, wrapped, { id: 4, purpose: "sign" })).toBeNull();
  expect(unwrapKey(Buffer.from("another"), wrapped, { id: 4, purpose: "seal" })).toBeNull();
  expect(wrapKey(installation, key, { id: 4, purpose: "seal" })).not.toEqual(wrapped);
});

test.each([
  ["short", /characters/],
  ["a".repeat(44), /repeats/],
  ["changeme".repeat(6), /example/],
  ["CHANGE-ME-CHANGE-ME-CHANGE-ME-CHANGE-ME", /example/],
  ["replace this with your-secret-key please!!", /example/],
  ["openssl rand -base64 32                   ", /example/],
  ["0123456789".repeat(4), /repeats/],
  ["\0".repeat(32), /repeats/],
  ["abcabcabdabcabcabdabcabcabdabcabcabd", /repeats/],
  ["Zm9sZCB0aGUgbWFwIGFuZCBnbyB0byB0aGUgaGlsbHM=", null],
  ["b3f1c0ffee5eed0123456789abcdef00b3f1c0aaee5eed0123456789abcdef00", null],
  ["vier Möwen tragen nachts einen Koffer nach Husum", null],
])("%j as a key: %s", (text, why) => {
  const said = weakness(Buffer.from(text));
  if (why === null) expect(said).toBeNull();
  else expect(said).toMatch(why);
});
