import fc from "fast-check";
import type { PoolKey } from "../../../../db/model/fleet.ts";
import type { Price, PriceTerms, Selector } from "../../../../db/model/price.ts";
import { DAY_MS, HOUR_MS, type Window } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import type { PricedPool } from "../../../../server/domain/pricing/selectors.ts";

/** Price books for properties: prices of every basis around daylight saving changes and ends of months. */
export const START = Date.UTC(2024, 0, 1);
export const SPAN_MS = 900 * DAY_MS;

export const POOL: PoolKey = {
  vendor: "cloud-a",
  region: "cn-1",
  zone: "z1",
  cluster: "k1",
  model: "H100-SXM",
  billing: "on_demand",
};
export const PRICED_POOL: PricedPool = { ...POOL, contracts: ["C-1", "C-2"] };

export const ANY: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };

/** Zones whose clocks do all that clocks do: none, an hour, half an hour, a quarter past, a whole day left out. */
export const zones = fc.constantFrom(
  "UTC",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "America/New_York",
  "Europe/London",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "America/Sao_Paulo",
);

/** Instants of all grains: borders of days and hours are where things break. */
export const instants: fc.Arbitrary<UnixMs> = fc.oneof(
  fc.integer({ min: 0, max: SPAN_MS }).map((ms) => unixMs(START + ms)),
  fc.integer({ min: 0, max: SPAN_MS / HOUR_MS }).map((hours) => unixMs(START + hours * HOUR_MS)),
  fc.integer({ min: 0, max: SPAN_MS / DAY_MS }).map((days) => unixMs(START + days * DAY_MS)),
);

export const windows: fc.Arbitrary<Window> = fc
  .uniqueArray(instants, { minLength: 2, maxLength: 2 })
  .map((two) => two.toSorted((a, b) => a - b))
  .map(([from, to]) => ({ from: from as UnixMs, to: to as UnixMs }));

const micros = fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(1n, 200_000_000_000n));
const currencies = fc.constantFrom("CNY", "USD");

export const terms: fc.Arbitrary<PriceTerms> = fc
  .record({
    basis: fc.constantFrom("card_hour", "card_month", "instance_hour", "owned"),
    currency: currencies,
    amount: micros,
    cards: fc.integer({ min: 1, max: 16 }),
    purchase: micros,
    months: fc.integer({ min: 1, max: 60 }),
    watts: fc.integer({ min: 0, max: 1500 }),
    termTo: fc.option(instants),
  })
  .map(({ basis, currency, amount, cards, purchase, months, watts, termTo }) => ({
    basis,
    currency,
    amountMicro: basis === "owned" ? 0n : amount,
    cardsPerInstance: basis === "instance_hour" ? cards : 1,
    owned: basis === "owned" ? { purchaseMicro: purchase, months, watts, powerMicroPerKwh: 650_000n } : null,
    termTo,
  }));

/** A selector that may or may not match POOL. */
export const selectors: fc.Arbitrary<Selector> = fc.record({
  vendor: fc.constantFrom("", "", "cloud-a", "cloud-b"),
  region: fc.constantFrom("", "", "cn-1"),
  zone: fc.constantFrom("", "", "", "z1", "z9"),
  cluster: fc.constantFrom("", "", "", "k1"),
  model: fc.constantFrom("", "H100-SXM", "NVIDIA H100 80GB HBM3", "A10"),
  billing: fc.constantFrom("", "on_demand" as const),
  contract: fc.constantFrom("", "", "C-1", "C-2", "C-9"),
});

export const aPrice = (over: Partial<Price>): Price => ({
  id: 1,
  selector: ANY,
  basis: "card_hour",
  currency: "CNY",
  amountMicro: 18_000_000n,
  cardsPerInstance: 1,
  owned: null,
  termTo: null,
  from: unixMs(START),
  to: null,
  anchor: over.from ?? unixMs(START),
  knownFrom: unixMs(START),
  knownTo: null,
  revision: 1,
  isList: false,
  ...over,
});

/** Few selectors that all match POOL: changes of such a book touch what is there. */
export const fewSelectors: fc.Arbitrary<Selector> = fc.constantFrom(ANY, { ...ANY, vendor: "cloud-a" });

/** One price, counted from its start, or from earlier because a revision cut it. */
const prices = (selectors: fc.Arbitrary<Selector>): fc.Arbitrary<Price> =>
  fc
    .record({
      terms,
      window: windows,
      selector: selectors,
      isList: fc.boolean(),
      isOpen: fc.boolean(),
      cut: fc.nat(90),
    })
    .map(({ terms, window, selector, isList, isOpen, cut }) =>
      aPrice({
        ...terms,
        selector,
        isList,
        from: window.from,
        to: isOpen ? null : window.to,
        anchor: unixMs(window.from - cut * DAY_MS),
      }),
    );

/** One belief: no two prices of one selector speak at once. */
const booksOf = (selectors: fc.Arbitrary<Selector>): fc.Arbitrary<readonly Price[]> =>
  fc.array(prices(selectors), { maxLength: 12 }).map((all) => {
    const book: Price[] = [];
    for (const [i, price] of all.entries()) {
      const same = book.filter(
        (p) => p.isList === price.isList && JSON.stringify(plain(p.selector)) === JSON.stringify(plain(price.selector)),
      );
      if (same.every((p) => (p.to ?? Infinity) <= price.from || (price.to ?? Infinity) <= p.from))
        book.push({ ...price, id: i + 1 });
    }
    return book;
  });

export const books = booksOf(selectors);
export const denseBooks = booksOf(fewSelectors);

const plain = (selector: Selector): Selector => ({
  ...selector,
  model: selector.model.startsWith("NVIDIA") ? "H100-SXM" : selector.model,
});
