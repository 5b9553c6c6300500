import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CostFilter, CostPivot, CostView } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, microText, type MicroText } from "../../../db/model/money.ts";
import { roundShown, shownParts } from "../../../db/model/round-shown.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { type CostUrl, narrowed } from "../../lib/cost-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import { pivotQuery } from "../../lib/ledger-questions.ts";
import { EstimatedCost } from "../../parts/Estimated.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { costPivotCsv } from "./cost-csv.ts";
import { useCostNames } from "./cost-names.ts";
import { CostMoney } from "./CostMoney.tsx";
import { pivotCells, pivotColumns } from "./pivot-columns.ts";
import { RowWindow } from "./RowWindow.tsx";

const NAME_PX = 240;
const MONEY_PX = 128;

/** The same money by two dimensions. Rows and columns end in their totals; an empty cell is no money and no time. */
export function CostPivotTable({ view, url }: { view: CostView; url: CostUrl }) {
  const { t } = useTranslation();
  const amounts = useAmounts(view.currency);
  const nameOf = useCostNames();
  const isSame = url.by === url.columns;
  const answer = useQuery(
    pivotQuery(isSame ? null : { range: view.range, filter: url.filter, rows: url.by, columns: url.columns }),
  );
  const pivot = isSame ? undefined : answer.data;
  const title = t("cost.pivot.title", {
    rows: t(`proof.dimension.${url.by}`),
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
            onClick={() => download(file, csvText(costPivotCsv(pivot, url.by, url.columns, nameOf)))}
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
      {pivot !== undefined && <Table pivot={pivot} view={view} url={url} title={title} />}
    </PanelFrame>
  );
}

/** Rows and columns add up to the total as shown; a cell is rounded on its own, its exact amount is said on hover. */
function Table({ pivot, view, url, title }: { pivot: CostPivot; view: CostView; url: CostUrl; title: string }) {
  const { t } = useTranslation();
  const amounts = useAmounts(pivot.currency);
  const nameOf = useCostNames();
  const columns = useMemo(() => pivotColumns(pivot), [pivot]);
  const cells = useMemo(() => pivotCells(pivot, columns), [pivot, columns]);
  const { step } = amounts;
  const rowTotals = useMemo(() => shownParts(pivot.rows.map(microIn), step), [pivot, step]);
  const columnTotals = useMemo(() => shownParts(columns.map(microIn), step), [columns, step]);
  const money = (exact: Micro, shown: Micro, filter: CostFilter) => (
    <CostMoney range={view.range} filter={filter} micro={microText(exact)} amounts={amounts}>
      {amounts.plain(shown)}
    </CostMoney>
  );
  const names = columns.map(({ keys, label }) =>
    keys.length > 1
      ? t("cost.pivot.others", { count: keys.length })
      : nameOf(url.columns, { key: keys[0] ?? "", label }),
  );
  const total = microOf(pivot.totalMicro);
  return (
    <RowWindow
      label={title}
      className="cost-pivot"
      widths={[NAME_PX, ...columns.map(() => MONEY_PX), MONEY_PX]}
      count={pivot.rows.length}
      head={
        <>
          <th>{t(`proof.dimension.${url.by}`)}</th>
          {columns.map(({ keys }, place) => (
            <th key={keys[0]} className="num" title={names[place]}>
              <bdi>{names[place]}</bdi>
            </th>
          ))}
          <th className="num">{t("cost.pivot.total")}</th>
        </>
      }
      foot={
        <>
          <th scope="row">{t("cost.pivot.total")}</th>
          {columns.map(({ keys, micro }, place) => (
            <td key={keys[0]} className="num">
              {money(microOf(micro), columnTotals[place] ?? 0n, narrowed(url.filter, url.columns, keys))}
            </td>
          ))}
          <td className="num">
            <EstimatedCost estimate={view.total.estimate} />
            {money(total, roundShown(total, step), url.filter)}
          </td>
        </>
      }
      renderRow={(at) => {
        const row = pivot.rows[at];
        if (row === undefined) return null;
        const filter = narrowed(url.filter, url.by, [row.key]);
        return (
          <tr key={row.key} aria-rowindex={at + 2}>
            <th scope="row" title={nameOf(url.by, row)}>
              <bdi>{nameOf(url.by, row)}</bdi>
            </th>
            {columns.map(({ keys }, place) => {
              const micro = cells.get(row.key)?.[place] ?? null;
              return (
                <td key={keys[0]} className="num">
                  {micro !== null && money(micro, roundShown(micro, step), narrowed(filter, url.columns, keys))}
                </td>
              );
            })}
            <td className="num">
              <strong>{money(microIn(row), rowTotals[at] ?? 0n, filter)}</strong>
            </td>
          </tr>
        );
      }}
    />
  );
}

const microIn = ({ micro }: { micro: MicroText }): Micro => microOf(micro);
