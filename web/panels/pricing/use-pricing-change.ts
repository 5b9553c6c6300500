import { useQueryClient } from "@tanstack/react-query";
import { trpc } from "../../trpc.ts";

/** After the book changed: everything that shows money asks again. */
export function usePricingChange(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [
      trpc.pricing.pathKey(),
      trpc.board.pathKey(),
      trpc.tiers.pathKey(),
      trpc.today.pathKey(),
      trpc.fleet.summary.queryKey(),
    ])
      void queries.invalidateQueries({ queryKey });
  };
}
