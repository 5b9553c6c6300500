import { useTranslation } from "react-i18next";
import { usePools } from "../live/use-fleet.ts";

/** The name of a pool as people say it: vendor, region, model, billing. A pool no card is in any more is its number. */
export function usePoolName(): (poolId: number) => string {
  const { t } = useTranslation();
  const pools = usePools();
  return (poolId) => {
    const pool = pools.get(poolId);
    if (pool === undefined) return `#${poolId}`;
    const { vendor, region, model, billing } = pool;
    return [vendor, region, model, t(`billing.${billing}`)].filter((part) => part !== "").join(" · ");
  };
}
