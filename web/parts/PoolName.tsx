import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { PoolKey } from "../../db/model/fleet.ts";
import { useHasTeams } from "../lib/use-me.ts";

/** A pool's place and billing as people say it, and the way to its page, which people with teams have not. */
export function PoolName({ pool }: { pool: PoolKey & { readonly id: number } }) {
  const { t } = useTranslation();
  const parts = [pool.vendor, pool.region, pool.zone, pool.cluster].filter((part) => part !== "");
  const name = [...parts, t(`billing.${pool.billing}`)].join(" · ");
  if (useHasTeams()) return name;
  return (
    <Link to="/pools/$id" params={{ id: String(pool.id) }}>
      {name}
    </Link>
  );
}
