import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import type { IncidentFilter, IncidentRow, IncidentsPage } from "../../db/model/alert-views.ts";
import { SECOND_MS } from "../../db/model/time.ts";
import { client, trpc } from "../trpc.ts";

const FRESH_MS = 10 * SECOND_MS;
const RESOLVED_FRESH_MS = 60 * SECOND_MS;
const AT_ONCE = 1_000;
/** Nobody reads more than that; one rule folds into "too wide" at five thousand. */
const MOST_OPEN = 5_000;
const MOST_RESOLVED = 2_000;

export type Incidents = {
  /** The sums of the first page with the rows of all of them, each incident once. Undefined until the first answer. */
  readonly page: IncidentsPage | undefined;
  readonly isWhole: boolean; // every row behind the filter is here
  readonly isOld: boolean; // rows of the question before, while this one is asked
  readonly error: Error | null;
  readonly isFetching: boolean;
  readonly refetch: () => void;
};

/** The incidents behind a filter, page after page until all are here, asked again every ten seconds. */
export function useIncidents(filter: IncidentFilter): Incidents {
  const isResolved = filter.set === "resolved";
  const query = useInfiniteQuery({
    queryKey: [["alerts", "incidents"], { input: filter, type: "infinite" }] as const,
    queryFn: ({ pageParam, signal }) =>
      client.alerts.incidents.query({ filter: asked(filter), after: pageParam, limit: AT_ONCE }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: isResolved ? RESOLVED_FRESH_MS : FRESH_MS,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage, refetch } = query;
  const rows = useMemo(() => once(data?.pages.flatMap((page) => page.rows) ?? []), [data]);
  const isEnough = rows.length >= (isResolved ? MOST_RESOLVED : MOST_OPEN);
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError && !isEnough) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, isEnough, fetchNextPage]);
  const first = data?.pages[0];
  const page = useMemo(() => (first === undefined ? undefined : { ...first, rows }), [first, rows]);
  return {
    page,
    isWhole: !hasNextPage,
    isOld: query.isPlaceholderData,
    error: query.error,
    isFetching,
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

/** tRPC wants lists of its own. */
const asked = (filter: IncidentFilter) => ({
  ...filter,
  severities: [...filter.severities],
  families: [...filter.families],
});

/** Pages are asked one after the other: a row that sank in between comes twice. */
function once(rows: readonly IncidentRow[]): readonly IncidentRow[] {
  const seen = new Set<number>();
  return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** What fires and what it costs, in one line: for the menu, Today and the palette. */
export function useAlertsHead() {
  return useQuery(trpc.alerts.head.queryOptions(undefined, { refetchInterval: FRESH_MS }));
}

/** Asks everything about alerts again: a person has just changed something. */
export function useAskAlertsAgain(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries(trpc.alerts.pathFilter()), [queries]);
}
