import { ROUTE_TIMES, type Route } from "../../../db/model/channel.ts";

/** A route as it is written; null = not saved yet. */
export type RouteDraft = Omit<Route, "id" | "position"> & { readonly id: number | null };

export const newRoute = (channelIds: readonly number[]): RouteDraft => ({
  id: null,
  name: "",
  where: {},
  severities: [],
  ruleIds: [],
  channelIds: [...channelIds],
  goesOn: false,
  ...ROUTE_TIMES,
  escalations: [],
});

/** As the server takes it: a copy without what it works out itself. */
export const sendable = ({
  id,
  name,
  where,
  severities,
  ruleIds,
  channelIds,
  goesOn,
  escalations,
  ...rest
}: RouteDraft) => ({
  id,
  name,
  where: Object.fromEntries(Object.entries(where).map(([part, values]) => [part, [...(values ?? [])]])),
  severities: [...severities],
  ruleIds: [...ruleIds],
  channelIds: [...channelIds],
  goesOn,
  groupWaitMs: rest.groupWaitMs,
  groupIntervalMs: rest.groupIntervalMs,
  repeatMs: rest.repeatMs,
  escalations: escalations.map((step) => ({ afterMs: step.afterMs, channelIds: [...step.channelIds] })),
});

/** The list with one of its members a place further up (−1) or down (1). */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const to = at + by;
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  [next[at], next[to]] = [next[to]!, next[at]!];
  return next;
}
