import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ArchiveFilter } from "../../../db/model/patrol-views.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { decodeArchive, encodeArchive } from "../../lib/archive-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useTitle } from "../../lib/use-title.ts";
import { ArchivePanel } from "../../panels/patrol/ArchivePanel.tsx";
import { Asked } from "../../panels/patrol/Asked.tsx";
import { trpc } from "../../trpc.ts";

const LIMIT = 50;

/** Every report that was made. */
export function ReportsPage() {
  const { t } = useTranslation();
  useTitle(t("patrol.tabs.reports"));
  const search = useSearch({ from: "/patrol/reports" });
  const navigate = useNavigate({ from: "/patrol/reports" });
  const filter = useMemo(() => decodeArchive(toParams(search)), [search]);
  const [pages, setPages] = useState<readonly string[]>([]); // cursors of the pages gone through
  const change = useCallback(
    (part: Partial<ArchiveFilter>) => {
      setPages([]);
      void navigate({
        replace: true,
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeArchive({ ...filter, ...part })) }),
      });
    },
    [navigate, filter],
  );
  const query = useQuery(
    trpc.reports.archive.queryOptions(
      { filter, after: pages.at(-1) ?? null, limit: LIMIT },
      {
        placeholderData: keepPreviousData,
        refetchInterval: ({ state }) =>
          state.data?.rows.some(({ run }) => run.state === "making" || run.state === "waiting") === true
            ? SECOND_MS
            : MINUTE_MS,
      },
    ),
  );
  return (
    <Asked what={t("patrol.reports.what")} query={query}>
      {(page) => {
        const { next } = page;
        return (
          <ArchivePanel
            page={page}
            filter={filter}
            onFilter={change}
            onNewer={pages.length === 0 ? null : () => setPages(pages.slice(0, -1))}
            onOlder={next === null ? null : () => setPages([...pages, next])}
          />
        );
      }}
    </Asked>
  );
}
