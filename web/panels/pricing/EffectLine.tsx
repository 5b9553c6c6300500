import { useTranslation } from "react-i18next";
import { microOf, microText } from "../../../db/model/money.ts";
import type { PoolEffect, PriceEffect } from "../../../db/model/pricing-views.ts";
import { priceDate } from "../../lib/price-date.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePriceWords } from "../../lib/use-price-words.ts";
import { PoolName } from "../../parts/PoolName.tsx";

const SHOWN = 12;

type Known = Pick<PriceEffect, "currency" | "differenceMicro" | "pools"> & Partial<Pick<PriceEffect, "from" | "to">>;

/** What a change of prices does to the money: the difference line, and the pools behind it. */
export function EffectLine(props: { effect: Known; zone: string; brief?: boolean; total?: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { effect, zone } = props;
  const { currency, pools, from = null, to = null } = effect;
  const count = props.total ?? pools.length;
  if (count === 0) return <p className="effect-line">{t("pricing.effect.none")}</p>;
  const newly = pools.filter((pool) => pool.hourlyBeforeMicro === null && pool.hourlyAfterMicro !== null).length;
  return (
    <div className="effect">
      <p className="effect-line">
        <strong>{t("pricing.effect.pools", { count })}</strong>
        {newly > 0 && <span>{t("pricing.effect.newly", { count: newly })}</span>}
        <span>
          {t("pricing.effect.perDay", {
            before: format.money(sum(pools, "perDayBeforeMicro"), currency),
            after: format.money(sum(pools, "perDayAfterMicro"), currency),
          })}
        </span>
        {from !== null && to !== null && (
          <span>
            {t("pricing.effect.past", {
              from: priceDate(from, zone),
              to: priceDate(to, zone),
              money: format.money(effect.differenceMicro, currency),
            })}
          </span>
        )}
      </p>
      {props.brief !== true && <Pools pools={pools} currency={currency} total={count} />}
    </div>
  );
}

function Pools({ pools, currency, total }: { pools: readonly PoolEffect[]; currency: string; total: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePriceWords();
  const price = (micro: string | null) =>
    micro === null ? <span className="muted">{t("pricing.effect.unpriced")}</span> : words.unit(micro, currency);
  const shown = pools.slice(0, SHOWN);
  return (
    <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("pricing.effect.table")}>
      <table className="plain" aria-label={t("pricing.effect.table")}>
        <thead>
          <tr>
            <th>{t("pricing.effect.pool")}</th>
            <th>{t("fact.model")}</th>
            <th className="num">{t("pricing.effect.before")}</th>
            <th className="num">{t("pricing.effect.after")}</th>
            <th className="num">{t("pricing.effect.dayBefore")}</th>
            <th className="num">{t("pricing.effect.dayAfter")}</th>
            <th className="num">{t("pricing.effect.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((pool) => (
            <tr key={pool.poolId}>
              <td>
                <PoolName pool={{ ...pool, id: pool.poolId }} />
              </td>
              <td>{pool.model}</td>
              <td className="num">{price(pool.hourlyBeforeMicro)}</td>
              <td className="num">{price(pool.hourlyAfterMicro)}</td>
              <td className="num">{format.money(pool.perDayBeforeMicro, currency)}</td>
              <td className="num">{format.money(pool.perDayAfterMicro, currency)}</td>
              <td className={pool.differenceMicro.startsWith("-") ? "num negative" : "num"}>
                {format.money(pool.differenceMicro, currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > shown.length && (
        <p className="panel-note effect-more">{t("pricing.effect.shown", { count: shown.length })}</p>
      )}
    </div>
  );
}

const sum = (pools: readonly PoolEffect[], side: "perDayBeforeMicro" | "perDayAfterMicro") =>
  microText(pools.reduce((total, pool) => total + microOf(pool[side] ?? "0"), 0n));
