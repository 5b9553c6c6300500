import { useVirtualizer } from "@tanstack/react-virtual";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { memo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { BoardSum, GroupKey } from "../../../db/model/board-groups.ts";
import type { BoardView as Board } from "../../../db/model/board-views.ts";
import { TIERS } from "../../../db/model/tier.ts";
import { type BoardView, MONEY_SORTS, type PivotSort } from "../../lib/board-url.ts";
import { changeText } from "../../lib/change-text.ts";
import { coverageOf } from "../../lib/fleet.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { Share } from "../../parts/Share.tsx";
import { TierMark } from "../../parts/TierChip.tsx";
import { useFacetText } from "../../parts/use-facet-text.ts";
import { Cost } from "./Cost.tsx";
import { Spark } from "./Spark.tsx";
import type { PivotLine } from "./pivot-rows.ts";

const ROW_PX = { dense: 32, comfortable: 40 } as const;
const HEAD_PX = 34;
const OVERSCAN = 10;

/** Columns in the order they are read: how many, how used, how dear. */
const COLUMNS = [
  "cards",
  "healthy",
  "held",
  "busy",
  "util",
  "coverage",
  "price",
  "cost",
  "idle",
  "unpriced",
  "change",
] as const satisfies readonly PivotSort[];

/** Only the lines in sight exist; the totals row stays in sight below them. */
export function PivotTable(props: {
  lines: readonly PivotLine[];
  sum: BoardSum;
  change: number | null;
  board: Board;
  view: BoardView;
  onChange: ChangeBoard;
  onSort: (column: PivotSort) => void;
}) {
  const { t } = useTranslation();
  const { lines, sum, board, view } = props;
  const seesPrices = useSeesPrices();
  const scroller = useRef<HTMLDivElement>(null);
  const rowPx = ROW_PX[view.rows];
  // oxlint-disable-next-line react/incompatible-library -- what it answers is used here and handed to nobody
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: rowPx,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  const columns = COLUMNS.filter(
    (column) =>
      (column !== "unpriced" || sum.money.unpricedMs > 0) &&
      (column !== "change" || view.against !== null) &&
      (seesPrices || !MONEY_SORTS.has(column)),
  );
  return (
    <div
      ref={scroller}
      className={`groups-scroll pivot pivot-${view.rows}`}
      tabIndex={0}
      role="region"
      aria-label={t("pivot.title")}
    >
      <table className="plain" aria-rowcount={lines.length + 2}>
        <thead>
          <tr aria-rowindex={1}>
            <Heading column="name" title={view.by.map((key) => t(`fact.${key}`)).join(" / ")} {...props} />
            {columns.map((column) => (
              <Heading key={column} column={column} title={t(`pivot.column.${column}`)} isFigure {...props} />
            ))}
            <th>{t("pivot.spark")}</th>
          </tr>
        </thead>
        <tbody>
          <Spacer height={first * rowPx} span={columns.length + 2} />
          {lines.slice(first, end).map((line, i) => (
            <tr key={line.id} aria-rowindex={first + i + 2} className={`pivot-depth-${line.depth}`}>
              <th scope="row">
                <Name line={line} view={view} onChange={props.onChange} />
              </th>
              <Figures sum={line.sum} change={line.change} columns={columns} currency={board.currency} />
            </tr>
          ))}
          <Spacer height={(lines.length - end) * rowPx} span={columns.length + 2} />
        </tbody>
        <tfoot>
          <tr aria-rowindex={lines.length + 2}>
            <th scope="row">{t("pivot.total")}</th>
            <Figures sum={sum} change={props.change} columns={columns} currency={board.currency} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Heading(props: {
  column: PivotSort;
  title: string;
  isFigure?: boolean;
  view: BoardView;
  onSort: (column: PivotSort) => void;
}) {
  const { column, view } = props;
  const isSorted = view.pivotSort === column;
  const Arrow = view.pivotDescending ? IconArrowDown : IconArrowUp;
  return (
    <th
      className={props.isFigure === true ? "num" : undefined}
      aria-sort={isSorted ? (view.pivotDescending ? "descending" : "ascending") : "none"}
    >
      <button type="button" className="grid-sort" onClick={() => props.onSort(column)}>
        {props.title}
        {isSorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className="grid-spacer">
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

/** The line's own value; it narrows the board to it, and to those above it. */
function Name({ line, view, onChange }: { line: PivotLine; view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const text = useKeyText();
  const key = line.path[line.depth] ?? "";
  const name = text(line.by, key);
  const tier = line.by === "tier" ? tierOf(key) : undefined;
  return (
    <button
      type="button"
      className="link group-name"
      style={{ marginInlineStart: line.depth * 16 }}
      title={name}
      aria-label={t("board.narrow", {
        what: line.path.map((value, i) => text(view.by[i] ?? line.by, value)).join(" / "),
      })}
      onClick={() => onChange(narrowTo(line, view))}
    >
      {tier === undefined ? name : <TierMark tier={tier} />}
    </button>
  );
}

const tierOf = (key: string) => TIERS.find((tier) => `P${tier}` === key);

function narrowTo(line: PivotLine, view: BoardView): Parameters<ChangeBoard>[0] {
  let { pool } = view.query;
  let { tiers } = view;
  line.path.forEach((value, i) => {
    const by = view.by[i];
    const tier = tierOf(value);
    if (by === undefined) return;
    if (by === "tier") tiers = tier === undefined ? tiers : [tier];
    else pool = { ...pool, [by]: [value] };
  });
  return { tiers, query: { pool } };
}

function useKeyText(): (by: GroupKey, key: string) => string {
  const facetText = useFacetText();
  return (by, key) => (by === "tier" ? key : facetText(by, key));
}

/** Drawn again only when its sums changed: live changes touch few lines. */
const Figures = memo(function Figures(props: {
  sum: BoardSum;
  change: number | null;
  columns: readonly (typeof COLUMNS)[number][];
  currency: string;
}) {
  const { sum } = props;
  return (
    <>
      {props.columns.map((column) => (
        <td key={column} className="num">
          <Figure column={column} sum={sum} change={props.change} currency={props.currency} />
        </td>
      ))}
      <td>
        <Spark values={sum.spark} />
      </td>
    </>
  );
});

function Figure(props: { column: (typeof COLUMNS)[number]; sum: BoardSum; change: number | null; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { column, sum, currency } = props;
  switch (column) {
    case "cards":
      return format.count(sum.cardCounts.delivered);
    case "healthy":
    case "held":
    case "busy":
      return format.count(sum.cardCounts[column]);
    case "util":
      return <Share ratio={sum.day.meanRatio} text={format.percent(sum.day.meanRatio)} />;
    case "coverage":
      return format.coverage(coverageOf(sum.day));
    case "price":
      return (
        <span title={priceNote(sum)}>
          {unitPrice(sum.price.micro, currency, lang)}
          {sum.price.isList && <span className="list-mark">{t("pivot.list")}</span>}
        </span>
      );
    case "cost":
      return <Cost micro={sum.money.costMicro} money={sum.money} currency={currency} />;
    case "idle":
      return <Cost micro={sum.money.idleMicro} money={sum.money} currency={currency} />;
    case "unpriced":
      return sum.money.unpricedMs === 0 ? "" : format.cardHours(sum.money.unpricedMs);
    case "change":
      return changeText(props.change, lang);
  }
  function priceNote({ price }: BoardSum): string {
    return t("pivot.priceNote", {
      priced: format.count(price.pricedCards),
      unpriced: format.count(price.unpricedCards),
    });
  }
}
