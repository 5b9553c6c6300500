import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { LedgerState } from "../../../db/model/ledger.ts";
import type { CostGroup, CostView } from "../../../db/model/ledger-views.ts";
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
import { ProofButton } from "../proof/ProofButton.tsx";
import { costGroupsCsv } from "./cost-csv.ts";
import { type CostLine, costLines, IDLE_STATES, LOST_STATES, microIn, msOf, shareOf, sparkOf } from "./cost-rows.ts";

const MOST_LINES = 500;

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
  const file = `dapan-cost-by-${view.by}-${view.range.from}-${lastDay(view.range)}.csv`;
  return (
    <PanelFrame
      title={t("cost.table.title", { by: t(`cost.dimension.${view.by}`) })}
      note={t("cost.table.count", { count: lines.length })}
      actions={
        <button type="button" className="button" onClick={() => download(file, csvText(costGroupsCsv(view, lines)))}>
          {t("cards.csv")}
        </button>
      }
    >
      <div className="groups-scroll cost-scroll" tabIndex={0} role="region" aria-label={t("cost.what")}>
        <table className="grid plain cost-table">
          <thead>
            <tr>
              {COST_SORTS.map((sort) => (
                <Heading key={sort} sort={sort} symbol={amounts.symbol} url={url} by={view.by} onChange={onChange} />
              ))}
              <th>{t("cost.table.spark")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, MOST_LINES).map((line) => (
              <tr key={line.key}>
                <Cells line={line} view={view} url={url} onChange={onChange} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <Total view={view} step={amounts.step} />
            </tr>
          </tfoot>
        </table>
      </div>
    </PanelFrame>
  );
}

function Cells(props: { line: CostLine; view: CostView; url: CostUrl; onChange: (part: Partial<CostUrl>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { line, view, url, onChange } = props;
  const amounts = useAmounts(view.currency);
  const filter = narrowed(url.filter, view.by, [line.key]);
  const ask = (micro: Micro, states?: readonly LedgerState[]) =>
    ({
      about: "cards",
      question: {
        range: view.range,
        filter: states === undefined ? filter : { ...filter, state: among(filter.state, states) },
      },
      shownMicro: microText(micro),
    }) as const;
  const money = (shown: Micro, exact: Micro, states?: readonly LedgerState[]) => (
    <ProofButton ask={ask(exact, states)} title={amounts.exact(exact)}>
      {amounts.plain(shown)}
    </ProofButton>
  );
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
          {money(line.shown, microOf(line.micro))}
          <Share
            ratio={shareOf(microOf(line.micro), microOf(view.total.micro))}
            text={format.percent(shareOf(microOf(line.micro), microOf(view.total.micro)))}
          />
        </span>
      </td>
      <td className="num">{format.cardHours(msOf(line))}</td>
      <td className="num">{money(line.shownIdle, microIn(line, IDLE_STATES), IDLE_STATES)}</td>
      <td className="num">{money(line.shownLost, microIn(line, LOST_STATES), LOST_STATES)}</td>
      <td>
        <Spark values={sparkOf(line.byDay)} />
      </td>
    </>
  );
}

/** The states asked for that the page is narrowed to as well. */
const among = (asked: readonly string[] | undefined, states: readonly LedgerState[]): readonly string[] =>
  asked === undefined ? states : states.filter((state) => asked.includes(state));

function Total({ view, step }: { view: CostView; step: Micro }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(view.currency);
  const { total } = view;
  const shown = (micro: Micro) => amounts.plain(roundShown(micro, step));
  return (
    <>
      <th scope="row">{t("cost.table.total")}</th>
      <td className="num">{shown(microOf(total.micro))}</td>
      <td className="num">{format.cardHours(msOf(total))}</td>
      <td className="num">{shown(microIn(total, IDLE_STATES))}</td>
      <td className="num">{shown(microIn(total, LOST_STATES))}</td>
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
  const name = sort === "name" ? t(`cost.dimension.${props.by}`) : t(`cost.table.${sort}`, { symbol });
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
