import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { decodeSources, encodeSources, type SourcesView } from "../../lib/sources-url.ts";
import { useTitle } from "../../lib/use-title.ts";
import { SourcesPanel } from "../../panels/sources/SourcesPanel.tsx";
import { FirstSource } from "../../parts/FirstSource.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/sources.css";

const REFETCH_MS = 10_000;

/** Where readings come from and how each of those places fares. */
export function SourcesPage() {
  const { t } = useTranslation();
  useTitle(t("sources.title"));
  const search = useSearch({ from: "/sources" });
  const navigate = useNavigate({ from: "/sources" });
  const view = useMemo(() => decodeSources(toParams(search)), [search]);
  const change = (part: Partial<SourcesView>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeSources({ ...view, ...part })) }),
    });
  const list = useQuery(trpc.sources.list.queryOptions(undefined, { refetchInterval: REFETCH_MS }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("sources.title")}</h1>
        {list.data !== undefined && <AsOf at={list.data.asOf} />}
        <p className="lead">{t("sources.lead")}</p>
      </header>
      {list.error !== null && (
        <PanelError
          what={t("sources.title")}
          wholePage
          error={list.error}
          kept={list.data !== undefined}
          busy={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.isPending && <LoadingRows rows={6} height={56} />}
      {list.data?.sources.length === 0 && <FirstSource title={t("empty.sourcesTitle")} lead={t("empty.sourcesLead")} />}
      {list.data !== undefined && list.data.sources.length > 0 && (
        <SourcesPanel sources={list.data.sources} view={view} onChange={change} />
      )}
    </div>
  );
}
