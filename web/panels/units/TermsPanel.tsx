import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { decimalMoney, microOf } from "../../../db/model/money.ts";
import type { OtherCostRow, UnitPriceRow } from "../../../db/model/usage-views.ts";
import { browserClock } from "../../lib/clock.ts";
import { priceDate } from "../../lib/price-date.ts";
import type { UnitsView } from "../../lib/units-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { Drawer } from "../mapping/Drawer.tsx";
import { TermForm } from "./TermForm.tsx";
import { TERM_WORDS } from "./term-words.ts";
import type { UnitFeatures } from "./use-features.ts";

type Row = UnitPriceRow | OtherCostRow;
type Change = (part: Partial<UnitsView>) => void;
type Props = { of: "prices" | "costs"; features: UnitFeatures; view: UnitsView; mayWrite: boolean; onChange: Change };

/** Unit prices or other costs, by feature and time, and the form that changes one. */
export function TermsPanel({ of, features, view, mayWrite, onChange }: Props) {
  const { t } = useTranslation();
  const asked = { feature: view.feature };
  const prices = useQuery({ ...trpc.usage.unitPrices.queryOptions(asked), enabled: of === "prices" });
  const costs = useQuery({ ...trpc.usage.otherCosts.queryOptions(asked), enabled: of === "costs" });
  const answer = of === "prices" ? prices : costs;
  const rows: readonly Row[] | undefined = answer.data;
  const shown = useMemo(() => found(rows ?? [], features, view.search), [rows, features, view.search]);
  const all = useColumns(of, features, shown, onChange);
  const columns = mayWrite ? all : all.slice(0, -1);
  const row = rows?.find(({ id }) => id === view.id) ?? null;
  const currency = rows?.at(-1)?.currency ?? "CNY"; // what was written last
  const close = () => onChange({ form: null, id: null, about: null });
  const form = { of, about: view.about ?? view.feature, currency, features, onClose: close };
  return (
    <>
      <PanelFrame
        className="pricing-panel"
        title={t(TERM_WORDS[of].title)}
        note={t(TERM_WORDS[of].note)}
        actions={
          mayWrite && (
            <button type="button" className="button" onClick={() => onChange({ form: "add" })}>
              {t(TERM_WORDS[of].add)}
            </button>
          )
        }
      >
        {answer.error !== null && (
          <PanelError
            what={t(TERM_WORDS[of].title)}
            error={answer.error}
            kept={rows !== undefined}
            busy={answer.isFetching}
            onRetry={() => void answer.refetch()}
          />
        )}
        {answer.isPending && <LoadingRows rows={8} />}
        {rows?.length === 0 && (
          <div className="panel-empty">
            <h3>{t(TERM_WORDS[of].none)}</h3>
            <p>{t(TERM_WORDS[of].noneLead)}</p>
          </div>
        )}
        {rows !== undefined && rows.length > 0 && shown.length === 0 && (
          <p className="panel-empty">{t("usage.noMatch")}</p>
        )}
        {shown.length > 0 && (
          <DataTable
            label={t(TERM_WORDS[of].label)}
            rows={shown}
            columns={columns}
            rowId={({ id }) => String(id)}
            maxHeight="calc(100vh - 320px)"
            active={{
              id: view.id === null ? null : String(view.id),
              onMove: ({ id }) => onChange({ form: "edit", id }),
              onOpen: ({ id }) => onChange({ form: "edit", id }),
            }}
          />
        )}
      </PanelFrame>
      {view.form === "add" && <TermForm key="add" {...form} form="add" row={null} />}
      {view.form !== null && view.form !== "add" && row !== null && (
        <TermForm key={`${view.form} ${row.id}`} {...form} form={view.form} row={row} />
      )}
      {view.form !== null && view.form !== "add" && row === null && rows !== undefined && (
        <Drawer title={t(TERM_WORDS[of].title)} onClose={close}>
          <p role="status">{t("usage.gone")}</p>
        </Drawer>
      )}
    </>
  );
}

