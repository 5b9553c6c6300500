import { CARD_MODELS } from "../../db/model/card-models.ts";
import type { BillingType } from "../../db/model/fleet.ts";
import { decimalMoney, microOf } from "../../db/model/money.ts";
import type { PriceBasis } from "../../db/model/price.ts";
import type { PriceView } from "../../db/model/pricing-views.ts";
import { exactDate, priceDate } from "./price-date.ts";

/** What is written in the price form, as text: the server reads it and says what is wrong with it. */
export type PriceDraft = {
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string;
  readonly billing: BillingType | "";
  readonly contract: string;
  readonly basis: PriceBasis;
  readonly amount: string;
  readonly currency: string;
  readonly cards: string;
  readonly from: string;
  readonly to: string;
  readonly termTo: string;
  readonly purchase: string;
  readonly months: string;
  readonly watts: string;
  readonly power: string;
  readonly isList: boolean;
};

/** Models people may choose from; any other name may be written as well. */
export const KNOWN_MODELS: readonly string[] = CARD_MODELS.map(({ id }) => id);

export const emptyDraft = (currency: string, now: number, zone: string): PriceDraft => ({
  vendor: "",
  region: "",
  zone: "",
  cluster: "",
  model: "",
  billing: "",
  contract: "",
  basis: "card_hour",
  amount: "",
  currency,
  cards: "8",
  from: priceDate(now, zone).slice(0, 10),
  to: "",
  termTo: "",
  purchase: "",
  months: "36",
  watts: "",
  power: "",
  isList: false,
});

/** A price of the book as its form shows it. */
export function draftOf(price: PriceView, zone: string): PriceDraft {
  const { selector, owned } = price;
  const day = (at: number | null): string => (at === null ? "" : exactDate(at, zone));
  return {
    ...selector,
    basis: price.basis,
    amount: owned === null ? decimalMoney(microOf(price.amountMicro)) : "",
    currency: price.currency,
    cards: String(price.cardsPerInstance),
    from: day(price.from),
    to: day(price.to),
    termTo: day(price.termTo),
    purchase: owned === null ? "" : decimalMoney(microOf(owned.purchaseMicro)),
    months: String(owned?.months ?? 36),
    watts: owned === null ? "" : String(owned.watts),
    power: owned === null ? "" : decimalMoney(microOf(owned.powerMicroPerKwh)),
    isList: price.isList,
  };
}

/** The draft as the server takes it. Blank ends are open ends. */
export function wishOf(draft: PriceDraft) {
  const { vendor, region, zone, cluster, model, billing, contract, basis, currency, isList, from } = draft;
  const blank = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return {
    selector: { vendor, region, zone, cluster, model, billing, contract },
    isList,
    from,
    to: blank(draft.to),
    price: {
      basis,
      currency: currency.trim().toUpperCase(),
      termTo: blank(draft.termTo),
      ...(basis !== "owned" && { amount: draft.amount }),
      ...(basis === "instance_hour" && { cardsPerInstance: Number(draft.cards) }),
      ...(basis === "owned" && {
        owned: {
          purchase: draft.purchase,
          months: Number(draft.months),
          watts: Number(draft.watts),
          powerPrice: draft.power,
        },
      }),
    },
  };
}
