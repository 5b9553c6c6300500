import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useImperativeHandle, useMemo, useRef } from "react";

type ColumnLook = {
  readonly width: number; // px
  readonly align?: "right";
  readonly title: string; // heading
  readonly sortable?: boolean;
};

const features = tableFeatures({ columnMeta: {} as ColumnLook });

/** A column of a DataTable. `cell` draws one row's part; sorting is the caller's, who knows all rows. */
export type DataColumn<T extends object> = ColumnDef<typeof features, T> & {
  readonly id: string;
  readonly meta: ColumnLook;
};

export type DataTableHandle = { focus: () => void };

const ROW_PX = 32;
const HEAD_PX = 34;
const OVERSCAN = 12;

/**
 * A table of any length: only the rows in sight exist, and they are real `<tr>`s between two spacers.
 * The rows come filtered and sorted; the row model is built over the window alone, so ten thousand rows cost like fifty.
 */
export function DataTable<T extends object>(props: {
  label: string;
  rows: readonly T[];
  columns: DataColumn<T>[];
  rowId: (row: T) => string;
  maxHeight: string;
  sort?: { readonly by: string; readonly descending: boolean; readonly onChange: (by: string) => void };
  active?: { readonly id: string | null; readonly onMove: (row: T) => void; readonly onOpen: (row: T) => void };
  handle?: React.Ref<DataTableHandle>;
}) {
  const { rows, rowId, active, sort } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  useImperativeHandle(props.handle, () => ({ focus: () => grid.current?.focus({ preventScroll: true }) }), []);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX, // the sticky heading must not hide the focused row
    scrollPaddingEnd: HEAD_PX, // rows stand below it: the last in sight would be cut
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  const data = useMemo(() => rows.slice(first, end), [rows, first, end]);
  const table = useTable({ features, columns: props.columns, data, getRowId: rowId });

  const at = useMemo(
    () => (active?.id == null ? -1 : rows.findIndex((row) => rowId(row) === active.id)),
    [rows, rowId, active?.id],
  );
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
    // oxlint-disable-next-line react/exhaustive-deps -- only when another row becomes active, not when rows move under it
  }, [active?.id]);

  const move = (to: number) => {
    const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    if (row !== undefined) active?.onMove(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (active === undefined || event.target !== event.currentTarget || event.nativeEvent.isComposing) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    const here = rows[Math.max(at, 0)]; // after a filter, Enter takes the first that is left
    if (to !== undefined) move(to);
    else if (event.key === "Enter" && here !== undefined) active.onOpen(here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = at >= first && at < end;
  const width = props.columns.reduce((sum, column) => sum + column.meta.width, 0);
  const isGrid = active !== undefined;
  return (
    <div
      ref={scroller}
      className="grid-scroll"
      style={{ maxHeight: props.maxHeight }}
      {...(isGrid ? {} : { tabIndex: 0, role: "region", "aria-label": props.label })}
    >
      <table
        ref={grid}
        className="grid"
        style={{ minWidth: width }}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        onKeyDown={onKeyDown}
        {...(isGrid && { role: "grid", tabIndex: 0 })}
        {...(shown &&
          active != null &&
          active.id !== null && { "aria-activedescendant": domId(props.label, active.id) })}
      >
        <colgroup>
          {props.columns.map((column) => (
            <col key={column.id} style={{ width: column.meta.width }} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <Heading key={header.id} id={header.column.id} look={header.column.columnDef.meta} sort={sort} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={first * ROW_PX} />
          {table.getRowModel().rows.map((row, i) => (
            <tr
              key={row.id}
              id={domId(props.label, row.id)}
              aria-rowindex={first + i + 2}
              {...(isGrid && { "aria-selected": row.id === active.id })}
              onClick={() => active?.onOpen(row.original)}
            >
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={cell.column.columnDef.meta?.align === "right" ? "num" : undefined}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={(rows.length - end) * ROW_PX} />
        </tbody>
      </table>
    </div>
  );
}

function Heading(props: {
  id: string;
  look: ColumnLook | undefined;
  sort: { readonly by: string; readonly descending: boolean; readonly onChange: (by: string) => void } | undefined;
}) {
  const { id, look, sort } = props;
  const title = look?.title ?? id;
  const className = look?.align === "right" ? "num" : undefined;
  if (look?.sortable !== true || sort === undefined) return <th className={className}>{title}</th>;
  const sorted = sort.by === id;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <th className={className} aria-sort={sorted ? (sort.descending ? "descending" : "ascending") : "none"}>
      <button type="button" className="grid-sort" onClick={() => sort.onChange(id)}>
        {title}
        {sorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

function Spacer({ height }: { height: number }) {
  return height <= 0 ? null : <tr aria-hidden className="grid-spacer" style={{ height }} />;
}

/** An id that stays within one word whatever the row is called. */
function domId(table: string, row: string): string {
  return `row-${encodeURIComponent(table)}-${encodeURIComponent(row)}`;
}
