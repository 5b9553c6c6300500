import { Link } from "@tanstack/react-router";
import { DEFAULT_BOARD, encodeBoard } from "../lib/board-url.ts";
import { fromParams } from "../lib/search-params.ts";

/** The way to one card, by its whole UUID. */
export function CardLink({ uuid }: { uuid: string }) {
  return (
    <Link to="/board" search={fromParams(encodeBoard({ ...DEFAULT_BOARD, card: uuid }))} className="mono">
      {uuid}
    </Link>
  );
}
