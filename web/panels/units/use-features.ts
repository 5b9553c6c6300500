import { useQuery } from "@tanstack/react-query";
import { trpc } from "../../trpc.ts";

export type NamedFeature = {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly isArchived: boolean;
};

export type UnitFeatures = {
  readonly zone: string;
  readonly list: readonly NamedFeature[]; // by name
  readonly nameOf: (key: string) => string;
};

/** The features units are said of. */
export function useFeatures() {
  const answer = useQuery(trpc.mapping.page.queryOptions());
  const page = answer.data;
  if (page === undefined) return { answer, features: null };
  const list = page.features.toSorted((a, b) => a.name.localeCompare(b.name));
  const names = new Map(list.map(({ key, name }) => [key, name]));
  const features: UnitFeatures = { zone: page.zone, list, nameOf: (key) => names.get(key) ?? key };
  return { answer, features };
}
