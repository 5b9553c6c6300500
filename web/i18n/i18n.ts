import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Lang } from "../lib/format.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

const KEPT = "dapan.lang";

/** The reader's language: said in the address, else chosen before, else the browser's. */
export function firstLang(inAddress: string | null): Lang {
  const said = inAddress ?? localStorage.getItem(KEPT);
  if (said === "zh" || said === "en") return said;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Switches every text at once and remembers it; `lang` tells screen readers and fonts. */
export async function speak(lang: Lang): Promise<void> {
  localStorage.setItem(KEPT, lang);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  await i18next.changeLanguage(lang);
}

/** Starts i18next. Text is escaped by React, so not a second time here. */
export async function startI18n(lang: Lang): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: { en: { translation: en }, zh: { translation: zh } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(lang);
}
