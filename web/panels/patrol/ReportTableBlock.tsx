import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReportCell, ReportColumn, ReportTable } from "../../../db/model/report-document.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ReportFiles } from "./ReportPaper.tsx";
import { Shape } from "./Verdict.tsx";

/** Longer tables are shown by their first rows: a page of paper has no more. */
const SHOWN_ROWS = 40;
/** Tables of more columns are set smaller. */
const WIDE_COLUMNS = 6;

/** A table of a report, its total below, its CSV beside its title. */
export function ReportTableBlock({ table, files }: { table: ReportTable; files: ReportFiles }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? table.rows : table.rows.slice(0, SHOWN_ROWS);
  return (
    <figure className="paper-table">
      <figcaption>
        <h3>{table.title}</h3>
        <a
          href={`${files.base}/${encodeURIComponent(table.id)}.csv?lang=${files.language}`}
          download
          aria-label={t("patrol.viewer.csvOf", { name: table.title })}
        >
          {t("patrol.viewer.csv")}
        </a>
      </figcaption>
      <div className="paper-scroll" tabIndex={0} role="region" aria-label={table.title}>
        <table className={table.columns.length > WIDE_COLUMNS ? "paper-wide" : ""}>
          <Widths columns={table.columns} />
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column.id} scope="col" className={column.align === "right" ? "num" : ""}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <Row key={i} cells={row} columns={table.columns} />
            ))}
          </tbody>
          {table.total !== null && (
            <tfoot>
              <Row cells={table.total} columns={table.columns} />
            </tfoot>
          )}
        </table>
      </div>
      {rows.length < table.rows.length && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {t("patrol.viewer.showAll", { n: format.count(table.rows.length) })}
        </button>
      )}
      {table.note !== "" && <p className="paper-note">{table.note}</p>}
    </figure>
  );
}

function Widths({ columns }: { columns: readonly ReportColumn[] }) {
  return (
    <colgroup>
      {columns.map(({ id, width }) => (
        <col key={id} {...(width !== undefined && { style: { width: `${width * 100}%` } })} />
      ))}
    </colgroup>
  );
}

function Row({ cells, columns }: { cells: readonly ReportCell[]; columns: readonly ReportColumn[] }) {
  return (
    <tr>
      {columns.map((column, i) => {
        const cell = cells[i];
        return (
          <td key={column.id} className={column.align === "right" ? "num" : ""}>
            {cell?.tone !== undefined && cell.tone !== "plain" && (
              <>
                <Shape tone={cell.tone} />{" "}
              </>
            )}
            {cell?.text}
          </td>
        );
      })}
    </tr>
  );
}
