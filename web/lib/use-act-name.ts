import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { actKey } from "./act-words.ts";

/** What an act is called in the reader's language. What was only looked at, or is not known here, goes by its path. */
export function useActName(): (action: string) => string {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useCallback(
    (action) => {
      const said: unknown = i18n.getResource(language, "translation", `acts.${actKey(action)}`);
      return typeof said === "string" ? said : action;
    },
    [i18n, language],
  );
}
