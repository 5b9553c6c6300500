import { keepPreviousData, skipToken } from "@tanstack/react-query";
import type { CostChoice, CostDimension, CostFilter, DayRange, ProofQuestion } from "../../db/model/ledger-views.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import { trpc } from "../trpc.ts";

/** What the features page and a feature's page ask. */
export type ListQuestion = CostChoice & { readonly range: DayRange };
export type PageQuestion = ListQuestion & { readonly key: string };

/** Asked again each minute, since hours are booked without an event; what was shown stays until the answer is there. */
const kept = { placeholderData: keepPreviousData, refetchInterval: MINUTE_MS } as const;

export const featuresQuery = (input: ListQuestion | null) => trpc.features.list.queryOptions(input ?? skipToken, kept);

export const featureQuery = (input: PageQuestion | null) => trpc.features.page.queryOptions(input ?? skipToken, kept);

/** What the cost page asks. */
type CostQuestion = { readonly range: DayRange; readonly filter: CostFilter };

export const costQuery = (input: (CostQuestion & { readonly by: CostDimension }) | null) =>
  trpc.cost.view.queryOptions(input === null ? skipToken : { ...input, filter: listsOf(input.filter) }, kept);

export const pivotQuery = (
  input: (CostQuestion & { readonly rows: CostDimension; readonly columns: CostDimension }) | null,
) => trpc.cost.pivot.queryOptions(input === null ? skipToken : { ...input, filter: listsOf(input.filter) }, kept);

export const proofQuery = (question: ProofQuestion) => trpc.cost.proof.queryOptions(proofInput(question));

/** What a proof and its recomputation are asked with. */
export const proofInput = ({ range, filter }: ProofQuestion) => ({ range, filter: listsOf(filter) });

type Lists = { [K in keyof ProofQuestion["filter"]]: string[] };

/** The same with lists a request may hold. */
const listsOf = (filter: ProofQuestion["filter"]): Lists =>
  Object.fromEntries(Object.entries(filter).map(([dimension, values]) => [dimension, [...values]]));
