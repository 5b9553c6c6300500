import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { speak } from "../i18n/i18n.ts";
import type { Lang } from "../lib/format.ts";
import { useLang } from "../lib/use-format.ts";

/** A link, or Back, may bring another language: the address wins. */
export function useLanguageOfAddress(): void {
  const said = useSearch({ strict: false }).lang;
  const asked = said === "zh" || said === "en" ? said : undefined;
  const lang = useLang();
  useEffect(() => {
    if (asked !== undefined && asked !== lang) void speak(asked);
  }, [asked, lang]);
}

/** The reader's language and the way to change it, which also changes the address. */
export function useLanguage(): readonly [Lang, (lang: Lang) => void] {
  const lang = useLang();
  const navigate = useNavigate();
  const choose = (next: Lang) => {
    void speak(next);
    void navigate({ to: ".", replace: true, search: (before) => ({ ...before, lang: next }) });
  };
  return [lang, choose];
}
