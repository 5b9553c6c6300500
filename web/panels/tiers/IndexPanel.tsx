import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type PerformanceIndex, WORKLOADS } from "../../../db/model/tier.ts";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import { useTierWords } from "../../lib/tier-words.ts";
import type { TiersView } from "../../lib/tiers-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** How fast each card model counts at each workload, and whether that was measured or is only promised. */
export function IndexPanel(props: {
  page: LadderPage;
  models: TiersView["models"];
  onModels: (models: TiersView["models"]) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { indexes, benchmarks, known } = props.page;
  const rows = props.models === "all" ? indexes : indexes.filter(({ hasCards }) => hasCards);
  return (
    <PanelFrame
      title={t("tiers.index.title")}
      note={t("tiers.index.note", { benchmarks: format.count(benchmarks.length) })}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("tiers.index.show")}
          value={props.models}
          onChange={(value) => props.onModels(value)}
          data={[
            { value: "board", label: t("tiers.index.onBoard") },
            { value: "all", label: t("tiers.index.all") },
          ]}
        />
      }
    >
      {rows.length === 0 ? (
        <p className="panel-empty">{t("tiers.index.none")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("tiers.index.title")}>
          <table className="plain tiers-table">
            <thead>
              <tr>
                <th>{t("fact.model")}</th>
                <th>{t("tiers.index.class")}</th>
                {WORKLOADS.map((workload) => (
                  <th key={workload} className="num">
                    {t(`tiers.workload.${workload}`)}
                    {workload === known.ladder.workload && <span className="sr"> {t("tiers.index.used")}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.model}>
                  <th>{row.model}</th>
                  <td>{row.cardClass}</td>
                  {WORKLOADS.map((workload) => (
                    <td key={workload} className={workload === known.ladder.workload ? "num index-used" : "num"}>
                      <Index index={row.indexes[workload]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Index({ index }: { index: PerformanceIndex | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useTierWords();
  if (index === null) return <span className="muted">{t("tiers.index.unknown")}</span>;
  return (
    <span className="index-cell" title={words.indexSource(index)}>
      {format.decimal(index.index, 2)}
      <small>{index.from === "data_sheet" ? t("tiers.figure.dataSheet") : t("tiers.figure.benchmark")}</small>
    </span>
  );
}
