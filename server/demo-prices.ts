import type { Database } from "../db/database.ts";
import type { Clock } from "../db/model/clock.ts";
import type { BillingType } from "../db/model/fleet.ts";
import { DAY_MS, shift } from "../db/model/time.ts";
import type { ConfigHolder } from "./context.ts";
import { setPrices } from "./usecases/pricing/change-book.ts";
import { setRates, type WrittenRate } from "./usecases/pricing/change-rates.ts";
import type { PriceWish, WrittenTerms } from "./usecases/pricing/price-wish.ts";
import { createPricing } from "./usecases/pricing/pricing-port.ts";

/** Acts of the demo say so: a restart finds them and leaves the book alone. */
const SOURCE = "demo";

export type DemoPriceParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: Pick<ConfigHolder, "current">;
};

/**
 * Writes the price book of the simulated fleet through the same use-cases a person works with, each act at the moment it
 * would have been made, so that looking back shows what was known then. Figures are invented, of the size one meets.
 *
 * What there is to see: contracts by the month, one of which ends in 19 days; hardware of our own; a vendor billed in
 * dollars at dated rates; the same card on demand and on spot; a spot price that moved; a pool that rests on a list price;
 * two days nobody has a price for; a pool without any; and a credit note that came eight days late.
 */
export async function seedDemoPrices({ db, clock, config }: DemoPriceParts): Promise<void> {
  const now = clock.now();
  const { timeZone } = config.current();
  const day: Day = (days) => new Date(shift(now, days * DAY_MS)).toLocaleDateString("sv-SE", { timeZone });
  const at = (days: number) => ({ ...clock, now: () => shift(now, days * DAY_MS) });
  const known = await createPricing({ db, clock, config: config.current }).revisions(1_000);
  if (known.some(({ source }) => source === SOURCE)) return;
  for (const { days, who, why, prices, rates } of acts(day)) {
    const pricing = createPricing({ db, clock: at(days), config: config.current });
    const note = { who, why, source: SOURCE };
    if (rates !== undefined) await setRates({ clock: at(days), pricing }, rates, note);
    if (prices !== undefined) await setPrices({ config, pricing }, prices, note);
  }
}

/** The calendar day so many days from now, YYYY-MM-DD. */
type Day = (days: number) => string;

/** One revision of the book. */
type Act = {
  readonly days: number; // from now, when it was made
  readonly who: string;
  readonly why: string;
  readonly prices?: readonly PriceWish[];
  readonly rates?: readonly WrittenRate[];
};

/** Every act, oldest first. Vendors, regions and models are those of collectors/simulator/layout.ts. */
function acts(day: Day): Act[] {
  const dollar = (days: number, rate: string): WrittenRate => ({ base: "USD", quote: "CNY", day: day(days), rate });
  return [
    {
      days: -120,
      who: "purchasing",
      why: "first price book: contracts, our own hardware and published prices",
      prices: [...cloudA(day), ...cloudB(day), ...ownHardware(day)],
    },
    { days: -120, who: "finance", why: "monthly rate", rates: [dollar(-120, "7.1093")] },
    { days: -31, who: "finance", why: "monthly rate", rates: [dollar(-31, "7.0841")] },
    {
      days: -5,
      who: "purchasing",
      why: "the vendor raised its spot price",
      prices: [wish(["cloud-a", "cn-shenzhen", "L40S", "spot"], day(-5), perHour("CNY", "4.90"))],
    },
    {
      days: -4,
      who: "purchasing",
      why: "the old A10 contract ran out; the new one begins two days later",
      prices: [
        wish(["cloud-a", "cn-shenzhen", "A10", "monthly"], day(-6), null, day(-4)),
        wish(["cloud-a", "cn-shenzhen", "A10", "monthly"], day(-4), perMonth("CNY", "2380", day(361))),
      ],
    },
    {
      days: -2,
      who: "finance",
      why: "credit note CN-2041: the agreed V100 price applies from the start of the contract year",
      prices: [
        wish(["cloud-b", "cn-guangzhou", "V100-SXM2-32G", "monthly"], day(-10), perMonth("USD", "412", day(110))),
      ],
    },
    { days: -1, who: "finance", why: "monthly rate", rates: [dollar(-1, "7.0712")] },
  ];
}

