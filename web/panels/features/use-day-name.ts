import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { LOCALE } from "../../lib/format.ts";
import { useLang } from "../../lib/use-format.ts";
import { dayAt } from "../../lib/day-range.ts";

const named = (lang: "zh" | "en") =>
  new Intl.DateTimeFormat(LOCALE[lang], { month: "short", day: "numeric", timeZone: "UTC" });
const FORMATS = { zh: named("zh"), en: named("en") };

/** A calendar day as people say it; the one the ledger is in the middle of says so. */
export function useDayName(page: { readonly asOf: number; readonly zone: string }): (day: string) => string {
  const { t } = useTranslation();
  const lang = useLang();
  const { asOf, zone } = page;
  return useCallback(
    (day) => {
      const name = FORMATS[lang].format(Date.parse(`${day}T00:00:00Z`));
      return day === dayAt(asOf, zone) ? t("features.days.soFar", { day: name }) : name;
    },
    [t, lang, asOf, zone],
  );
}
