import { useQueryClient } from "@tanstack/react-query";
import { trpc } from "../../trpc.ts";

/** After a change: everything that shows declarations or lives asks again. */
export function useInventoryRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: trpc.inventory.pathKey() });
}
