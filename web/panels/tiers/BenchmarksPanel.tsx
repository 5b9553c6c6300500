import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { KnownBenchmark } from "../../../db/model/tier-views.ts";
import { useMay } from "../../lib/use-me.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { useTiersChange } from "./use-tiers-change.ts";

/** What was measured, by whom and when: the rows behind every "measured" of the index. */
export function BenchmarksPanel({ benchmarks }: { benchmarks: readonly KnownBenchmark[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay("prices.write");
  const remove = useMutation(trpc.tiers.removeBenchmarks.mutationOptions(useTiersChange()));
  const title = t("tiers.benchmarks.title");
  const columns: DataColumn<KnownBenchmark>[] = [
    column("model", t("fact.model"), 160, ({ model }) => model),
    column("workload", t("tiers.benchmarks.workload"), 150, ({ workload }) => t(`tiers.workload.${workload}`)),
    column("units", t("tiers.benchmarks.units"), 130, ({ unitsPerHour }) => format.decimal(unitsPerHour, 2), "right"),
    column(
      "batch",
      t("tiers.benchmarks.batch"),
      70,
      ({ batch }) => (batch === null ? "–" : format.count(batch)),
      "right",
    ),
    column("precision", t("tiers.benchmarks.precision"), 90, ({ precision }) => precision || "–"),
    column("day", t("tiers.benchmarks.day"), 110, ({ day }) => day),
    column("source", t("tiers.benchmarks.source"), 260, ({ source }) => source),
    column("act", t("tiers.override.act"), 110, ({ id, model, source }) => (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t("tiers.benchmarks.removeOne", { model, source })}
        loading={remove.isPending && remove.variables.ids.includes(id)}
        onClick={() => remove.mutate({ ids: [id] })}
      >
        {t("tiers.benchmarks.remove")}
      </Button>
    )),
  ];
  return (
    <PanelFrame title={title} note={t("tiers.benchmarks.note")}>
      {remove.error !== null && (
        <p className="tiers-failed" role="alert">
          {t("tiers.failed", { why: remove.error.message })}
        </p>
      )}
      {benchmarks.length === 0 ? (
        <p className="panel-empty">{t("tiers.benchmarks.none")}</p>
      ) : (
        <div className="verdicts">
          <DataTable
            label={title}
            rows={benchmarks}
            columns={mayWrite ? columns : columns.slice(0, -1)}
            rowId={({ id }) => String(id)}
            maxHeight="360px"
          />
        </div>
      )}
    </PanelFrame>
  );
}

function column(
  id: string,
  title: string,
  width: number,
  draw: (row: KnownBenchmark) => React.ReactNode,
  align?: "right",
): DataColumn<KnownBenchmark> {
  return {
    id,
    header: title,
    meta: { title, width, ...(align && { align }) },
    cell: ({ row }) => draw(row.original),
  };
}
