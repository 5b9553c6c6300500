import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Lang } from "../lib/format.ts";
import type { en } from "./en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

const KEPT = "dapan.lang";

/** A reader needs one of them; the other comes when it is asked for. */
const CATALOGUES = {
  en: async () => (await import("./en.ts")).en,
  zh: async () => (await import("./zh.ts")).zh,
} as const;

let wanted: Lang = "en"; // the last language asked for: a slow answer must not undo a later choice

/** The reader's language: said in the address, else chosen before, else the browser's. */
export function firstLang(inAddress: string | null): Lang {
  const said = inAddress ?? localStorage.getItem(KEPT);
  if (said === "zh" || said === "en") return said;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Switches every text at once and remembers it; `lang` tells screen readers and fonts. */
export async function speak(lang: Lang): Promise<void> {
  wanted = lang;
  if (!i18next.hasResourceBundle(lang, "translation"))
    i18next.addResourceBundle(lang, "translation", await CATALOGUES[lang]());
  if (wanted !== lang) return;
  localStorage.setItem(KEPT, lang);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  await i18next.changeLanguage(lang);
}

/** Starts i18next. Text is escaped by React, so not a second time here. */
export async function startI18n(lang: Lang): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: { [lang]: { translation: await CATALOGUES[lang]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(lang);
}
