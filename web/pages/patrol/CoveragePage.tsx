import { Button } from "@mantine/core";
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CoverageAsk } from "../../../db/model/patrol-views.ts";
import { WHOLE_FLEET } from "../../../db/model/report.ts";
import { type CoverageUrl, decodeCoverage, encodeCoverage } from "../../lib/coverage-url.ts";
import { dayAt } from "../../lib/day-range.ts";
import { isWhole } from "../../lib/scope-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { useTitle } from "../../lib/use-title.ts";
import { Asked } from "../../panels/patrol/Asked.tsx";
import { CertificateLine } from "../../panels/patrol/CertificateLine.tsx";
import { calendarFrom } from "../../panels/patrol/coverage-days.ts";
import { CoverageCalendar } from "../../panels/patrol/CoverageCalendar.tsx";
import { CoverageCauses } from "../../panels/patrol/CoverageCauses.tsx";
import { CoverageHoles } from "../../panels/patrol/CoverageHoles.tsx";
import { ScopeFacets } from "../../panels/patrol/ScopeFacets.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";

/** The coverage certificate of thirteen weeks, or of one day of them. */
export function CoveragePage() {
  const { t } = useTranslation();
  useTitle(t("patrol.tabs.coverage"));
  const format = useFormat();
  const search = useSearch({ from: "/patrol/coverage" });
  const navigate = useNavigate({ from: "/patrol/coverage" });
  const view = useMemo(() => decodeCoverage(toParams(search)), [search]);
  const change = useCallback(
    (part: Partial<CoverageUrl>) =>
      void navigate({
        replace: true,
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeCoverage({ ...view, ...part })) }),
      }),
    [navigate, view],
  );
  const now = useNow();
  const { data: fleet } = useQuery(trpc.fleet.summary.queryOptions());
  const today = fleet === undefined ? null : dayAt(now, fleet.zone);
  const weeks: CoverageAsk | null = today === null ? null : { from: calendarFrom(today), to: today, scope: view.scope };
  const all = useQuery(trpc.patrol.coverage.queryOptions(weeks ?? skipToken, { placeholderData: keepPreviousData }));
  const day = useQuery(
    trpc.patrol.coverage.queryOptions(
      weeks === null || view.day === "" ? skipToken : { from: view.day, to: view.day, scope: view.scope },
    ),
  );
  const clear = () => change({ day: "", scope: WHOLE_FLEET });
  return (
    <Asked what={t("patrol.coverage.what")} query={all}>
      {(page) => {
        const shown = view.day === "" ? page : day.data;
        const dayName = view.day === "" ? "" : format.date(Date.parse(`${view.day}T12:00:00Z`));
        return (
          <>
            <div className="filters coverage-filters">
              <ScopeFacets scope={view.scope} known={page.scopes} onChange={(scope) => change({ scope })} />
              {(view.day !== "" || !isWhole(view.scope)) && (
                <Button size="compact-sm" variant="subtle" onClick={clear}>
                  {t("patrol.coverage.clear")}
                </Button>
              )}
            </div>
            {page.certificate.cards === 0 ? (
              <div className="panel-empty">
                <h3>{t("patrol.coverage.noCards")}</h3>
                <p>{t("patrol.coverage.noCardsHint")}</p>
              </div>
            ) : (
              <>
                <CertificateLine certificate={page.certificate} isOfTeams={view.scope.teams.length > 0} />
                <CoverageCalendar
                  certificate={page.certificate}
                  today={today ?? ""}
                  chosen={view.day}
                  onChoose={(chosen) => change({ day: chosen })}
                />
                {day.error !== null && (
                  <PanelError
                    what={t("patrol.coverage.holesOf", { day: dayName })}
                    error={day.error}
                    busy={day.isFetching}
                    onRetry={() => void day.refetch()}
                  />
                )}
                {shown === undefined ? (
                  day.error === null && <LoadingBlock height={320} />
                ) : (
                  <div className="coverage-why">
                    <CoverageCauses certificate={shown.certificate} />
                    <CoverageHoles
                      page={shown}
                      title={
                        view.day === "" ? t("patrol.coverage.holes") : t("patrol.coverage.holesOf", { day: dayName })
                      }
                      days={
                        view.day === ""
                          ? { from: weeks?.from ?? "", to: weeks?.to ?? "" }
                          : { from: view.day, to: view.day }
                      }
                      scope={view.scope}
                    />
                  </div>
                )}
              </>
            )}
          </>
        );
      }}
    </Asked>
  );
}
