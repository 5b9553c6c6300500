import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CostFilter, CostGroup, CostView } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, microText } from "../../../db/model/money.ts";
import { roundShown } from "../../../db/model/round-shown.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { COST_SORTS, type CostSort, type CostUrl, narrowed } from "../../lib/cost-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import { useFormat } from "../../lib/use-format.ts";
import { EstimatedCost } from "../../parts/Estimated.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { Share } from "../../parts/Share.tsx";
import { Spark } from "../pivot/Spark.tsx";
import { costGroupsCsv } from "./cost-csv.ts";
import {
  type CostLine,
  costLines,
  IDLE_STATES,
  LOST_STATES,
  microIn,
  msOf,
  shareOf,
  sparkOf,
  withStates,
} from "./cost-rows.ts";
import { CostMoney } from "./CostMoney.tsx";
import { RowWindow } from "./RowWindow.tsx";

const WIDTHS = [220, 236, 110, 150, 172, 116] as const; // name, cost, card-hours, idle, fault, by day

/** The money by one dimension, most first. A name narrows the page to it, a figure leads to its proof. */
export function CostGroups(props: {
  view: CostView;
  url: CostUrl;
  nameOf: (group: CostGroup) => string;
  onChange: (part: Partial<CostUrl>) => void;
}) {
  const { t } = useTranslation();
  const { view, url, nameOf, onChange } = props;
  const amounts = useAmounts(view.currency);
  const lines = useMemo(
    () => costLines(view.groups, nameOf, url, amounts.step),
    [view.groups, nameOf, url, amounts.step],
  );
  const title = t("cost.table.title", { by: t(`cost.dimension.${view.by}`) });
  const file = `dapan-cost-by-${view.by}-${view.range.from}-${lastDay(view.range)}.csv`;
  return (
    <PanelFrame
      title={title}
      note={t("cost.table.count", { count: lines.length })}
      actions={
        <button type="button" className="button" onClick={() => download(file, csvText(costGroupsCsv(view, lines)))}>
          {t("cards.csv")}
        </button>
      }
    >
      <RowWindow
        label={title}
        className="cost-groups"
        widths={WIDTHS}
        count={lines.length}
        head={
          <>
            {COST_SORTS.map((sort) => (
              <Heading key={sort} sort={sort} symbol={amounts.symbol} url={url} by={view.by} onChange={onChange} />
            ))}
            <th>{t("cost.table.spark")}</th>
          </>
        }
        foot={<Total view={view} filter={url.filter} />}
        renderRow={(at) => {
          const line = lines[at];
          if (line === undefined) return null;
          return (
            <tr key={line.key} aria-rowindex={at + 2}>
              <Cells line={line} view={view} url={url} onChange={onChange} />
            </tr>
          );
        }}
      />
    </PanelFrame>
  );
}

function Cells(props: { line: CostLine; view: CostView; url: CostUrl; onChange: (part: Partial<CostUrl>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { line, view, url, onChange } = props;
  const amounts = useAmounts(view.currency);
  const filter = narrowed(url.filter, view.by, [line.key]);
  const money = (shown: Micro, exact: Micro, within: CostFilter | null) => (
    <CostMoney range={view.range} filter={within} micro={microText(exact)} amounts={amounts}>
      {amounts.plain(shown)}
    </CostMoney>
  );
  const share = shareOf(microOf(line.micro), microOf(view.total.micro));
  return (
    <>
      <th scope="row">
        <button
          type="button"
          className="cost-name"
          title={t("cost.table.narrow", { name: line.name })}
          onClick={() => onChange({ filter })}
        >
          <bdi>{line.name}</bdi>
        </button>
      </th>
      <td className="num">
        <span className="cost-cell">
          <EstimatedCost estimate={line.estimate} />
          {money(line.shown, microOf(line.micro), filter)}
          <Share ratio={share} text={format.percent(share)} />
        </span>
      </td>
      <td className="num">{format.cardHours(msOf(line))}</td>
      <td className="num">{money(line.shownIdle, microIn(line, IDLE_STATES), withStates(filter, IDLE_STATES))}</td>
      <td className="num">{money(line.shownLost, microIn(line, LOST_STATES), withStates(filter, LOST_STATES))}</td>
      <td>
        <Spark values={sparkOf(line.byDay)} />
      </td>
    </>
  );
}

function Total({ view, filter }: { view: CostView; filter: CostFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(view.currency);
  const { total } = view;
  const money = (micro: Micro, within: CostFilter | null) => (
    <CostMoney range={view.range} filter={within} micro={microText(micro)} amounts={amounts}>
      {amounts.plain(roundShown(micro, amounts.step))}
    </CostMoney>
  );
  const whole = microOf(total.micro);
  const share = shareOf(whole, whole);
  return (
    <>
      <th scope="row">{t("cost.table.total")}</th>
      <td className="num">
        <span className="cost-cell">
          <EstimatedCost estimate={total.estimate} />
          {money(whole, filter)}
          <Share ratio={share} text={format.percent(share)} />
        </span>
      </td>
      <td className="num">{format.cardHours(msOf(total))}</td>
      <td className="num">{money(microIn(total, IDLE_STATES), withStates(filter, IDLE_STATES))}</td>
      <td className="num">{money(microIn(total, LOST_STATES), withStates(filter, LOST_STATES))}</td>
      <td />
    </>
  );
}

function Heading(props: {
  sort: CostSort;
  by: CostView["by"];
  symbol: string;
  url: CostUrl;
  onChange: (part: Partial<CostUrl>) => void;
}) {
  const { t } = useTranslation();
  const { sort, url, symbol } = props;
  const isSorted = url.sort === sort;
  const Arrow = url.descending ? IconArrowDown : IconArrowUp;
  const name = sort === "name" ? t(`proof.dimension.${props.by}`) : t(`cost.table.${sort}`, { symbol });
  const next = () => props.onChange({ sort, descending: isSorted ? !url.descending : sort !== "name" });
  return (
    <th
      className={sort === "name" ? "cost-first" : "num"}
      aria-sort={isSorted ? (url.descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" className="grid-sort" onClick={next}>
        {name}
        {isSorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}
