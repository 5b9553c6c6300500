import { useTranslation } from "react-i18next";
import type { CheckRow } from "../../../db/model/patrol-views.ts";
import type { Currency } from "../../../db/model/money.ts";
import { checkSentence, measureText } from "../../lib/check-text.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";

/** How the lines of a checklist read. */
export function useCheckText(currency: Currency) {
  const { t } = useTranslation();
  const lang = useLang();
  const by = { format: useFormat(), lang, currency, t };
  return {
    title: ({ item }: CheckRow) => item.title[lang],
    advice: ({ item }: CheckRow) => item.advice[lang],
    sentence: (row: CheckRow) => checkSentence(row, by),
    measure: (row: CheckRow, measure: number | null) => measureText(measure, row.item, by),
  };
}
