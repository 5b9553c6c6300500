import { useTranslation } from "react-i18next";
import type { Tier, TierReason, TierVerdict, TierWouldChange } from "../../db/model/tier.ts";
import { useSummary } from "../live/use-fleet.ts";
import { unitPrice } from "./unit-price.ts";
import { useFormat, useLang } from "./use-format.ts";

export const tierLabel = (tier: Tier): string => `P${tier}`;
const ANY_PRICE: { readonly [K in TierWouldChange["key"]]?: "price_known_any" | "rate_known_any" } = {
  price_known: "price_known_any",
  rate_known: "rate_known_any",
};
const NAMES = ["p0", "p1", "p2", "p3"] as const;

/** The sentences of tiers: one place, so that the chip, the timeline and the board say the same. */
export function useTierWords() {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const poolName = usePoolName();
  const name = (tier: Tier): string => t(`tiers.name.${NAMES[tier]}`);

  const reason = (reason: TierReason, verdict: TierVerdict): string => {
    const key = reason.key === "spot_risk" && reason.text === "observed" ? "spot_risk_observed" : reason.key;
    return t(`tiers.reason.${key}`, {
      cardClass: verdict.cardClass,
      currency: verdict.currency,
      value: format.decimal(reason.value, 2),
      percent: format.percent(reason.value),
      pool: verdict.bestPoolId === null ? reason.text : poolName(verdict.bestPoolId),
      text: reason.text,
    });
  };

  const change = (change: TierWouldChange, currency: string): string => {
    const key = change.micro === null ? (ANY_PRICE[change.key] ?? change.key) : change.key;
    return t(`tiers.change.${key}`, {
      tier: tierLabel(change.tier),
      price: unitPrice(change.micro, currency, lang),
      time: format.dateTime(change.at),
      percent: format.percent(change.value),
    });
  };
  return { name, reason, change, poolName };
}

/** What people call a pool: its place, model and billing; its number where it is not on this page's board. */
export function usePoolName(): (id: number) => string {
  const { t } = useTranslation();
  const pools = useSummary().data?.pools;
  return (id) => {
    const pool = pools?.find((one) => one.id === id);
    if (pool === undefined) return t("tiers.pool", { id });
    const place = [pool.vendor, pool.region, pool.zone, pool.cluster, pool.model].filter(Boolean).join(" · ");
    return `${place} · ${t(`billing.${pool.billing}`)}`;
  };
}
