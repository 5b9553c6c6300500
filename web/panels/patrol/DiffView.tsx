import { useTranslation } from "react-i18next";
import type { Changed, RowDiff, SectionDiff, TableDiff } from "../../lib/report-diff.ts";
import { useFormat } from "../../lib/use-format.ts";

const SHOWN_ROWS = 60;

/** What two reports say differently, by section. */
export function DiffView({ sections }: { sections: readonly SectionDiff[] }) {
  return (
    <div className="paper diff">
      {sections.map((section) => (
        <section key={section.id} aria-labelledby={`diff-${section.id}`}>
          <h2 id={`diff-${section.id}`}>{section.title}</h2>
          {section.figures.length > 0 && <Figures figures={section.figures} />}
          {section.texts.length > 0 && <Texts texts={section.texts} />}
          {section.tables.map((table) => (
            <Table key={table.id} table={table} />
          ))}
        </section>
      ))}
    </div>
  );
}

function Figures({ figures }: { figures: readonly Changed[] }) {
  const { t } = useTranslation();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("patrol.diff.figure")}</th>
          <th scope="col" className="num">
            {t("patrol.diff.before")}
          </th>
          <th scope="col" className="num">
            {t("patrol.diff.after")}
          </th>
        </tr>
      </thead>
      <tbody>
        {figures.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="num">{before ?? "–"}</td>
            <td className="num">{after ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Texts({ texts }: { texts: readonly Changed[] }) {
  const { t } = useTranslation();
  return (
    <ul className="diff-texts" aria-label={t("patrol.diff.text")}>
      {texts.map(({ before, after }) => (
        <li key={`${before ?? ""} ${after ?? ""}`}>
          {before !== null && <del title={t("patrol.diff.onlyBefore")}>{before}</del>}
          {after !== null && <ins title={t("patrol.diff.onlyAfter")}>{after}</ins>}
        </li>
      ))}
    </ul>
  );
}

function Table({ table }: { table: TableDiff }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <figure className="paper-table">
      <figcaption>
        <h3>{table.title}</h3>
      </figcaption>
      <div className="paper-scroll" tabIndex={0} role="region" aria-label={table.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("patrol.diff.row")}</th>
              <th scope="col">{t("patrol.diff.column")}</th>
              <th scope="col" className="num">
                {t("patrol.diff.before")}
              </th>
              <th scope="col" className="num">
                {t("patrol.diff.after")}
              </th>
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, SHOWN_ROWS).map((row, i) => (
              <Row key={`${i} ${row.name}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {table.rows.length > SHOWN_ROWS && (
        <p className="paper-note">{t("patrol.diff.more", { n: format.count(table.rows.length - SHOWN_ROWS) })}</p>
      )}
    </figure>
  );
}

function Row({ row }: { row: RowDiff }) {
  const { t } = useTranslation();
  if (row.kind !== "changed")
    return (
      <tr>
        <th scope="row">{row.name}</th>
        <td colSpan={3}>
          <span className="badge">{t(row.kind === "added" ? "patrol.diff.isNew" : "patrol.diff.isGone")}</span>
        </td>
      </tr>
    );
  return row.cells.map(({ name, before, after }, i) => (
    <tr key={name}>
      {i === 0 && (
        <th scope="row" rowSpan={row.cells.length}>
          {row.name}
        </th>
      )}
      <td>{name}</td>
      <td className="num">{before ?? "–"}</td>
      <td className="num">{after ?? "–"}</td>
    </tr>
  ));
}
