import { Link } from "@tanstack/react-router";
import { Cut } from "./Cut.tsx";
import { usePoolName } from "./use-pool-name.ts";

const MOST_TAIL = 26; // a name may be anything

/** A pool by its name, and the way to its page. Where there is little room its model and billing stay in sight. */
export function PoolLink({ id }: { id: number }) {
  const name = usePoolName()(id);
  const tail = Math.min(MOST_TAIL, Array.from(name.split(" · ").slice(-2).join(" · ")).length);
  return (
    <Link to="/pools/$id" params={{ id: String(id) }}>
      <Cut text={name} empty={`#${id}`} tail={tail} />
    </Link>
  );
}
