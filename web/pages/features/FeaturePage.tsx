import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturePage as Page } from "../../../db/model/ledger-views.ts";
import { decodeFeature, encodeFeature, type FeatureUrl } from "../../lib/feature-url.ts";
import { encodeFeatures } from "../../lib/features-url.ts";
import { featureQuery } from "../../lib/ledger-questions.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useRange } from "../../lib/use-range.ts";
import { useTitle } from "../../lib/use-title.ts";
import { FeatureDays } from "../../panels/features/FeatureDays.tsx";
import { FeatureFigures } from "../../panels/features/FeatureFigures.tsx";
import { FeatureHolders } from "../../panels/features/FeatureHolders.tsx";
import { FeaturePools } from "../../panels/features/FeaturePools.tsx";
import { FeatureSources } from "../../panels/features/FeatureSources.tsx";
import { FeatureSteps } from "../../panels/features/FeatureSteps.tsx";
import { FeatureUnits } from "../../panels/features/FeatureUnits.tsx";
import { ProofProvider } from "../../panels/proof/ProofProvider.tsx";
import { BookingNotice } from "../../parts/BookingNotice.tsx";
import { ChoicePicker, ChoiceWords } from "../../parts/ChoicePicker.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { RangePicker } from "../../parts/RangePicker.tsx";
import { MappingLink } from "../../parts/MappingLink.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { isNotFound } from "../../trpc.ts";
import "../../styles/features.css";
import "../../styles/pages.css";
import "../../styles/proof.css";

const MOST_KEY = 80;

/** One feature, or what is unattributed: its money by day, from list price to margin, its units, its cards and holders. */
export function FeaturePage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/features/$key" });
  const isKey = key !== "" && key.length <= MOST_KEY;
  const search = useSearch({ from: "/features/$key" });
  const navigate = useNavigate({ from: "/features/$key" });
  const view = useMemo(() => decodeFeature(toParams(search)), [search]);
  const change = useCallback(
    (part: Partial<FeatureUrl>, how: "push" | "replace" = "replace") =>
      void navigate({
        replace: how === "replace",
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeFeature({ ...view, ...part })) }),
      }),
    [navigate, view],
  );
  const onAsk = useCallback((proof: FeatureUrl["proof"]) => change({ proof }, "push"), [change]);
  const seesMoney = useSeesMoney();
  const days = useRange(view.range);
  const query = useQuery(featureQuery(days === null || !isKey ? null : { ...view.choice, range: days.range, key }));
  const page = query.data?.feature.key === key ? query.data : undefined; // not the feature looked at before
  const isUnattributed = key === "unattributed";
  const name = isUnattributed ? t("ledger.unattributed") : page?.feature.name || key.slice(0, MOST_KEY);
  useTitle(t("features.page.title", { name }));
  const isUnknown = !isKey || isNotFound(query.error);
  return (
    <ProofProvider ask={view.proof} choice={view.choice} onAsk={onAsk}>
      <div className={query.isPlaceholderData ? "page page-waiting" : "page"}>
        <header className="page-head">
          <h1 className="feature-title">
            <bdi>{name}</bdi>
          </h1>
          {page !== undefined && <AsOf at={page.asOf} />}
          <HeadLine page={page} url={view} isUnattributed={isUnattributed} />
        </header>
        <div className="money-bar">
          {days !== null && <RangePicker ask={view.range} range={days.range} onChange={(range) => change({ range })} />}
          {seesMoney && (
            <>
              <ChoicePicker choice={view.choice} onChange={(choice) => change({ choice })} />
              <ChoiceWords choice={view.choice} />
            </>
          )}
        </div>
        <BookingNotice booking={page?.booking ?? null} />
        {isUnknown && (
          <div className="notice" role="status">
            <p className="notice-title">{t("features.page.unknown")}</p>
            <p>{t("features.page.unknownHint")}</p>
          </div>
        )}
        {query.error !== null && !isUnknown && (
          <PanelError
            what={t("features.page.what")}
            wholePage={page === undefined}
            error={query.error}
            kept={page !== undefined}
            busy={query.isFetching}
            onRetry={() => void query.refetch()}
          />
        )}
        {page === undefined && query.error === null && isKey && <LoadingBlock height={720} />}
        {page !== undefined && <Body page={page} url={view} onChange={change} />}
      </div>
    </ProofProvider>
  );
}

function Body(props: { page: Page; url: FeatureUrl; onChange: (part: Partial<FeatureUrl>) => void }) {
  const { page, url, onChange } = props;
  const seesMoney = useSeesMoney();
  const hasUnits = page.feature.unit !== "" || page.sources.length > 0;
  return (
    <>
      <FeatureFigures page={page} />
      {seesMoney && <FeatureDays page={page} as={url.daysAs} onAs={(daysAs) => onChange({ daysAs })} />}
      <div className={seesMoney ? "feature-pair" : undefined}>
        {seesMoney && <FeatureSteps page={page} as={url.stepsAs} onAs={(stepsAs) => onChange({ stepsAs })} />}
        {hasUnits && <FeatureUnits page={page} as={url.unitsAs} onAs={(unitsAs) => onChange({ unitsAs })} />}
      </div>
      {hasUnits && <FeatureSources page={page} />}
      <FeaturePools page={page} />
      <FeatureHolders page={page} />
    </>
  );
}

function HeadLine(props: { page: Page | undefined; url: FeatureUrl; isUnattributed: boolean }) {
  const { t } = useTranslation();
  const { page, url, isUnattributed } = props;
  const feature = page?.feature;
  return (
    <p className="life-line">
      {isUnattributed && <span>{t("features.page.unattributedLead")}</span>}
      {feature !== undefined && !isUnattributed && (
        <>
          <span>
            <bdi>{feature.team === "" ? t("features.page.noTeam") : feature.team}</bdi>
          </span>
          <span>{t(`features.page.kinds.${feature.kind}`)}</span>
          <span>
            {feature.unit === "" ? t("features.page.sellsNothing") : t("features.page.sells", { unit: feature.unit })}
          </span>
          {feature.isArchived && <span className="list-mark">{t("features.archived")}</span>}
        </>
      )}
      <Link
        to="/features"
        search={fromParams(
          encodeFeatures({
            range: url.range,
            choice: url.choice,
            sort: "cost",
            descending: true,
            search: "",
            teams: [],
            proof: null,
          }),
        )}
      >
        {t("features.page.all")}
      </Link>
      <MappingLink>{t("features.toMapping")}</MappingLink>
    </p>
  );
}
