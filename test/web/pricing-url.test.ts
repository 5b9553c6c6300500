import fc from "fast-check";
import { expect, test } from "vitest";
import { IMPORT_KINDS } from "../../db/model/imports.ts";
import { exactDate, priceDate } from "../../web/lib/price-date.ts";
import { emptyDraft, wishOf } from "../../web/lib/price-draft.ts";
import {
  BOOK_KINDS,
  decodePricing,
  DEFAULT_PRICING,
  encodePricing,
  PRICING_TABS,
  type PricingView,
} from "../../web/lib/pricing-url.ts";

const id = fc.option(fc.integer({ min: 1, max: 2_147_483_647 }));
const view: fc.Arbitrary<PricingView> = fc.record({
  tab: fc.constantFrom(...PRICING_TABS),
  search: fc.string({ maxLength: 100, unit: "grapheme" }).filter((text) => text.length <= 200),
  kind: fc.constantFrom(...BOOK_KINDS),
  inForce: fc.boolean(),
  open: id,
  form: fc.constantFrom(null, "add"),
  pool: id,
  table: fc.constantFrom(...IMPORT_KINDS),
});

test("a link reopens its page", () => {
  fc.assert(
    fc.property(view, (shown) => {
      expect(decodePricing(new URLSearchParams(encodePricing(shown).toString()))).toEqual(shown);
    }),
  );
});

test("whatever stands in the address is some page, and nothing is corrected that is not open", () => {
  fc.assert(fc.property(fc.webQueryParameters(), (text) => void decodePricing(new URLSearchParams(text))));
  expect(decodePricing(new URLSearchParams("tab=x&price=-1&form=correct&kind=no&pool=1e99"))).toEqual(DEFAULT_PRICING);
  expect(encodePricing(DEFAULT_PRICING).toString()).toBe("");
});

test("a date is a day where it begins one in the fleet's zone, else it has its minute", () => {
  expect(priceDate(Date.UTC(2026, 9, 31, 16), "Asia/Shanghai")).toBe("2026-11-01");
  expect(priceDate(Date.UTC(2026, 9, 31, 16), "UTC")).toBe("2026-10-31 16:00");
  expect(priceDate(Date.UTC(2026, 10, 1), "UTC")).toBe("2026-11-01");
  expect(exactDate(Date.UTC(2026, 10, 1, 0, 0, 15), "UTC")).toBe("2026-11-01T00:00:15.000Z"); // not a minute less
});

test("a draft asks for what its basis needs and no more", () => {
  const draft = { ...emptyDraft("CNY", Date.UTC(2026, 10, 1), "UTC"), amount: "2.5", currency: "usd ", to: " " };
  expect(wishOf(draft)).toMatchObject({
    from: "2026-11-01",
    to: null,
    price: { amount: "2.5", currency: "USD", termTo: null },
  });
  expect(wishOf(draft).price).not.toHaveProperty("cardsPerInstance");
  expect(wishOf({ ...draft, basis: "instance_hour" }).price).toMatchObject({ cardsPerInstance: 8 });
  expect(wishOf({ ...draft, basis: "owned", purchase: "9", watts: "70" }).price).toMatchObject({
    owned: { watts: 70 },
  });
  expect(wishOf({ ...draft, basis: "owned" }).price).not.toHaveProperty("amount");
});
