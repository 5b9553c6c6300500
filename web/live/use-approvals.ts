import { useQuery } from "@tanstack/react-query";
import { MINUTE_MS } from "../../db/model/time.ts";
import { useMe } from "../lib/use-me.ts";
import { trpc } from "../trpc.ts";

/** What waits for a second person and what was decided, as far as it is this person's; asked where people sign in. */
export function useApprovals() {
  const me = useMe();
  return useQuery(
    trpc.approvals.list.queryOptions(undefined, { refetchInterval: MINUTE_MS, enabled: me?.kind === "person" }),
  );
}
