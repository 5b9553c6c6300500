import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { PoolFacet } from "../../db/model/card-query.ts";
import { BILLING_TYPES } from "../../db/model/fleet.ts";

/** The words for a pool's vendor, region …: billing types are ours to name, the rest is said by others, or not said. */
export function useFacetText(): (facet: PoolFacet, value: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (facet, value) => {
      const billing = facet === "billing" ? BILLING_TYPES.find((type) => type === value) : undefined;
      if (billing !== undefined) return t(`billing.${billing}`);
      return value === "" ? t("fact.notSaid") : value;
    },
    [t],
  );
}
