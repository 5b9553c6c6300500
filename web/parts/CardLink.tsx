import { Link } from "@tanstack/react-router";
import { useHasTeams } from "../lib/use-me.ts";

/** The way to one card, by its whole UUID; people with teams have none. */
export function CardLink({ uuid }: { uuid: string }) {
  if (useHasTeams()) return <span className="mono">{uuid}</span>;
  return (
    <Link to="/cards/$uuid" params={{ uuid }} className="mono">
      {uuid}
    </Link>
  );
}
