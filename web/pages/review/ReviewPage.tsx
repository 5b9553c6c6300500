import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { decodeReview, encodeReview, type ReviewView } from "../../lib/review-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useTitle } from "../../lib/use-title.ts";
import { ReviewPanel } from "../../panels/review/ReviewPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/review.css";

/** What is worth acting on, with its money and its evidence. */
export function ReviewPage() {
  const { t } = useTranslation();
  useTitle(t("review.title"));
  const search = useSearch({ from: "/review" });
  const navigate = useNavigate({ from: "/review" });
  const view = useMemo(() => decodeReview(toParams(search)), [search]);
  const change = (part: Partial<ReviewView>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeReview({ ...view, ...part })) }),
    });
  const list = useQuery(trpc.review.list.queryOptions({ state: view.state }, { refetchInterval: MINUTE_MS }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("review.title")}</h1>
        {list.data !== undefined && <AsOf at={list.data.asOf} />}
        <p className="lead">{t("review.lead")}</p>
      </header>
      {list.error !== null && (
        <PanelError
          what={t("review.title")}
          wholePage
          error={list.error}
          kept={list.data !== undefined}
          busy={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.isPending && <LoadingRows rows={6} height={56} />}
      {list.data !== undefined && <ReviewPanel list={list.data} view={view} onChange={change} />}
    </div>
  );
}
