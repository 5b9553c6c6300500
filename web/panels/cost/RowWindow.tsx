import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";

const ROW_PX = 32;
const OVERSCAN = 12;

/** A table of which only the rows in sight exist, between a heading and a total that stay. Columns keep their widths. */
export function RowWindow(props: {
  label: string;
  className: string;
  widths: readonly number[]; // of the columns, in px; the first takes what is left
  count: number;
  head: ReactNode;
  foot: ReactNode;
  renderRow: (at: number) => ReactNode; // a <tr> with `aria-rowindex` at + 2
}) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- what it answers is used here and handed to nobody
  const virtual = useVirtualizer({
    count: props.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  const { widths, count } = props;
  return (
    <div ref={scroller} className="groups-scroll cost-scroll" tabIndex={0} role="region" aria-label={props.label}>
      <table
        className={`grid cost-table ${props.className}`}
        style={{ minWidth: widths.reduce((sum, width) => sum + width, 0) }}
        aria-label={props.label}
        aria-rowcount={count + 2}
      >
        <colgroup>
          {widths.map((width, i) => (
            <col key={i} style={i === 0 ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>{props.head}</tr>
        </thead>
        <tbody>
          <Spacer height={first * ROW_PX} span={widths.length} />
          {Array.from({ length: end - first }, (_, i) => props.renderRow(first + i))}
          <Spacer height={(count - end) * ROW_PX} span={widths.length} />
        </tbody>
        <tfoot>
          <tr aria-rowindex={count + 2}>{props.foot}</tr>
        </tfoot>
      </table>
    </div>
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
