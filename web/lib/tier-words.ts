import { useTranslation } from "react-i18next";
import type { Currency } from "../../db/model/money.ts";
import type { PerformanceIndex, Tier, TierReason, TierWouldChange } from "../../db/model/tier.ts";
import { usePoolName } from "../parts/use-pool-name.ts";
import { HIDDEN_TEXT, NOT_SAID_TEXT } from "./format.ts";
import { unitPrice } from "./unit-price.ts";
import { useFormat, useLang } from "./use-format.ts";
import { useSeesPrices } from "./use-me.ts";

export const tierLabel = (tier: Tier): string => `P${tier}`;
const ANY_PRICE: { readonly [K in TierWouldChange["key"]]?: "price_known_any" | "rate_known_any" } = {
  price_known: "price_known_any",
  rate_known: "rate_known_any",
};
/** Reasons whose figure is of prices: with one price known it gives away the other. */
const OF_PRICES: ReadonlySet<TierReason["key"]> = new Set(["ratio", "spot_risk"]);
const NAMES = ["p0", "p1", "p2", "p3"] as const;

/** The sentences of tiers: one place, so that the chip, the timeline and the ladder say the same. */
export function useTierWords() {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesPrices = useSeesPrices();
  const poolName = usePoolName();
  const name = (tier: Tier): string => t(`tiers.name.${NAMES[tier]}`);

  const reason = ({ key, value, text }: TierReason, { currency }: { readonly currency: Currency }): string => {
    const isHidden = !seesPrices && OF_PRICES.has(key);
    return t(`tiers.reason.${key === "spot_risk" && text === "observed" ? "spot_risk_observed" : key}`, {
      currency,
      value: isHidden ? HIDDEN_TEXT : format.decimal(value, 2),
      percent: isHidden ? HIDDEN_TEXT : format.percent(value),
      pool: key === "ratio" ? poolName(Number(text)) : "",
      text,
    });
  };

  const change = (change: TierWouldChange, currency: Currency): string => {
    const key = change.micro === null && seesPrices ? (ANY_PRICE[change.key] ?? change.key) : change.key;
    return t(`tiers.change.${key}`, {
      tier: tierLabel(change.tier),
      price: unitPrice(change.micro, currency, lang, seesPrices ? NOT_SAID_TEXT : HIDDEN_TEXT),
      time: format.dateTime(change.at),
      percent: format.percent(change.value),
    });
  };
  /** Where an index comes from: the source of the benchmark, or which figure of the data sheet. */
  const indexSource = ({ from, source }: PerformanceIndex): string =>
    from === "benchmark" ? source : t(`tiers.sheet.${source === "bandwidthGBs" ? "bandwidthGBs" : "fp16Tflops"}`);
  return { name, reason, change, indexSource };
}
