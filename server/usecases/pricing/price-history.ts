import { microText } from "../../../db/model/money.ts";
import type { PriceHistory, PriceStretch } from "../../../db/model/pricing-views.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";
import { priceHourly } from "./price-hourly.ts";
import { priceView } from "./price-view.ts";

const MOST_REVISIONS = 10_000;

/** What a pool cost when, as believed now or at a past moment. Stretches tile the window; a hole is a stretch too. */
export async function priceHistory(
  { clock, config, live, pricing }: Pick<Deps, "clock" | "config" | "live" | "pricing">,
  { poolId, window, knownAt }: { readonly poolId: number; readonly window: Window; readonly knownAt: UnixMs | null },
): Promise<PriceHistory> {
  const pool = live.pools().find(({ id }) => id === poolId);
  const pieces = (await pricing.piecesByPool(window, knownAt)).get(poolId);
  if (pool === undefined || pieces === undefined) throw new ServiceError("not_found", `there is no pool ${poolId}`);
  const [rates, known] = await Promise.all([pricing.rates(knownAt), pricing.revisions(MOST_REVISIONS)]);
  const revisions = new Map(known.map((revision) => [revision.id, revision]));
  const { timeZone: zone, currency } = config.current();
  const { vendor, region, zone: poolZone, cluster, model, billing } = pool;
  return {
    poolId,
    vendor,
    region,
    zone: poolZone,
    cluster,
    model,
    billing,
    currency,
    knownAt: knownAt ?? clock.now(),
    stretches: pieces.map(({ from, to, price }): PriceStretch => {
      if (price === null) return { from, to, price, hourlyMicro: null };
      const hourly = priceHourly(price, from, { rates }, { zone, currency });
      return { from, to, price: priceView(price, revisions), hourlyMicro: hourly === null ? null : microText(hourly) };
    }),
  };
}
