import { useQueryClient } from "@tanstack/react-query";
import { trpc } from "../../trpc.ts";

/** After rules, features or units changed: everything that says whose money it is asks again. */
export function useMappingChange(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [
      trpc.mapping.pathKey(),
      trpc.usage.pathKey(),
      trpc.features.pathKey(),
      trpc.cost.pathKey(),
      trpc.today.pathKey(),
    ])
      void queries.invalidateQueries({ queryKey });
  };
}
