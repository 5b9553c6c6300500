import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import {
  type ImportPreview,
  type ImportRowView,
  type ImportThing,
  ROW_FATES,
  type RowFate,
} from "../../../db/model/import-views.ts";
import type { RowIssue } from "../../../db/model/imports.ts";
import { priceDate } from "../../lib/price-date.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePriceWords } from "../../lib/use-price-words.ts";

type Props = {
  readonly preview: ImportPreview;
  readonly zone: string;
  readonly show: RowFate | "all";
  readonly offset: number;
  readonly page: number;
  readonly isGood: boolean;
  readonly except: readonly number[];
  readonly onShow: (show: RowFate | "all") => void;
  readonly onOffset: (offset: number) => void;
  readonly onGood: (isGood: boolean) => void;
  readonly onToggle: (row: number) => void;
};

/** Every row of a file with what becomes of it and why; rows can be left out. */
export function ImportRows(props: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { preview, show, offset, page } = props;
  const { counts, rows, total, dialect, encoding } = preview;
  const all = ROW_FATES.reduce((sum, fate) => sum + counts[fate], 0);
  const to = offset + rows.length;
  return (
    <>
      <div className="import-head">
        <strong className="import-file">{preview.fileName}</strong>
        {dialect !== null && (
          <span className="muted">{t("imports.read", { dialect: t(`imports.dialect.${dialect}`), encoding })}</span>
        )}
        <div className="fates" role="group" aria-label={t("imports.column.fate")}>
          <Tally name={t("imports.all")} count={all} isOn={show === "all"} onClick={() => props.onShow("all")} />
          {ROW_FATES.filter((fate) => counts[fate] > 0).map((fate) => (
            <Tally
              key={fate}
              fate={fate}
              name={t(`imports.fate.${fate}`)}
              count={counts[fate]}
              isOn={show === fate}
              onClick={() => props.onShow(fate)}
            />
          ))}
        </div>
      </div>
      {(counts.error > 0 || props.isGood) && (
        <Checkbox
          size="xs"
          className="import-good"
          label={t("imports.good", { count: counts.error })}
          description={t("imports.goodHint")}
          checked={props.isGood}
          onChange={(event) => props.onGood(event.currentTarget.checked)}
        />
      )}
      {rows.length === 0 ? (
        <p className="panel-empty">{t("imports.none")}</p>
      ) : (
        <div className="groups-scroll import-scroll" tabIndex={0} role="region" aria-label={t("imports.rows")}>
          <table className="plain import-rows" aria-label={t("imports.rows")}>
            <thead>
              <tr>
                <th>{t("imports.column.take")}</th>
                <th className="num">{t("imports.column.row")}</th>
                <th>{t("imports.column.fate")}</th>
                <th>{t("imports.column.becomes")}</th>
                <th>{t("imports.column.says")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.row} row={row} zone={props.zone} except={props.except} onToggle={props.onToggle} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {total > page && (
        <div className="import-pages">
          <button
            type="button"
            className="button"
            disabled={offset === 0}
            onClick={() => props.onOffset(Math.max(0, offset - page))}
          >
            {t("imports.before")}
          </button>
          <span role="status">
            {t("imports.page", { from: format.count(offset + 1), to: format.count(to), total: format.count(total) })}
          </span>
          <button type="button" className="button" disabled={to >= total} onClick={() => props.onOffset(offset + page)}>
            {t("imports.after")}
          </button>
        </div>
      )}
    </>
  );
}

function Tally(props: { fate?: RowFate; name: string; count: number; isOn: boolean; onClick: () => void }) {
  const format = useFormat();
  return (
    <button type="button" className="button fate-tally" aria-pressed={props.isOn} onClick={props.onClick}>
      {props.fate !== undefined && <FateMark fate={props.fate} />}
      {props.name} <span className="fate-count">{format.count(props.count)}</span>
    </button>
  );
}

const SHAPES: Readonly<Record<RowFate, string>> = { ok: "●", note: "▲", left_out: "○", unpicked: "–", error: "■" };

const FateMark = ({ fate }: { fate: RowFate }) => (
  <span className={`fate fate-${fate}`} aria-hidden>
    {SHAPES[fate]}
  </span>
);

function Row(props: { row: ImportRowView; zone: string; except: readonly number[]; onToggle: (row: number) => void }) {
  const { t } = useTranslation();
  const { row, fate, things, issues } = props.row;
  return (
    <tr>
      <td>
        <Checkbox
          size="xs"
          aria-label={t("imports.takeRow", { row })}
          checked={fate !== "error" && !props.except.includes(row)}
          disabled={fate === "error"}
          onChange={() => props.onToggle(row)}
        />
      </td>
      <td className="num">{row}</td>
      <td className="import-fate">
        <FateMark fate={fate} /> {t(`imports.fate.${fate}`)}
      </td>
      <td>
        {things.map((thing, i) => (
          <Thing key={i} thing={thing} zone={props.zone} />
        ))}
      </td>
      <td className="import-says">
        {issues.map((issue) => (
          <Issue key={`${issue.key} ${issue.column}`} issue={issue} />
        ))}
      </td>
    </tr>
  );
}

function Thing({ thing, zone }: { thing: ImportThing; zone: string }) {
  const { t } = useTranslation();
  return (
    <div className={thing.isTaken ? "thing" : "thing thing-out"}>
      <ThingText thing={thing} zone={zone} />
      {!thing.isTaken && <small> {t("imports.leftOut")}</small>}
    </div>
  );
}

function ThingText({ thing, zone }: { thing: ImportThing; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = usePriceWords();
  switch (thing.kind) {
    case "price": {
      const { selector, cardsPerInstance, perCardMicro, currency } = thing;
      const where = [selector.vendor, selector.region, selector.zone, selector.cluster].filter((part) => part !== "");
      const card = selector.model || t("pricing.book.anyCard");
      const billing = selector.billing === "" ? t("pricing.book.any") : t(`billing.${selector.billing}`);
      return (
        <>
          {t("imports.price", { card: [...where, card].join(" · "), billing, amount: words.amount(thing) })}
          {cardsPerInstance > 1 && (
            <small> {t("imports.perCard", { amount: words.unit(perCardMicro, currency) })}</small>
          )}
        </>
      );
    }
    case "benchmark": {
      const { model, workload, unitsPerHour } = thing;
      return t("imports.benchmark", {
        model,
        workload: t(`tiers.workload.${workload}`),
        units: format.decimal(unitsPerHour, 2),
      });
    }
    case "rate":
      return t("imports.rate", { ...thing, day: priceDate(thing.day, "UTC").slice(0, 10), zone });
  }
}

function Issue({ issue }: { issue: RowIssue }) {
  const { t } = useTranslation();
  const { key, column, read, expected, other, level } = issue;
  return (
    <p className={level === "error" ? "issue issue-error" : "issue"}>
      {t(`imports.issue.${key}`, { column, read, expected, other })}
    </p>
  );
}
