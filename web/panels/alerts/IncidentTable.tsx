import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentsPage } from "../../../db/model/alert-views.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { IncidentCells } from "./IncidentCells.tsx";
import { IncidentGroupHead } from "./IncidentGroupHead.tsx";
import type { IncidentLine } from "./incident-lines.ts";

const ROW_PX = 48;
const GROUP_PX = 36;
const HEAD_PX = 34;
const OVERSCAN = 10;
const COLUMNS = ["severity", "what", "where", "since", "cards", "cost", "features", "who"] as const;
const PICK_PX = 36;
const WIDTHS: Readonly<Record<(typeof COLUMNS)[number], number>> = {
  severity: 104,
  what: 344,
  where: 212,
  since: 96,
  cards: 52,
  cost: 112,
  features: 130,
  who: 128,
};

/** The incidents, two lines of text each. Only those in sight exist; what comes in anew moves nothing under the eye. */
export function IncidentTable(props: {
  lines: readonly IncidentLine[];
  page: IncidentsPage;
  picked: ReadonlySet<number>;
  onPick: ((id: number) => void) | null; // null = there is nothing one may do with them
  /** The line the keys stand on. A new object each time a key was pressed. */
  active: { readonly key: string | null };
}) {
  const { t } = useTranslation();
  const { lines, page, active } = props;
  const amounts = useAmounts(page.currency);
  const seesMoney = useSeesMoney();
  const columns = seesMoney ? COLUMNS : COLUMNS.filter((column) => column !== "cost");
  const width = columns.reduce((sum, column) => sum + WIDTHS[column], PICK_PX);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- what it answers is used here and handed to nobody
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => heightOf(lines[i]),
    getItemKey: (i) => lines[i]?.key ?? i,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: ROW_PX,
  });
  useKeptPlace(scroller, lines);
  useEffect(() => {
    const at = active.key === null ? -1 : lines.findIndex(({ key }) => key === active.key);
    if (at < 0) return;
    virtual.scrollToIndex(at, { align: "auto" });
    const focus = () =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-line="${at}"] .incident-open`)
        ?.focus({ preventScroll: true });
    const frame = requestAnimationFrame(focus); // the row exists after the scroll was drawn
    return () => cancelAnimationFrame(frame);
    // oxlint-disable-next-line react/exhaustive-deps -- only when a key moved it
  }, [active]);
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  const end = (last?.index ?? -1) + 1;
  return (
    <div
      ref={scroller}
      className="groups-scroll incidents-scroll"
      tabIndex={0}
      role="region"
      aria-label={t("alerts.list")}
    >
      <table
        className="grid incidents"
        style={{ minWidth: width }}
        aria-label={t("alerts.list")}
        aria-rowcount={lines.length + 1}
      >
        <colgroup>
          <col style={{ width: PICK_PX }} />
          {columns.map((column) => (
            <col key={column} style={{ width: WIDTHS[column] }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th>
              <span className="sr">{t("alerts.column.pick")}</span>
            </th>
            {columns.map((column) => (
              <th
                key={column}
                className={column === "cards" || column === "cost" ? "num" : undefined}
                title={column === "cost" ? t("alerts.costSays") : undefined}
              >
                {t(`alerts.column.${column}`, { symbol: amounts.symbol })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={first?.start ?? 0} />
          {lines.slice(first?.index ?? 0, end).map((line, i) => {
            const at = (first?.index ?? 0) + i;
            return (
              <tr
                key={line.key}
                data-line={at}
                aria-rowindex={at + 2}
                className={
                  line.kind === "group" ? "incident-group" : line.key === active.key ? "incident-at" : undefined
                }
              >
                {line.kind === "group" ? (
                  <IncidentGroupHead group={line.group} span={columns.length + 1} />
                ) : (
                  <IncidentCells row={line.row} amounts={amounts} picked={props.picked} onPick={props.onPick} />
                )}
              </tr>
            );
          })}
          <Spacer height={virtual.getTotalSize() - (last?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

const heightOf = (line: IncidentLine | undefined): number => (line?.kind === "group" ? GROUP_PX : ROW_PX);

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className="grid-spacer">
      <td colSpan={COLUMNS.length + 1} style={{ height }} />
    </tr>
  );
}

/** After an answer the line at the top stays at the top, whatever came or went above it. */
function useKeptPlace(scroller: RefObject<HTMLElement | null>, lines: readonly IncidentLine[]): void {
  const before = useRef(lines);
  useLayoutEffect(() => {
    const old = before.current;
    const top = scroller.current?.scrollTop ?? 0;
    before.current = lines;
    if (old === lines || top === 0) return;
    const { line, inside } = lineAt(old, top);
    const at = lines.findIndex(({ key }) => key === line?.key);
    if (at >= 0) scroller.current?.scrollTo({ top: topOf(lines, at) + inside });
  }, [scroller, lines]);
}

const topOf = (lines: readonly IncidentLine[], at: number): number =>
  lines.slice(0, at).reduce((sum, line) => sum + heightOf(line), 0);

/** The line at a height, and how far inside it. */
function lineAt(lines: readonly IncidentLine[], height: number): { line: IncidentLine | undefined; inside: number } {
  let rest = height;
  for (const line of lines) {
    if (rest < heightOf(line)) return { line, inside: rest };
    rest -= heightOf(line);
  }
  return { line: undefined, inside: 0 };
}
