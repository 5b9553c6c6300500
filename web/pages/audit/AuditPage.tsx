import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AuditFilter } from "../../../db/model/access-views.ts";
import { decodeAudit, encodeAudit } from "../../lib/audit-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useTitle } from "../../lib/use-title.ts";
import { AuditHead } from "../../panels/audit/AuditHead.tsx";
import { AuditPanel } from "../../panels/audit/AuditPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { client, trpc } from "../../trpc.ts";
import "../../styles/audit.css";

const ROWS = 50;

/** Who did what, and whether the record of it stands. */
export function AuditPage() {
  const { t } = useTranslation();
  useTitle(t("audit.title"));
  const search = useSearch({ from: "/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const filter = useMemo(() => decodeAudit(toParams(search)), [search]);
  const change = (part: Partial<AuditFilter>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeAudit({ ...filter, ...part })) }),
    });
  useKeys({ "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus() });
  const pages = useInfiniteQuery({
    queryKey: [...trpc.audit.page.queryKey(), filter],
    queryFn: ({ pageParam, signal }) => client.audit.page.query({ filter, before: pageParam, limit: ROWS }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ rows }) => (rows.length < ROWS ? null : (rows.at(-1)?.seq ?? null)),
    placeholderData: keepPreviousData, // the rows stay while others are looked for
    refetchOnWindowFocus: false, // it would read every page again
  });
  const newest = pages.data?.pages[0];
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("audit.title")}</h1>
        {newest !== undefined && <AsOf at={pages.dataUpdatedAt} />}
        <p className="lead">{t("audit.lead")}</p>
      </header>
      {pages.error !== null && (
        <PanelError
          what={t("audit.title")}
          wholePage
          error={pages.error}
          kept={newest !== undefined}
          busy={pages.isFetching}
          onRetry={() => void pages.refetch()}
        />
      )}
      {pages.isPending && <LoadingRows rows={12} />}
      {newest !== undefined && (
        <>
          <AuditHead head={newest.head} onChecked={() => void pages.refetch()} />
          <AuditPanel
            rows={rows}
            filter={filter}
            onChange={change}
            older={{
              isThere: pages.hasNextPage,
              isBusy: pages.isFetchingNextPage,
              onMore: () => void pages.fetchNextPage(),
            }}
          />
        </>
      )}
    </div>
  );
}
