import { Button, CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PriceView } from "../../../db/model/pricing-views.ts";
import { priceDate } from "../../lib/price-date.ts";
import type { PricingView } from "../../lib/pricing-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePriceWords } from "../../lib/use-price-words.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { trpc } from "../../trpc.ts";
import { EffectLine } from "./EffectLine.tsx";

const MOST_POOLS = 20;

/** One price: who said it when and why, what it prices, and what saying it did to the money. */
export function PriceDetail(props: {
  price: PriceView;
  zone: string;
  mayWrite: boolean;
  onChange: (part: Partial<PricingView>) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePriceWords();
  const { price, zone, onChange } = props;
  const { revision, selector, poolIds } = price;
  const isImport = revision.source !== revision.who;
  return (
    <aside
      className="price-detail"
      aria-label={t("pricing.detail.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onChange({ open: null, form: null });
      }}
    >
      <header>
        <h3>{[selector.vendor, selector.model].filter(Boolean).join(" · ") || t("pricing.book.anyCard")}</h3>
        <CloseButton size="sm" aria-label={t("pricing.detail.close")} onClick={() => onChange({ open: null })} />
      </header>
      <p className="price-detail-amount">{words.amount(price)}</p>
      <dl className="price-facts">
        <dt>{t("pricing.book.where")}</dt>
        <dd>{words.place(selector)}</dd>
        {selector.contract !== "" && (
          <>
            <dt>{t("pricing.book.contract")}</dt>
            <dd>{selector.contract}</dd>
          </>
        )}
        <dt>{t("pricing.detail.term")}</dt>
        <dd>{price.termTo === null ? t("pricing.detail.noTerm") : priceDate(price.termTo, zone)}</dd>
        {price.owned !== null && (
          <>
            <dt>{t("pricing.detail.owned")}</dt>
            <dd>
              {t("pricing.detail.ownedTerms", {
                purchase: format.money(price.owned.purchaseMicro, price.currency),
                months: price.owned.months,
                watts: price.owned.watts,
                power: words.unit(price.owned.powerMicroPerKwh, price.currency),
              })}
            </dd>
          </>
        )}
        <dt>{t("pricing.book.said")}</dt>
        <dd>
          {t("pricing.detail.who", { who: revision.who, time: priceDate(revision.at, zone) })}
          <small> {t("pricing.detail.revision", { id: revision.id })}</small>
        </dd>
        {isImport && (
          <>
            <dt>{t("pricing.detail.source")}</dt>
            <dd>{revision.source}</dd>
          </>
        )}
        <dt>{t("pricing.detail.why")}</dt>
        <dd>{revision.why}</dd>
      </dl>
      {props.mayWrite && (
        <div className="price-detail-act">
          <Button size="xs" variant="default" onClick={() => onChange({ form: "correct" })}>
            {t("pricing.detail.correct")}
          </Button>
          <Button size="xs" variant="default" onClick={() => onChange({ form: "end" })} disabled={price.to !== null}>
            {t("pricing.detail.end")}
          </Button>
        </div>
      )}
      <h4>
        {poolIds.length === 0 ? t("pricing.detail.pricesNone") : t("pricing.detail.prices", { count: poolIds.length })}
      </h4>
      <ul>
        {poolIds.slice(0, MOST_POOLS).map((id) => (
          <li key={id}>
            <PoolLink id={id} />
          </li>
        ))}
      </ul>
      <h4>{t("pricing.detail.effect")}</h4>
      <Effect revision={revision.id} zone={zone} />
    </aside>
  );
}

function Effect({ revision, zone }: { revision: number; zone: string }) {
  const { t } = useTranslation();
  const effect = useQuery(trpc.pricing.revision.queryOptions({ id: revision }, { staleTime: Infinity }));
  if (effect.error !== null)
    return (
      <PanelError
        what={t("pricing.detail.effect")}
        error={effect.error}
        busy={effect.isFetching}
        onRetry={() => void effect.refetch()}
      />
    );
  return effect.data === undefined ? <LoadingRows rows={2} /> : <EffectLine effect={effect.data} zone={zone} brief />;
}
