import { useTranslation } from "react-i18next";
import type { Estimate } from "../../db/model/ledger-views.ts";
import { useEstimateWords } from "../lib/estimate-words.ts";
import { useLang } from "../lib/use-format.ts";

/** "≈" beside a figure that is partly estimated, with the reasons on hover and for who hears the page. */
export function Estimated({ words }: { words: readonly string[] }) {
  const { t } = useTranslation();
  const between = useLang() === "zh" ? "" : " ";
  if (words.length === 0) return null;
  const says = t("ledger.estimate.says", { reasons: words.join(between) });
  return (
    <span className="estimated" title={says}>
      <span aria-hidden>≈</span>
      <span className="sr"> {says}</span>
    </span>
  );
}

export function EstimatedCost({ estimate }: { estimate: Estimate }) {
  const words = useEstimateWords();
  return <Estimated words={words(estimate)} />;
}
