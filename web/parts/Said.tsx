import { useTranslation } from "react-i18next";
import { HIDDEN_TEXT } from "../lib/format.ts";

/** A sentence or a figure; where an amount in it is hidden, it says so on hover and to who hears the page. */
export function Said({ text }: { text: string }) {
  const { t } = useTranslation();
  if (!text.includes(HIDDEN_TEXT)) return text;
  return (
    <span title={t("panel.hidden")}>
      {text}
      <span className="sr"> ({t("panel.hidden")})</span>
    </span>
  );
}
