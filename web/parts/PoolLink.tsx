import { Link } from "@tanstack/react-router";
import { useHasTeams } from "../lib/use-me.ts";
import { Cut } from "./Cut.tsx";
import { usePoolName } from "./use-pool-name.ts";

const MOST_TAIL = 26; // a name may be anything

/** A pool by its name, and the way to its page, which people with teams have not. Where there is little room its model and billing stay in sight. */
export function PoolLink({ id }: { id: number }) {
  const name = usePoolName()(id);
  const tail = Math.min(MOST_TAIL, Array.from(name.split(" · ").slice(-2).join(" · ")).length);
  const cut = <Cut text={name} empty={`#${id}`} tail={tail} />;
  if (useHasTeams()) return cut;
  return (
    <Link to="/pools/$id" params={{ id: String(id) }}>
      {cut}
    </Link>
  );
}
