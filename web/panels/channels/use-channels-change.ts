import { useQueryClient } from "@tanstack/react-query";
import { trpc } from "../../trpc.ts";

/** After a change of channels, routes or dead letters: reads them anew. */
export function useChannelsChange(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: trpc.alerts.channels.queryKey() }),
      queries.invalidateQueries({ queryKey: trpc.alerts.deadLetters.pathKey() }),
    ]);
}
