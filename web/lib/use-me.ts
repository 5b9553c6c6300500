import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Permission } from "../../db/model/access.ts";
import type { Me } from "../../db/model/access-views.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import { trpc } from "../trpc.ts";

/** Who this browser is to the server; undefined until it has said so. */
export const useMe = (): Me | undefined =>
  useQuery(trpc.access.me.queryOptions(undefined, { staleTime: MINUTE_MS })).data;

/** The server has not said yet who this is. */
export const useMePending = (): boolean =>
  useQuery(trpc.access.me.queryOptions(undefined, { staleTime: MINUTE_MS })).isPending;

/** Whether one sees the work of some teams only: what is about the whole fleet is closed then. */
export const useHasTeams = (): boolean => (useMe()?.teams ?? null) !== null;

/** Whether amounts are shown: without this right they come as null, and what would show nothing else is left out. */
export const useSeesMoney = (): boolean => usePermissions()("money.see");

/** Whether prices and the money of pools are shown: they are of everybody who holds cards there, so to no team. */
export function useSeesPrices(): boolean {
  const seesMoney = useSeesMoney();
  return !useHasTeams() && seesMoney;
}

/**
 * Whether to offer what needs this right. Until the server has said who asks, yes: it decides in any case, and a menu that
 * grows under the pointer helps nobody.
 */
export function usePermissions(): (needed: Permission | null) => boolean {
  const me = useMe();
  return useCallback((needed) => needed === null || me === undefined || me.permissions.includes(needed), [me]);
}

/**
 * Whether to offer a change that needs this right. Every such change is about the whole fleet and closed to people with
 * teams. Until the server has said who asks, no: a button that is not theirs is never shown.
 */
export function useMay(needed: Permission): boolean {
  const me = useMe();
  return me !== undefined && me.teams === null && me.permissions.includes(needed);
}
