import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { settleOffers } from "../../../collectors/price-lists/settle.ts";
import { listOf, said } from "./reading.ts";

const BOOK = "vendor,model,billing,basis,amount,currency,from,to\n";
const CLOUD = "Cloud,GPU Type,GPUs,On-demand,Per-GPU,Spot,Name\n";
const settled = (text: string) => {
  const { offers, repeats } = listOf(text);
  const { taken, issues } = settleOffers(offers, repeats);
  return { taken: taken.map(({ row }) => row), issues: said(issues), others: issues.map(({ other }) => other) };
};

describe("rows that price the same cards", () => {
  test("of a list's machines the cheapest per card speaks for the card, and the others say which", () => {
    expect(
      settled(`${CLOUD}a,T4,1,0.75,0.75,,m1\na,T4,4,2.12,0.53,,m4\na,T4,1,0.53,0.53,,m2\nb,T4,1,9,9,,m\n`),
    ).toEqual({
      taken: [3, 5],
      issues: ["2 note cheaper_row On-demand «0.75»", "4 note duplicate On-demand «0.53»"],
      others: [3, 3],
    });
  });

  test("two prices at once in a price book contradict, whichever comes first", () => {
    const [a, b] = ["a,T4,spot,card_hour,1,USD,2026-11-01,\n", "a,T4,spot,card_hour,2,USD,2026-11-05,\n"];
    const both = ["2 error two_prices amount", "3 error two_prices amount"];
    for (const text of [a + b, b + a]) {
      const { taken, issues } = settled(BOOK + text);
      expect(taken).toEqual([]);
      expect(issues.map((line) => line.replace(/ «.*/, ""))).toEqual(both);
    }
  });

  test("a row said twice is one, and ranges that touch do not overlap", () => {
    const text = "a,T4,spot,card_hour,1,USD,2026-11-01,2026-11-05\n";
    expect(settled(BOOK + text + text)).toMatchObject({ taken: [2], issues: ["3 note duplicate amount «1.00»"] });
    expect(settled(`${BOOK}${text}a,T4,spot,card_hour,2,USD,2026-11-05,\n`)).toMatchObject({
      taken: [2, 3],
      issues: [],
    });
  });

  test("two spellings of one card are one card", () => {
    expect(settled(`${BOOK}a,T4,spot,card_hour,1,USD,,\na,Tesla T4,spot,card_hour,2,USD,,\n`).taken).toEqual([]);
  });

  test("what is taken never overlaps, and every other row says why", () => {
    const row = fc.tuple(
      fc.constantFrom("a", "b"),
      fc.constantFrom("1", "2"),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        fc.pre(rows.length > 0);
        const day = (n: number) => `2026-11-0${n}`;
        const text = rows.map(
          ([vendor, amount, from, days]) =>
            `${vendor},T4,spot,card_hour,${amount},USD,${day(from)},${days === 0 ? "" : `2026-11-${from + days < 10 ? "0" : ""}${from + days}`}\n`,
        );
        const { offers, repeats } = listOf(BOOK + text.join(""));
        const { taken, issues } = settleOffers(offers, repeats);
        const told = new Set([...taken.map((offer) => offer.row), ...issues.map((issue) => issue.row)]);
        expect(told.size).toBe(rows.length);
        for (const [i, { change: x }] of taken.entries())
          for (const { change: y } of taken.slice(i + 1))
            if (x.selector.vendor === y.selector.vendor)
              expect((x.to ?? Infinity) <= y.from || (y.to ?? Infinity) <= x.from).toBe(true);
      }),
    );
  });
});
