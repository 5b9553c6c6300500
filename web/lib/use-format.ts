import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSummary } from "../live/use-fleet.ts";
import { type Format, type Lang, makeFormat } from "./format.ts";

const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function useLang(): Lang {
  return useTranslation().i18n.language === "zh" ? "zh" : "en";
}

/** Formats in the reader's language and the fleet's zone; the browser's zone until the fleet's is known. */
export function useFormat(): Format {
  const lang = useLang();
  const zone = useSummary().data?.zone ?? ownZone;
  return useMemo(() => makeFormat(lang, zone), [lang, zone]);
}
