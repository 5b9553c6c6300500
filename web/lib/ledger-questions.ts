import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  CostChoice,
  DayRange,
  FeaturePage,
  FeaturesView,
  Proof,
  ProofQuestion,
  Recomputed,
} from "../../db/model/ledger-views.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import { client } from "../trpc.ts";

/** What the features page and a feature's page ask. */
export type ListQuestion = CostChoice & { readonly range: DayRange };
export type PageQuestion = ListQuestion & { readonly key: string };

type Query<I, O> = { readonly query: (input: I, options: { signal: AbortSignal }) => Promise<O> };
const ledger = client as unknown as {
  readonly features: {
    readonly list: Query<ListQuestion, FeaturesView>;
    readonly page: Query<PageQuestion, FeaturePage>;
  };
  readonly cost: { readonly proof: Query<ProofQuestion, Proof>; readonly recompute: Query<ProofQuestion, Recomputed> };
};

const refetchInterval = MINUTE_MS;

export const featuresQuery = (input: ListQuestion | null) =>
  queryOptions({
    queryKey: [["features", "list"], { input, type: "query" }],
    queryFn: ({ signal }) => ledger.features.list.query(asked(input), { signal }),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    refetchInterval,
  });

export const featureQuery = (input: PageQuestion | null) =>
  queryOptions({
    queryKey: [["features", "page"], { input, type: "query" }],
    queryFn: ({ signal }) => ledger.features.page.query(asked(input), { signal }),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    refetchInterval,
  });

export const proofQuery = (input: ProofQuestion) =>
  queryOptions({
    queryKey: [["cost", "proof"], { input, type: "query" }],
    queryFn: ({ signal }) => ledger.cost.proof.query(input, { signal }),
  });

/** Asked for by a person only: it works out every hour anew. */
export const recomputeQuery = (input: ProofQuestion, enabled: boolean) =>
  queryOptions({
    queryKey: [["cost", "recompute"], { input, type: "query" }],
    queryFn: ({ signal }) => ledger.cost.recompute.query(input, { signal }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

function asked<T>(input: T | null): T {
  if (input === null) throw new Error("A question was asked before its days were known.");
  return input;
}
