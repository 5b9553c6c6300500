import { useMemo } from "react";
import { usePermissions } from "../lib/use-me.ts";
import { PAGES } from "./pages.ts";

/** The pages one may see, in the order of the menu: what is not theirs is not offered. */
export function usePages(): readonly (typeof PAGES)[number][] {
  const may = usePermissions();
  return useMemo(() => PAGES.filter((page) => may("needs" in page ? page.needs : null)), [may]);
}