function found(rows: readonly Row[], features: UnitFeatures, search: string): readonly Row[] {
  const sought = search.trim().toLowerCase();
  return rows
    .filter((row) =>
      [row.feature, features.nameOf(row.feature), "note" in row ? row.note : ""].some((text) =>
        text.toLowerCase().includes(sought),
      ),
    )
    .toSorted(
      (a, b) => features.nameOf(a.feature).localeCompare(features.nameOf(b.feature)) || b.from - a.from || a.id - b.id,
    );
}

/** Amounts of a column with the same decimals, none lost. */
function amountsOf(rows: readonly Row[]): (row: Row) => string {
  const plain = (row: Row) => decimalMoney(microOf("perUnitMicro" in row ? row.perUnitMicro : row.perDayMicro));
  const decimals = (text: string) => text.split(".")[1]?.length ?? 0;
  const most = Math.max(2, ...rows.map((row) => decimals(plain(row))));
  return (row) => {
    const text = plain(row);
    return `${decimals(text) === 0 ? `${text}.` : text}${"0".repeat(most - decimals(text))}`;
  };
}

function useColumns(
  of: Props["of"],
  features: UnitFeatures,
  rows: readonly Row[],
  onChange: Change,
): DataColumn<Row>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const now = browserClock.now();
  const column = (
    id: string,
    title: string,
    width: number,
    cell: (row: Row) => React.ReactNode,
    align?: "right",
  ): DataColumn<Row> => ({
    id,
    meta: { title, width, ...(align && { align }) },
    cell: ({ row }) => cell(row.original),
  });
  const cut = (text: string, title = text) => (
    <span className="cut-text" title={title}>
      {text}
    </span>
  );
  const units = new Map(features.list.map(({ key, unit }) => [key, unit]));
  const holds = ({ from, to }: Row): string => {
    const since = priceDate(from, features.zone);
    return to === null
      ? t("usage.holds.from", { from: since })
      : t("usage.holds.both", { from: since, to: priceDate(to, features.zone) });
  };
  const amountText = useMemo(() => amountsOf(rows), [rows]);
  const isOver = ({ to }: Row) => to !== null && to <= now;
  return [
    column("feature", t("usage.feature"), 190, (row) => cut(features.nameOf(row.feature), row.feature)),
    ...(of === "costs"
      ? [
          column("kind", t("usage.costs.kind"), 110, (row) =>
            "kind" in row ? t(`usage.costs.kinds.${row.kind}`) : "",
          ),
          column("note", t("usage.costs.noteName"), 170, (row) => cut("note" in row ? row.note : "")),
        ]
      : []),
    column("amount", of === "costs" ? t("usage.costs.perDay") : t("usage.prices.perUnit"), 140, amountText, "right"),
    column("currency", t("usage.currency"), 90, ({ currency }) => currency),
    ...(of === "prices"
      ? [
          column("unit", t("mapping.features.column.unit"), 130, ({ feature }) => {
            const unit = units.get(feature) ?? "";
            return unit === "" ? <span className="muted">{t("mapping.features.noUnit")}</span> : cut(unit);
          }),
        ]
      : []),
    column("holds", t("usage.prices.holds"), 230, (row) => (
      <span className={isOver(row) || row.from > now ? "muted" : ""}>
        {isOver(row) && `${t("usage.ended")} · `}
        {row.from > now && `${t("usage.toCome")} · `}
        {holds(row)}
      </span>
    )),
    column("why", t("usage.prices.said"), 210, ({ why, who, at }) =>
      cut(why, `${why} · ${who} · ${format.dateTime(at)}`),
    ),
    column("act", t("usage.actions"), 150, (row) => (
      <span className="mapping-act">
        {(["edit", "end"] as const).map((form) => (
          <button
            key={form}
            type="button"
            className="button button-small"
            disabled={form === "end" && isOver(row)}
            onClick={(event) => {
              event.stopPropagation(); // the row would open
              onChange({ form, id: row.id });
            }}
          >
            {t(`usage.${form}`)}
          </button>
        ))}
      </span>
    )),
  ];
}
