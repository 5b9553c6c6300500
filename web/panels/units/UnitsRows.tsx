import { useTranslation } from "react-i18next";
import type { MicroText } from "../../../db/model/money.ts";
import type { UsageFault, UsagePreview, UsageRowView } from "../../../db/model/usage-views.ts";
import { priceDate } from "../../lib/price-date.ts";
import { inFull } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";

type Show = "all" | "wrong";

/** Every row of a file as it was read, each with what is wrong in it, by row and column. */
export function UnitsRows(props: {
  preview: UsagePreview;
  zone: string;
  show: Show;
  offset: number;
  page: number;
  onShow: (show: Show) => void;
  onOffset: (offset: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const { preview, show, offset, page } = props;
  const { table, rows, total } = preview;
  const isCosts = table === "other_costs";
  const to = offset + rows.length;
  const counts = { all: preview.rowCount, wrong: preview.wrongCount };
  return (
    <>
      <div className="import-head">
        <strong className="import-file">{preview.fileName}</strong>
        {table !== null && (
          <span className="muted">
            {t("usage.file.read", { table: t(`usage.file.table.${table}`), encoding: preview.encoding })}
          </span>
        )}
        <div className="fates" role="group" aria-label={t("usage.file.rows")}>
          {(["all", "wrong"] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="button fate-tally"
              aria-pressed={show === one}
              disabled={counts[one] === 0}
              onClick={() => props.onShow(one)}
            >
              {t(`usage.file.${one}`)} <span className="fate-count">{format.count(counts[one])}</span>
            </button>
          ))}
        </div>
      </div>
      <div className="groups-scroll import-scroll" tabIndex={0} role="region" aria-label={t("usage.file.rows")}>
        <table className="plain import-rows" aria-label={t("usage.file.rows")}>
          <thead>
            <tr>
              <th className="num">{t("usage.file.row")}</th>
              <th>{t("usage.feature")}</th>
              <th>{t("usage.file.when")}</th>
              {isCosts && <th>{t("usage.file.kind")}</th>}
              {isCosts && seesMoney && <th className="num">{t("usage.file.perDay")}</th>}
              {!isCosts && <th className="num">{t("usage.file.ok")}</th>}
              {!isCosts && <th className="num">{t("usage.file.failedUnits")}</th>}
              {!isCosts && seesMoney && <th className="num">{t("usage.file.revenue")}</th>}
              {!isCosts && seesMoney && <th className="num">{t("usage.file.refund")}</th>}
              <th>{t("usage.currency")}</th>
              <th>{t("usage.file.says")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.row} row={row} isCosts={isCosts} zone={props.zone} />
            ))}
          </tbody>
        </table>
      </div>
      {total > page && (
        <div className="import-pages">
          <button
            type="button"
            className="button"
            disabled={offset === 0}
            onClick={() => props.onOffset(Math.max(0, offset - page))}
          >
            {t("usage.file.before")}
          </button>
          <span role="status">
            {t("usage.file.page", { from: format.count(offset + 1), to: format.count(to), total: format.count(total) })}
          </span>
          <button type="button" className="button" disabled={to >= total} onClick={() => props.onOffset(offset + page)}>
            {t("usage.file.after")}
          </button>
        </div>
      )}
    </>
  );
}

function Row({ row, isCosts, zone }: { row: UsageRowView; isCosts: boolean; zone: string }) {
  const { t } = useTranslation();
  const isWrong = row.faults.length > 0;
  const seesMoney = useSeesMoney();
  const lang = useLang();
  const figure = (micro: MicroText | null) => (micro === null ? "" : inFull(micro, lang, 2));
  const units = (micro: MicroText | null) => (micro === null ? "" : inFull(micro, lang, 0));
  const when =
    row.from === null
      ? ""
      : row.to === null
        ? t("usage.holds.from", { from: priceDate(row.from, zone) })
        : t("usage.holds.both", { from: priceDate(row.from, zone), to: priceDate(row.to, zone) });
  return (
    <tr>
      <td className="num">{row.row}</td>
      <td className="mapping-name">
        <bdi>{row.feature}</bdi>
      </td>
      <td>{when}</td>
      {isCosts && (
        <td>
          {row.kind !== null && t(`usage.costs.kinds.${row.kind}`)} <span className="muted">{row.note}</span>
        </td>
      )}
      {isCosts && seesMoney && <td className="num">{figure(row.perDayMicro)}</td>}
      {!isCosts && <td className="num">{units(row.okMicro)}</td>}
      {!isCosts && <td className="num">{units(row.failedMicro)}</td>}
      {!isCosts && seesMoney && <td className="num">{figure(row.revenueMicro)}</td>}
      {!isCosts && seesMoney && <td className="num">{figure(row.refundMicro)}</td>}
      <td>{row.currency ?? ""}</td>
      <td className="import-says">
        {isWrong ? (
          <span className="sr">{t("usage.file.refused")}</span>
        ) : (
          <>
            <span className="fate fate-ok" aria-hidden>
              ●
            </span>{" "}
            {t("usage.file.fine")}
          </>
        )}
        {row.faults.map((fault) => (
          <Fault key={`${fault.field} ${fault.code}`} fault={fault} zone={zone} />
        ))}
      </td>
    </tr>
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function Fault({ fault, zone }: { fault: UsageFault; zone: string }) {
  const { t } = useTranslation();
  const { code, field, other } = fault;
  const plain = (text: string) => (INSTANT.test(text) ? priceDate(Date.parse(text), zone) : text);
  const said = { field, read: plain(fault.read), expected: plain(fault.expected), other: other ?? "" };
  const isPlain = code === "feature_unknown" && fault.expected === "";
  return (
    <p className="issue issue-error">
      <span className="fate" aria-hidden>
        ■
      </span>{" "}
      {isPlain ? t("usage.fault.feature_unknown_plain", said) : t(`usage.fault.${code}`, said)}
    </p>
  );
}
