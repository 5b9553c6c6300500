import { createContext, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Format, HIDDEN_TEXT, type Lang, makeFormat, NOT_SAID_TEXT } from "./format.ts";
import { useSeesMoney } from "./use-me.ts";

const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const FormatContext = createContext<Format>(makeFormat("en", ownZone));

export function useLang(): Lang {
  return useTranslation().i18n.language === "zh" ? "zh" : "en";
}

/** Formats in the reader's language and the fleet's zone. Made once by the shell: cells by the hundred ask for them. */
export const useFormat = (): Format => useContext(FormatContext);

/** For the shell alone. The browser's zone serves until the fleet's is known. */
export function useFormatOf(zone: string | undefined): Format {
  const lang = useLang();
  const noAmount = useSeesMoney() ? NOT_SAID_TEXT : HIDDEN_TEXT;
  return useMemo(() => makeFormat(lang, zone ?? ownZone, noAmount), [lang, zone, noAmount]);
}
