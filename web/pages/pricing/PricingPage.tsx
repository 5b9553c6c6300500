import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { decodePricing, encodePricing, PRICING_TABS, type PricingView } from "../../lib/pricing-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useMay } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { BookPanel } from "../../panels/pricing/BookPanel.tsx";
import { HolesPanel } from "../../panels/pricing/HolesPanel.tsx";
import { ImportPanel } from "../../panels/pricing/ImportPanel.tsx";
import { RatesPanel } from "../../panels/pricing/RatesPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/pricing.css";

/** Rows of the book on the page: more are found by search. */
const SHOWN = 1_000;

/** What cards cost: the price book, what it does not cover, exchange rates, and tables to take in. */
export function PricingPage() {
  const { t } = useTranslation();
  useTitle(t("pricing.title"));
  const search = useSearch({ from: "/pricing" });
  const navigate = useNavigate({ from: "/pricing" });
  const mayWrite = useMay("prices.write");
  const view = useMemo(() => {
    const asked = decodePricing(toParams(search));
    const tab = asked.tab === "import" && !mayWrite ? "book" : asked.tab;
    return mayWrite ? asked : { ...asked, tab, form: null }; // no address opens a form that is not theirs
  }, [search, mayWrite]);
  const change = (part: Partial<PricingView>) =>
    void navigate({
      replace: part.tab === undefined,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodePricing({ ...view, ...part })) }),
    });
  const { search: words, kind, inForce } = view;
  const book = useQuery(
    trpc.pricing.book.queryOptions(
      { search: words, kind, inForce, limit: SHOWN },
      { refetchInterval: MINUTE_MS, placeholderData: keepPreviousData },
    ),
  );
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("pricing.title")}</h1>
        {book.data !== undefined && <AsOf at={book.data.asOf} />}
        <p className="lead">{t("pricing.lead")}</p>
      </header>
      {book.error !== null && (
        <PanelError
          what={t("pricing.title")}
          wholePage
          error={book.error}
          kept={book.data !== undefined}
          busy={book.isFetching}
          onRetry={() => void book.refetch()}
        />
      )}
      {book.data !== undefined && book.data.missingRates.length > 0 && view.tab !== "rates" && (
        <div className="notice pricing-notice">
          <p>{t("pricing.missingRates", { currencies: book.data.missingRates.join(", ") })}</p>
          {mayWrite && (
            <button type="button" className="button" onClick={() => change({ tab: "rates" })}>
              {t("pricing.addRate")}
            </button>
          )}
        </div>
      )}
      {book.isPending && <LoadingRows rows={10} />}
      {book.data !== undefined && (
        <TabBar
          label={t("pricing.tabs")}
          tabs={PRICING_TABS.filter((id) => mayWrite || id !== "import").map((id) => ({
            id,
            name: t(`pricing.tab.${id}`),
          }))}
          chosen={view.tab}
          onChoose={(tab) => change({ tab, open: null, form: null, pool: null })}
        >
          {view.tab === "book" && <BookPanel book={book.data} view={view} mayWrite={mayWrite} onChange={change} />}
          {view.tab === "holes" && <HolesPanel zone={book.data.zone} mayWrite={mayWrite} onChange={change} />}
          {view.tab === "rates" && <RatesPanel book={book.data} mayWrite={mayWrite} onChange={change} />}
          {view.tab === "import" && (
            <ImportPanel zone={book.data.zone} table={view.table} key={view.table} onChange={change} />
          )}
        </TabBar>
      )}
    </div>
  );
}
