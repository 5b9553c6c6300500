import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { microOf } from "../../../db/model/money.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { TierChip } from "../../parts/TierChip.tsx";
import { type Outputs, trpc } from "../../trpc.ts";

type Row = Outputs["tiers"]["current"][number];

/** Where every pool stands and what its work costs: the order in which to fill them. */
export function VerdictsPanel() {
  const { t } = useTranslation();
  const current = useQuery(trpc.tiers.current.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  const rows = useMemo(() => (current.data ?? []).toSorted(byUse), [current.data]);
  const columns = useColumns();
  const title = t("tiers.verdicts.title");
  return (
    <PanelFrame title={title} note={t("tiers.verdicts.note")}>
      {current.error !== null && (
        <PanelError
          what={title}
          error={current.error}
          kept={current.data !== undefined}
          busy={current.isFetching}
          onRetry={() => void current.refetch()}
        />
      )}
      {current.isPending && current.error === null && <LoadingRows rows={6} />}
      {current.data?.length === 0 && <p className="panel-empty">{t("tiers.verdicts.none")}</p>}
      {rows.length > 0 && (
        <div className="verdicts">
          <DataTable
            label={title}
            rows={rows}
            columns={columns}
            rowId={({ poolId }) => String(poolId)}
            maxHeight="420px"
          />
        </div>
      )}
    </PanelFrame>
  );
}

function useColumns(): DataColumn<Row>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const seesMoney = useSeesMoney();
  return useMemo(
    () => [
      column(t("tiers.moves.tier"), 72, ({ verdict }) => <TierChip verdict={verdict} />, "tier"),
      column(t("tiers.override.pool"), 380, ({ poolId }) => <PoolLink id={poolId} />, "pool"),
      column(t("tiers.index.class"), 84, ({ verdict }) => verdict.cardClass, "class"),
      ...(seesMoney
        ? [
            column(
              t("tiers.figure.hourly"),
              150,
              ({ verdict: { hourlyMicro, currency } }) => unitPrice(hourlyMicro, currency, lang),
              "hourly",
              "right",
            ),
            column(
              t("tiers.figure.effective"),
              150,
              ({ verdict: { effectiveMicro, currency } }) => unitPrice(effectiveMicro, currency, lang),
              "effective",
              "right",
            ),
          ]
        : []),
      column(
        t("tiers.verdicts.availability"),
        120,
        ({ verdict }) => format.percent(verdict.availability),
        "availability",
        "right",
      ),
    ],
    [t, format, lang, seesMoney],
  );
}

function column(
  title: string,
  width: number,
  draw: (row: Row) => React.ReactNode,
  id: string,
  align?: "right",
): DataColumn<Row> {
  return {
    id,
    header: title,
    meta: { title, width, ...(align && { align }) },
    cell: ({ row }) => draw(row.original),
  };
}

/** The order of use: the better tier, then the cheaper work; what has no effective price last. */
function byUse(a: Row, b: Row): number {
  if (a.verdict.tier !== b.verdict.tier) return a.verdict.tier - b.verdict.tier;
  const [x, y] = [a.verdict.effectiveMicro, b.verdict.effectiveMicro];
  if (x === null || y === null) return Number(x === null) - Number(y === null) || a.poolId - b.poolId;
  const difference = microOf(x) - microOf(y);
  return difference === 0n ? a.poolId - b.poolId : difference < 0n ? -1 : 1;
}
