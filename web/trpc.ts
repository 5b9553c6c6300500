import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpLink, httpSubscriptionLink, isTRPCClientError, splitLink } from "@trpc/client";
import type { inferRouterOutputs } from "@trpc/server";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import type { AppRouter } from "../server/api/router.ts";
import { browserClock, observeServerDate } from "./lib/clock.ts";
import { isBare } from "./lib/bare-pages.ts";
import { refreshNow } from "./lib/use-now.ts";

/** What each procedure answers, by its path. */
export type Outputs = inferRouterOutputs<AppRouter>;

const url = "/api/trpc";

/** What tRPC hands to fetch: RequestInit with undefined spelt out. */
type RequestInitLike = { readonly signal?: AbortSignal | null | undefined };

/** Own origin only. `window.fetch`, since the Fetcher of the collectors is the server's way out, not the browser's. */
const sameOrigin = async (input: URL | RequestInfo, init?: RequestInitLike): Promise<Response> => {
  const answer = await window.fetch(input, { ...init, signal: init?.signal ?? null, redirect: "error" });
  if (observeServerDate(answer.headers.get("date"))) refreshNow();
  return answer;
};

/** Queries go one by one, not in a batch: the head of the board must not wait for ten thousand rows. */
export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url, fetch: sameOrigin }),
    }),
  ],
});

const firstFailure = new Map<string, number>(); // by query; gone once it answers
const failingSince = new WeakMap<Error, number>();

/** Since when the question behind this error has gone unanswered, in unix ms. */
export const sinceOf = (error: unknown): number =>
  (error instanceof Error ? failingSince.get(error) : undefined) ?? browserClock.now();

/** Whoever is not signed in (any more) does so, and comes back to where they were. */
function signInFirst(error: unknown): void {
  if (!isTRPCClientError<AppRouter>(error) || error.data?.code !== "UNAUTHORIZED") return;
  const { pathname, search } = window.location;
  if (!isBare(pathname)) window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}

export const queryClient = new QueryClient({
  mutationCache: new MutationCache({
    onError: (error) => {
      signInFirst(error);
      if (approvalOf(error) !== null) void queryClient.invalidateQueries({ queryKey: trpc.approvals.list.queryKey() });
    },
  }),
  queryCache: new QueryCache({
    onSuccess: (_data, query) => firstFailure.delete(query.queryHash),
    onError: (error, query) => {
      signInFirst(error);
      const since = firstFailure.get(query.queryHash) ?? browserClock.now();
      firstFailure.set(query.queryHash, since);
      failingSince.set(error, since);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      retryOnMount: false, // a panel that shows an error must not start the question anew by appearing
      retry: (failures, error) => failures < 2 && !isFinal(error),
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
  },
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

/** The id under which the server logged this failure; "" when it never reached the server. */
export function errorIdOf(error: unknown): string {
  if (!isTRPCClientError<AppRouter>(error)) return "";
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("errorId" in data)) return "";
  return typeof data.errorId === "string" ? data.errorId : "";
}

/** Under which number a change waits for a second person; null = it failed for another reason, or not at all. */
export function approvalOf(error: unknown): number | null {
  return isTRPCClientError<AppRouter>(error) ? (error.data?.approvalId ?? null) : null;
}

/** The server says that there is no such thing. */
export const isNotFound = (error: unknown): boolean =>
  isTRPCClientError<AppRouter>(error) && error.data?.code === "NOT_FOUND";

/** Which right the server misses in whoever asks; null = it is about the whole fleet, and they have teams; undefined = neither. */
export function forbiddenRight(error: unknown): string | null | undefined {
  if (!isTRPCClientError<AppRouter>(error) || error.data?.code !== "FORBIDDEN") return undefined;
  return /right "([\w.]+)"/.exec(error.message)?.[1] ?? null;
}

/** Asking again will not help: the thing is not there, or the question is wrong. */
function isFinal(error: unknown): boolean {
  if (!isTRPCClientError<AppRouter>(error)) return false;
  const status = error.data?.httpStatus ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}
