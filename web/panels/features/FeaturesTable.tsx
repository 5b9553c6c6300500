import { useVirtualizer } from "@tanstack/react-virtual";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FeaturesView, LooseRow } from "../../../db/model/ledger-views.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { FEATURE_SORTS, type FeatureSort, type FeaturesUrl, MONEY_COLUMNS } from "../../lib/features-url.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { FeatureCells, LooseCells, TotalCells } from "./FeatureCells.tsx";
import { type FeatureLine, shownTable } from "./feature-rows.ts";

const ROW_PX = 32;
const HEAD_PX = 34;
const OVERSCAN = 12;

const WIDTHS: Readonly<Record<FeatureSort | "spark", number>> = {
  name: 160,
  team: 90,
  cost: 120,
  change: 90,
  unitCost: 134,
  units: 78,
  revenue: 108,
  margin: 112,
  roi: 84,
  utilisation: 74,
  coverage: 80,
  spark: 98,
};

export type FeaturesTableHandle = { readonly move: (by: number) => void };

/** Only the lines in sight exist; what is no feature's stands below them, and the sum stays in sight. */
export function FeaturesTable(props: {
  view: FeaturesView;
  lines: readonly FeatureLine[];
  loose: readonly LooseRow[];
  isNarrowed: boolean;
  wholeDays: number;
  url: FeaturesUrl;
  onSort: (sort: FeatureSort) => void;
  handle: Ref<FeaturesTableHandle>;
}) {
  const { t } = useTranslation();
  const { view, lines, loose, url } = props;
  const seesMoney = useSeesMoney();
  const amounts = useAmounts(view.currency);
  const shown = useMemo(() => shownTable(lines, loose, amounts.step), [lines, loose, amounts.step]);
  const title = t(seesMoney ? "features.table.title" : "features.table.titleWithoutMoney");
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- what it answers is used here and handed to nobody
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: ROW_PX,
  });
  const [at, setAt] = useState({ row: -1, asked: 0 }); // the row the keys stand on
  useImperativeHandle(
    props.handle,
    () => ({
      move: (by) =>
        setAt(({ row, asked }) => ({
          row: Math.min(Math.max(row + by, 0), lines.length - 1),
          asked: asked + 1,
        })),
    }),
    [lines.length],
  );
  useEffect(() => {
    if (at.asked === 0 || at.row < 0) return;
    virtual.scrollToIndex(at.row, { align: "auto" });
    const focus = () =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${at.row}"] a`)?.focus({ preventScroll: true });
    const frame = requestAnimationFrame(focus); // the row exists after the scroll was drawn
    return () => cancelAnimationFrame(frame);
    // oxlint-disable-next-line react/exhaustive-deps -- only when a key moved it
  }, [at]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  const sorts = seesMoney ? FEATURE_SORTS : FEATURE_SORTS.filter((sort) => !MONEY_COLUMNS.has(sort));
  const columns = seesMoney ? ([...sorts, "spark"] as const) : sorts;
  const width = columns.reduce((sum, column) => sum + WIDTHS[column], 0);
  return (
    <div ref={scroller} className="groups-scroll features-scroll" tabIndex={0} role="region" aria-label={title}>
      <table
        className="grid features"
        style={{ minWidth: width }}
        aria-label={title}
        aria-rowcount={lines.length + loose.length + 2}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column} style={{ width: WIDTHS[column] }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {sorts.map((sort) => (
              <Heading key={sort} sort={sort} symbol={amounts.symbol} {...props} />
            ))}
            {seesMoney && <th>{t("features.column.spark")}</th>}
          </tr>
        </thead>
        <tbody>
          <Spacer height={first * ROW_PX} span={columns.length} />
          {lines.slice(first, end).map((line, i) => (
            <tr key={line.id} aria-rowindex={first + i + 2} data-row={first + i}>
              <FeatureCells line={line} shown={shown.features[first + i]!} view={view} url={url} />
            </tr>
          ))}
          <Spacer height={(lines.length - end) * ROW_PX} span={columns.length} />
          {loose.map((row, i) => (
            <tr key={row.what} aria-rowindex={lines.length + i + 2} className="features-loose">
              <LooseCells row={row} shown={shown.loose[i] ?? null} view={view} url={url} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr aria-rowindex={lines.length + loose.length + 2}>
            <TotalCells view={view} lines={lines} shown={shown.total} isNarrowed={props.isNarrowed} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const MONEY: ReadonlySet<FeatureSort> = new Set(["cost", "unitCost", "revenue", "margin"]);
const TEXT: ReadonlySet<FeatureSort> = new Set(["name", "team"]);

function Heading(props: {
  sort: FeatureSort;
  symbol: string;
  url: FeaturesUrl;
  wholeDays: number;
  onSort: (sort: FeatureSort) => void;
}) {
  const { t } = useTranslation();
  const { sort, url } = props;
  const isSorted = url.sort === sort;
  const Arrow = url.descending ? IconArrowDown : IconArrowUp;
  const name = t(`features.column.${sort}`);
  return (
    <th
      className={TEXT.has(sort) ? undefined : "num"}
      aria-sort={isSorted ? (url.descending ? "descending" : "ascending") : "none"}
      title={sort === "change" ? t("features.changeSays", { count: props.wholeDays }) : undefined}
    >
      <button type="button" className="grid-sort" onClick={() => props.onSort(sort)}>
        {MONEY.has(sort) ? t("features.inCurrency", { name, symbol: props.symbol }) : name}
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
