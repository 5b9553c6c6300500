import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { cardModel } from "../../../db/model/card-models.ts";
import type { UnpricedHole } from "../../../db/model/pricing-views.ts";
import { DAY_MS, hourOf, MINUTE_MS, shift } from "../../../db/model/time.ts";
import { browserClock } from "../../lib/clock.ts";
import { csvText, download } from "../../lib/csv.ts";
import { priceDate } from "../../lib/price-date.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolName } from "../../parts/PoolName.tsx";
import { trpc } from "../../trpc.ts";
import { AliasPicker } from "./AliasPicker.tsx";

const DAYS = 30;

type Change = (part: Partial<PricingView>) => void;

/** Card time without money: where, how much, and what to do about it. */
export function HolesPanel(props: { zone: string; mayWrite: boolean; onChange: Change }) {
  const { zone, mayWrite, onChange } = props;
  const { t } = useTranslation();
  const window = useMemo(() => {
    const to = hourOf(browserClock.now());
    return { from: shift(to, -DAYS * DAY_MS), to };
  }, []);
  const holes = useQuery(trpc.pricing.holes.queryOptions(window, { refetchInterval: 5 * MINUTE_MS }));
  return (
    <PanelFrame
      title={t("pricing.holes.title")}
      note={t("pricing.holes.lead", { days: DAYS })}
      actions={
        <button
          type="button"
          className="button"
          disabled={(holes.data ?? []).length === 0}
          onClick={() => download("dapan-unpriced.csv", holesCsv(holes.data ?? []))}
        >
          CSV
        </button>
      }
    >
      {holes.error !== null && (
        <PanelError
          what={t("pricing.holes.title")}
          error={holes.error}
          kept={holes.data !== undefined}
          busy={holes.isFetching}
          onRetry={() => void holes.refetch()}
        />
      )}
      {holes.isPending && <LoadingRows rows={6} />}
      {holes.data?.length === 0 && <p className="panel-empty">{t("pricing.holes.none", { days: DAYS })}</p>}
      {holes.data !== undefined && holes.data.length > 0 && (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("pricing.holes.title")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("pricing.holes.pool")}</th>
                <th>{t("pricing.holes.model")}</th>
                <th className="num">{t("pricing.holes.hours")}</th>
                <th>{t("pricing.holes.from")}</th>
                <th>{t("pricing.holes.to")}</th>
                <th>{t("pricing.holes.why")}</th>
                <th>{t("pricing.holes.act")}</th>
              </tr>
            </thead>
            <tbody>
              {holes.data.map((hole) => (
                <Hole
                  key={`${hole.poolId} ${hole.from} ${hole.why}`}
                  hole={hole}
                  zone={zone}
                  mayWrite={mayWrite}
                  onChange={onChange}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Hole(props: { hole: UnpricedHole; zone: string; mayWrite: boolean; onChange: Change }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { hole, zone, mayWrite, onChange } = props;
  return (
    <tr>
      <td>
        <PoolName pool={{ ...hole, id: hole.poolId }} />
      </td>
      <td>{hole.model}</td>
      <td className="num">{format.cardHours(hole.cardMs)}</td>
      <td>{priceDate(hole.from, zone)}</td>
      <td>{priceDate(hole.to, zone)}</td>
      <td>{t(`pricing.holes.${hole.why}`)}</td>
      <td>
        <span className="hole-act">
          {!mayWrite ? null : hole.why === "no_price" ? (
            <button
              type="button"
              className="button"
              onClick={() => onChange({ tab: "book", form: "add", pool: hole.poolId })}
            >
              {t("pricing.holes.price")}
            </button>
          ) : (
            <button type="button" className="button" onClick={() => onChange({ tab: "rates" })}>
              {t("pricing.holes.rate")}
            </button>
          )}
          {cardModel(hole.model) === null && <AliasPicker name={hole.model} />}
        </span>
      </td>
    </tr>
  );
}

const holesCsv = (holes: readonly UnpricedHole[]): string =>
  csvText([
    ["vendor", "region", "zone", "cluster", "model", "billing", "from", "to", "card_hours", "why"],
    ...holes.map((hole) => [
      hole.vendor,
      hole.region,
      hole.zone,
      hole.cluster,
      hole.model,
      hole.billing,
      new Date(hole.from).toISOString(),
      new Date(hole.to).toISOString(),
      hole.cardMs / 3_600_000,
      hole.why,
    ]),
  ]);
