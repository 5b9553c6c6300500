import { Link } from "@tanstack/react-router";

/** The way to one card, by its whole UUID. */
export function CardLink({ uuid }: { uuid: string }) {
  return (
    <Link to="/cards/$uuid" params={{ uuid }} className="mono">
      {uuid}
    </Link>
  );
}
