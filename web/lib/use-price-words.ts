import { useTranslation } from "react-i18next";
import type { Currency, MicroText } from "../../db/model/money.ts";
import type { PriceBasis, Selector } from "../../db/model/price.ts";
import { unitPrice } from "./unit-price.ts";
import { useFormat, useLang } from "./use-format.ts";

type Amount = {
  readonly basis: PriceBasis;
  readonly currency: Currency;
  readonly amountMicro: MicroText;
  readonly cardsPerInstance: number;
};

/** Prices in the reader's words. */
export function usePriceWords() {
  const { t } = useTranslation();
  const lang = useLang();
  const format = useFormat();
  return {
    /** "¥11.8000 per card-hour" */
    amount: ({ basis, currency, amountMicro, cardsPerInstance }: Amount): string =>
      t(`pricing.per.${basis}`, {
        amount: basis === "card_month" ? format.money(amountMicro, currency) : unitPrice(amountMicro, currency, lang),
        count: cardsPerInstance,
      }),
    unit: (micro: MicroText | null, currency: Currency): string => unitPrice(micro, currency, lang),
    /** region · zone · cluster, or "any" */
    place: ({ region, zone, cluster }: Pick<Selector, "region" | "zone" | "cluster">): string =>
      [region, zone, cluster].filter((part) => part !== "").join(" · ") || t("pricing.book.any"),
  };
}
