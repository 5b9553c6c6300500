import { Cut } from "./Cut.tsx";
import { usePoolName } from "./use-pool-name.ts";

/** A pool by its name. */
export function PoolLink({ id }: { id: number }) {
  const nameOf = usePoolName();
  return <Cut text={nameOf(id)} empty={`#${id}`} />;
}
