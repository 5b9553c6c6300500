import { useTranslation } from "react-i18next";
import type { FeaturePage } from "../../../db/model/ledger-views.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { HolderTable } from "../proof/ProofWho.tsx";
import { holdersCsv } from "./feature-csv.ts";

/** Who held its cards, and the rule that says they are its own. */
export function FeatureHolders({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { feature, holders, range } = page;
  return (
    <PanelFrame
      title={t("features.holders.title")}
      className="holders"
      note={
        <>
          <span>{t("features.holders.count", { shown: format.count(holders.length) })}</span>
          {page.holdersSince !== null && (
            <span className="holders-since">{t("features.holders.since", { day: page.holdersSince })}</span>
          )}
        </>
      }
      actions={
        <button
          type="button"
          className="button"
          disabled={holders.length === 0}
          onClick={() =>
            download(
              `dapan-feature-${feature.key}-holders-${range.from}-${lastDay(range)}.csv`,
              csvText(holdersCsv(holders)),
            )
          }
        >
          {t("cards.csv")}
        </button>
      }
    >
      {holders.length === 0 ? (
        <p className="panel-empty">{t("features.holders.none")}</p>
      ) : (
        <HolderTable label={t("features.holders.title")} holders={holders} maxHeight="420px" />
      )}
    </PanelFrame>
  );
}
