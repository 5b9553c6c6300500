import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { unixMs } from "../../../../db/model/units.ts";
import type { ReadOffer } from "../../../../collectors/price-lists/offer.ts";
import { finish, readPriceList } from "../../../../collectors/price-lists/price-list.ts";
import { boardOffers } from "../../../../server/domain/tiers/board-offers.ts";
import { judgeTiers } from "../../../../server/domain/tiers/ladder.ts";
import { DEFAULT_LADDER } from "../../../../server/domain/tiers/offer.ts";

const LIST = path.resolve("../shared/data/prices/cloud-gpus.csv");
const TERM_TO = 1_798_675_200_000; // of the one that is taken for a year
/** Worked by hand in docs/tiers.md, not written by this test. */
type Checked = {
  readonly cloud: string;
  readonly name: string;
  readonly column: string;
  readonly tier: number;
  readonly effective: string | null;
  readonly reasons: readonly string[];
};
const CHECKED = JSON.parse(readFileSync("test/golden/tiers/cloud-gpus.json", "utf8")) as readonly Checked[];

const why = existsSync(LIST) ? null : `${LIST} is not here`;
if (why !== null) console.warn(`skipped: ten real offers: ${why}`);

/** The ten offers as pools of a board that has nothing else, as the reader of price lists reads them. */
function judged() {
  const reading = finish(
    readPriceList(readFileSync(LIST), {
      currency: "USD",
      vendor: "",
      from: unixMs(0),
      isList: null,
      aliases: new Map(),
      dayStart: (year, month, day) => unixMs(Date.UTC(year, month - 1, day)),
    }),
  );
  if (!reading.ok) throw new Error(`the list cannot be read: ${reading.fault.key}`);
  const offers = CHECKED.map(({ cloud, name, column }): ReadOffer => {
    const found = reading.list.offers.find(
      (one) => one.machine === name && one.column === column && one.change.selector.vendor === cloud,
    );
    if (found === undefined) throw new Error(`no offer ${cloud} ${name} ${column}`);
    return found;
  });
  const facts = {
    currency: "USD",
    pools: offers.map(({ change: { selector } }, i) => ({
      ...selector,
      billing: selector.billing === "" ? ("unknown" as const) : selector.billing,
      id: i + 1,
      cards: 1,
    })),
    prices: new Map(
      offers.map(({ perCardMicro, change }, i) => {
        const isPaid = CHECKED[i]?.name === "p4de.24xlarge"; // reserved for a year at this price
        const paidTo = isPaid ? TERM_TO : null;
        return [i + 1, { hourlyMicro: perCardMicro, currency: "USD", isPaid, paidTo, isList: change.isList }] as const;
      }),
    ),
    health: new Map(),
    overrides: new Map(),
    benchmarks: [],
    aliases: new Map(),
  };
  return judgeTiers(boardOffers(facts, DEFAULT_LADDER), DEFAULT_LADDER);
}

test.skipIf(why !== null)("ten real offers stand where the hand calculation puts them, for the same reasons", () => {
  const verdicts = judged();
  const told = CHECKED.map(({ cloud, name, column }, i): Checked => {
    const verdict = verdicts.get(i + 1)!;
    const reasons = verdict.reasons.map(({ key, value, text }) =>
      [key, value === null ? "" : String(Math.round(value * 10_000) / 10_000), key === "ratio" ? "" : text]
        .filter((part) => part !== "")
        .join(" "),
    );
    return { cloud, name, column, tier: verdict.tier, effective: verdict.effectiveMicro, reasons };
  });
  expect(told).toEqual(CHECKED);
});

test.skipIf(why !== null)("and say at which price they would move, as worked on paper", () => {
  const verdicts = judged();
  const moves = (i: number) => verdicts.get(i)!.wouldChange.map(({ tier, key, micro }) => `P${tier} ${key} ${micro}`);
  expect(moves(1)).toEqual(["P2 price_above 5280000"]); // 1.2 × the 4.40 of the next best, which is the same card
  expect(moves(4)).toEqual(["P1 price_below 1131906", "P3 price_above 1886511"]); // 1.2 and 2 × 0.943256
  expect(moves(6)).toEqual(["P2 price_below 1886511"]);
  expect(verdicts.get(7)?.wouldChange).toMatchObject([{ tier: 3, key: "term_ends", at: TERM_TO }]);
  expect(moves(10)).toEqual(["P1 model_known null"]);
});