const START = -118;

function cloudA(day: Day): PriceWish[] {
  const from = day(START);
  return [
    wish(["cloud-a", "cn-hangzhou", "T4", "monthly"], from, perMonth("CNY", "1480", day(247))),
    wish(["cloud-a", "cn-hangzhou", "L40S", "on_demand"], from, perInstance("CNY", "102.40", 8)),
    wish(["cloud-a", "cn-shanghai", "H100-SXM", "reserved"], from, perMonth("CNY", "36500", day(612))),
    wish(["cloud-a", "cn-shanghai", "A100-80G-SXM", "monthly"], from, perMonth("CNY", "13900", day(19))),
    wish(["cloud-a", "cn-beijing", "A100-40G-SXM", "monthly"], from, perMonth("CNY", "9250", day(155))),
    { ...wish(["cloud-a", "cn-beijing", "A10", "on_demand"], from, perHour("CNY", "4.86")), isList: true },
    wish(["cloud-a", "cn-shenzhen", "A10", "monthly"], from, perMonth("CNY", "2290", day(-6))),
    wish(["cloud-a", "cn-shenzhen", "L40S", "spot"], from, perHour("CNY", "4.20")),
  ];
}

/** Billed in dollars. Nobody has entered what its A100-40G on spot in us-west costs. */
function cloudB(day: Day): PriceWish[] {
  const from = day(START);
  return [
    wish(["cloud-b", "cn-guangzhou", "V100-SXM2-32G", "monthly"], from, perMonth("USD", "455", day(110))),
    wish(["cloud-b", "cn-guangzhou", "T4", "spot"], from, perHour("USD", "0.13")),
    wish(["cloud-b", "cn-nanjing", "A800-80G-SXM", "reserved"], from, perMonth("USD", "1720", day(430))),
    wish(["cloud-b", "ap-singapore", "A100-80G-SXM", "monthly"], from, perMonth("USD", "1690", day(74))),
    wish(["cloud-b", "ap-singapore", "L40S", "on_demand"], from, perHour("USD", "1.74")),
    wish(["cloud-b", "us-west", "H100-SXM", "on_demand"], from, perInstance("USD", "23.60", 8)),
  ];
}

/** Purchase with the card's share of its host; watts with its share of host and cooling. */
function ownHardware(day: Day): PriceWish[] {
  const owned = (purchase: string, months: number, watts: number, powerPrice: string): WrittenTerms => ({
    basis: "owned",
    currency: "CNY",
    owned: { purchase, months, watts, powerPrice },
  });
  return [
    wish(["own-dc", "cn-wulanchabu", "A100-80G-SXM", "owned"], day(-400), owned("118000", 48, 640, "0.38")),
    wish(["own-dc", "cn-wulanchabu", "V100-SXM2-16G", "owned"], day(-1_700), owned("62000", 60, 480, "0.38")),
    wish(["own-dc", "cn-guiyang", "Ascend910B3", "owned"], day(-260), owned("96000", 60, 560, "0.41")),
  ];
}

type Whom = readonly [vendor: string, region: string, model: string, billing: BillingType];

const wish = (
  [vendor, region, model, billing]: Whom,
  from: string,
  price: WrittenTerms | null,
  to: string | null = null,
): PriceWish => ({ selector: { vendor, region, model, billing }, from, to, price });

const perHour = (currency: string, amount: string): WrittenTerms => ({ basis: "card_hour", currency, amount });
const perMonth = (currency: string, amount: string, termTo: string): WrittenTerms => ({
  basis: "card_month",
  currency,
  amount,
  termTo,
});
const perInstance = (currency: string, amount: string, cardsPerInstance: number): WrittenTerms => ({
  basis: "instance_hour",
  currency,
  amount,
  cardsPerInstance,
});
