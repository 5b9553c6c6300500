import { Link } from "@tanstack/react-router";
import { Cut } from "./Cut.tsx";
import { usePoolName } from "./use-pool-name.ts";

/** A pool by its name, and the way to its page. */
export function PoolLink({ id }: { id: number }) {
  const nameOf = usePoolName();
  return (
    <Link to="/pools/$id" params={{ id: String(id) }}>
      <Cut text={nameOf(id)} empty={`#${id}`} />
    </Link>
  );
}
