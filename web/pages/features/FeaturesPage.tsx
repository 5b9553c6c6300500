import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturesView } from "../../../db/model/ledger-views.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { addDays, dayCount } from "../../lib/day-range.ts";
import { decodeFeatures, encodeFeatures, featuresWithoutMoney, type FeaturesUrl } from "../../lib/features-url.ts";
import { featuresQuery } from "../../lib/ledger-questions.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useRange } from "../../lib/use-range.ts";
import { useTitle } from "../../lib/use-title.ts";
import { costChanges } from "../../panels/features/feature-rows.ts";
import { FeaturesKpis } from "../../panels/features/FeaturesKpis.tsx";
import { FeaturesPanel } from "../../panels/features/FeaturesPanel.tsx";
import { FirstFeature } from "../../panels/features/FirstFeature.tsx";
import { ProofProvider } from "../../panels/proof/ProofProvider.tsx";
import { BookingNotice } from "../../parts/BookingNotice.tsx";
import { ChoicePicker, ChoiceWords } from "../../parts/ChoicePicker.tsx";
import { LoadingBlock, LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { RangePicker } from "../../parts/RangePicker.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/features.css";
import "../../styles/proof.css";

/** What every feature cost and earned, and what is no feature's. */
export function FeaturesPage() {
  const { t } = useTranslation();
  useTitle(t("features.title"));
  const search = useSearch({ from: "/features" });
  const navigate = useNavigate({ from: "/features" });
  const seesMoney = useSeesMoney();
  const view = useMemo(() => {
    const asked = decodeFeatures(toParams(search));
    return seesMoney ? asked : featuresWithoutMoney(asked);
  }, [search, seesMoney]);
  const change = useCallback(
    (part: Partial<FeaturesUrl>, how: "push" | "replace" = "replace") =>
      void navigate({
        replace: how === "replace",
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeFeatures({ ...view, ...part })) }),
      }),
    [navigate, view],
  );
  const onAsk = useCallback((proof: FeaturesUrl["proof"]) => change({ proof }, "push"), [change]);
  const days = useRange(view.range);
  const list = useQuery(featuresQuery(days && { ...view.choice, range: days.range }));
  const shown = list.data;
  const whole = shown === undefined || days === null ? 0 : wholeDays(shown.range, days.today);
  const before = useBefore(shown, whole);
  const changes = useMemo(
    () => (shown === undefined ? new Map<number, number>() : costChanges(shown, before, whole)),
    [shown, before, whole],
  );
  return (
    <ProofProvider ask={view.proof} choice={view.choice} onAsk={onAsk}>
      <div className={list.isPlaceholderData ? "page page-waiting" : "page"}>
        <header className="page-head">
          <h1>{t("features.title")}</h1>
          {shown !== undefined && <AsOf at={shown.asOf} />}
          <p className="lead">{t(seesMoney ? "features.lead" : "features.leadWithoutMoney")}</p>
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
        <BookingNotice booking={shown?.booking ?? null} />
        {shown !== undefined && <BookedUntil view={shown} />}
        {list.error !== null && (
          <PanelError
            what={t("features.what")}
            wholePage
            error={list.error}
            kept={shown !== undefined}
            busy={list.isFetching}
            onRetry={() => void list.refetch()}
          />
        )}
        {shown === undefined && list.error === null && (
          <>
            <LoadingBlock height={106} />
            <LoadingRows rows={12} />
          </>
        )}
        {shown !== undefined && (
          <>
            {shown.features.length === 0 && <FirstFeature />}
            {!isNothing(shown) && (
              <>
                <FeaturesKpis view={shown} />
                <FeaturesPanel view={shown} changes={changes} wholeDays={whole} url={view} onChange={change} />
              </>
            )}
          </>
        )}
      </div>
    </ProofProvider>
  );
}

/** The same question for as many days before; undefined while it is not answered, or where there is nothing to compare. */
function useBefore(shown: FeaturesView | undefined, whole: number): FeaturesView | undefined {
  const question =
    shown === undefined || whole === 0
      ? null
      : {
          basis: shown.basis,
          policy: shown.policy,
          range: { from: addDays(shown.range.from, -whole), to: shown.range.from },
        };
  const before = useQuery({ ...featuresQuery(question), refetchInterval: false }); // days that are over hardly move
  return before.isPlaceholderData ? undefined : before.data;
}

/** How many days of a range, from its first, are over. */
function wholeDays(range: FeaturesView["range"], today: string): number {
  if (range.from >= today) return 0;
  return dayCount({ from: range.from, to: range.to < today ? range.to : today });
}

/** Neither a feature nor any card-time: a table of zeros would say more than is known. */
const isNothing = ({ features, total }: FeaturesView): boolean =>
  features.length === 0 && total.estimate.coverage === null && total.costMicro === "0";

const LATE_MS = 3 * HOUR_MS; // an hour is booked minutes after it ended

function BookedUntil({ view }: { view: FeaturesView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isLate = useNow() - view.asOf > LATE_MS;
  if (!isLate) return null;
  return (
    <p className="board-note" role="status">
      {t("features.late", { time: format.dateTime(view.asOf) })}
    </p>
  );
}
