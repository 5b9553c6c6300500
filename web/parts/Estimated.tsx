import { useTranslation } from "react-i18next";
import type { TimeMoney } from "../../db/model/board-views.ts";
import type { Estimate } from "../../db/model/ledger-views.ts";
import { useEstimateWords } from "../lib/estimate-words.ts";
import { useFormat, useLang } from "../lib/use-format.ts";

/** "≈" beside a figure that is partly estimated, with the reasons on hover and for who hears the page. */
export function Estimated({ words }: { words: readonly string[] }) {
  const says = useReasons()(words);
  if (words.length === 0) return null;
  return (
    <span className="estimated" title={says}>
      <span aria-hidden>≈</span>
      <span className="sr"> {says}</span>
    </span>
  );
}

export function EstimatedCost({ estimate }: { estimate: Estimate }) {
  return <Estimated words={useEstimateWords()(estimate)} />;
}

/** The same for the sum of rows of which some are estimated, where nobody worked out how much of it is. */
export function EstimatedSum({ of }: { of: readonly { readonly estimate: Estimate }[] }) {
  const { t } = useTranslation();
  const words = useEstimateWords();
  return <Estimated words={of.some(({ estimate }) => words(estimate).length > 0) ? [t("ledger.estimate.some")] : []} />;
}

/** The same for a sum of the board that is not wholly the ledger's. */
export function EstimatedTime({ money }: { money: TimeMoney }) {
  const { t } = useTranslation();
  return <Estimated words={money.isEstimate === true ? [t("ledger.estimate.book")] : []} />;
}

/** A line under a great figure: what it rests on in a few words, all of the reasons on hover. */
export function EstimateNote({ estimate }: { estimate: Estimate }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useEstimateWords()(estimate);
  const says = useReasons()(words);
  const { listRatio } = estimate;
  if (words.length === 0) return null;
  return (
    <span className="kpi-note" title={says}>
      {listRatio === null || listRatio === 0
        ? t("ledger.estimate.partly")
        : t("ledger.estimate.listShort", { share: format.percent(listRatio) })}
    </span>
  );
}

function useReasons(): (words: readonly string[]) => string {
  const { t } = useTranslation();
  const between = useLang() === "zh" ? "" : " ";
  return (words) => t("ledger.estimate.says", { reasons: words.join(between) });
}
