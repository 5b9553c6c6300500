import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CostPivot, CostView } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { roundShown, shownParts } from "../../../db/model/round-shown.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { type CostUrl, narrowed } from "../../lib/cost-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import { pivotQuery } from "../../lib/ledger-questions.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { ProofButton } from "../proof/ProofButton.tsx";
import { costPivotCsv } from "./cost-csv.ts";
import { useCostNames } from "./cost-names.ts";

/** The same money by two dimensions. Rows and columns end in their totals; an empty cell is no money and no time. */
export function CostPivotTable({ view, url }: { view: CostView; url: CostUrl }) {
  const { t } = useTranslation();
  const amounts = useAmounts(view.currency);
  const isSame = url.by === url.columns;
  const answer = useQuery(
    pivotQuery(isSame ? null : { range: view.range, filter: url.filter, rows: url.by, columns: url.columns }),
  );
  const pivot = isSame ? undefined : answer.data;
  const title = t("cost.pivot.title", {
    rows: t(`cost.dimension.${url.by}`),
    columns: t(`cost.dimension.${url.columns}`),
    symbol: amounts.symbol,
  });
  const file = `dapan-cost-${url.by}-${url.columns}-${view.range.from}-${lastDay(view.range)}.csv`;
  return (
    <PanelFrame
      title={title}
      actions={
        pivot !== undefined && (
          <button
            type="button"
            className="button"
            onClick={() => download(file, csvText(costPivotCsv(pivot, url.by, url.columns)))}
          >
            {t("cards.csv")}
          </button>
        )
      }
    >
      {isSame && <p className="panel-empty">{t("cost.pivot.same")}</p>}
      {answer.error !== null && !isSame && (
        <PanelError
          what={t("cost.what")}
          error={answer.error}
          kept={pivot !== undefined}
          busy={answer.isFetching}
          onRetry={() => void answer.refetch()}
        />
      )}
      {pivot === undefined && !isSame && answer.error === null && <LoadingRows rows={8} />}
      {pivot !== undefined && <Table pivot={pivot} view={view} url={url} />}
    </PanelFrame>
  );
}

function Table({ pivot, view, url }: { pivot: CostPivot; view: CostView; url: CostUrl }) {
  const { t } = useTranslation();
  const amounts = useAmounts(pivot.currency);
  const nameOf = useCostNames();
  const cells = new Map(pivot.cells.map((cell) => [`${cell.row}\0${cell.column}`, cell]));
  const shown = (micro: string) => amounts.plain(roundShown(microOf(micro), amounts.step));
  const rowTotals = shownParts(
    pivot.rows.map(({ micro }) => microOf(micro)),
    amounts.step,
  );
  return (
    <div className="groups-scroll cost-scroll" tabIndex={0} role="region" aria-label={t("cost.what")}>
      <table className="grid plain cost-table cost-pivot">
        <thead>
          <tr>
            <th className="cost-first">{t(`cost.dimension.${url.by}`)}</th>
            {pivot.columns.map((column) => (
              <th key={column.key} className="num">
                <bdi>{nameOf(url.columns, column)}</bdi>
              </th>
            ))}
            <th className="num">{t("cost.pivot.total")}</th>
          </tr>
        </thead>
        <tbody>
          {pivot.rows.map((row, i) => (
            <tr key={row.key}>
              <th scope="row">
                <bdi>{nameOf(url.by, row)}</bdi>
              </th>
              {pivot.columns.map((column) => {
                const cell = cells.get(`${row.key}\0${column.key}`);
                if (cell === undefined) return <td key={column.key} className="num" />;
                const filter = narrowed(narrowed(url.filter, url.by, [row.key]), url.columns, [column.key]);
                return (
                  <td key={column.key} className="num">
                    <ProofButton
                      ask={{ about: "cards", question: { range: view.range, filter }, shownMicro: cell.micro }}
                      title={amounts.exact(cell.micro)}
                    >
                      {shown(cell.micro)}
                    </ProofButton>
                  </td>
                );
              })}
              <td className="num">
                <strong>{amounts.plain(rowTotals[i] ?? 0n)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("cost.pivot.total")}</th>
            {pivot.columns.map((column) => (
              <td key={column.key} className="num">
                {shown(column.micro)}
              </td>
            ))}
            <td className="num">{shown(pivot.totalMicro)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
