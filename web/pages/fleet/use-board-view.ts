import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type CardQuery } from "../../../db/model/card-query.ts";
import { type BoardView, decodeBoard, encodeBoard, withoutMoney } from "../../lib/board-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useHasTeams, useSeesPrices } from "../../lib/use-me.ts";

export type ChangeBoard = (
  change: Omit<Partial<BoardView>, "query"> & { readonly query?: Partial<CardQuery> },
  how?: "push" | "replace",
) => void;

/** The board's view, which lives in the address and nowhere else. */
export function useBoardView(): readonly [BoardView, ChangeBoard] {
  const search = useSearch({ from: "/board" });
  const navigate = useNavigate({ from: "/board" });
  const seesPrices = useSeesPrices();
  const hasTeams = useHasTeams(); // then there is nothing to compare with
  const view = useMemo(() => {
    const asked = decodeBoard(toParams(search));
    const seen = seesPrices ? asked : withoutMoney(asked);
    return hasTeams ? { ...seen, against: null } : seen;
  }, [search, seesPrices, hasTeams]);
  const change = useCallback<ChangeBoard>(
    (part, how = "push") => {
      void navigate({
        replace: how === "replace",
        search: (before) => {
          const old = decodeBoard(toParams(before));
          const next = { ...old, ...part, query: { ...old.query, ...part.query } };
          return { ...langOf(before), ...fromParams(encodeBoard(next)) };
        },
      });
    },
    [navigate],
  );
  return [view, change];
}

function langOf(search: Readonly<Record<string, unknown>>): { lang?: "zh" | "en" } {
  return search["lang"] === "zh" || search["lang"] === "en" ? { lang: search["lang"] } : {};
}
