import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { CardRow } from "../../../db/model/views.ts";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import type { WallGrouping } from "../../lib/board-url.ts";
import { useRoom } from "./use-canvas-room.ts";
import type { WallGroup } from "./wall-groups.ts";
import { hitWall, layoutWall, placeOf, stepWall, type WallLayout, type WallStep } from "./wall-layout.ts";
import { lookOf, makeStamps, paintWall, repaintCells, type WallWords } from "./wall-paint.ts";

const STEPS: Readonly<Record<string, WallStep>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

/**
 * All cards as marks on a canvas of the size of its window, which scrolls over the whole wall. The table of cards below is
 * the same for readers who see no picture; here arrow keys move, Enter opens, and each step is said aloud.
 */
export function WallCanvas(props: {
  label: string;
  rows: readonly CardRow[];
  groups: readonly WallGroup[];
  words: readonly WallWords[];
  by: WallGrouping;
  kept: ReadonlySet<number> | null; // ids that stay bright; null = all
  open: string | null; // UUID of the open card
  say: (row: CardRow) => string;
  renderTip: (row: CardRow) => React.ReactNode;
  onOpen: (row: CardRow) => void;
  onLabel: (group: WallGroup) => void;
}) {
  const { t } = useTranslation();
  const hint = useId();
  const { rows, groups, words, by, kept } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(box);
  const theme = useChartTheme();
  const width = room?.width ?? 0;
  const height = room?.height ?? 0;
  const scale = room?.scale ?? 1;
  const layout = useMemo(
    () => layoutWall(width === 0 ? [] : groups.map((group) => group.rows.length), by, { width, height }),
    [groups, by, width, height],
  );
  const stamps = useMemo(() => makeStamps(theme, layout.cell, scale), [theme, layout.cell, scale]);
  const order = useMemo(() => Int32Array.from(groups.flatMap((group) => group.rows)), [groups]);
  const looks = useLooks(rows, order, kept);
  usePaint(canvas, box, { layout, looks, words, stamps, theme, width, height, scale });

  const [at, setAt] = useState<{ cell: number; by: "pointer" | "key"; top: number } | null>(null);
  const [atLabel, setAtLabel] = useState(false);
  const cellOpen = useMemo(
    () => (props.open === null ? -1 : order.findIndex((row) => rows[row]?.uuid === props.open)),
    [order, rows, props.open],
  );
  const cell = at?.cell ?? -1;
  const row = rowAt(rows, order, cell);

  const point = (event: MouseEvent<HTMLDivElement>) => {
    const area = event.currentTarget.getBoundingClientRect();
    return hitWall(layout, event.clientX - area.left, event.clientY - area.top + event.currentTarget.scrollTop);
  };
  const onMove = (event: MouseEvent<HTMLDivElement>) => {
    const hit = point(event);
    const found = hit !== null && "cell" in hit ? hit.cell : -1;
    setAtLabel(hit !== null && "label" in hit);
    if (found !== cell) setAt(found < 0 ? null : { cell: found, by: "pointer", top: event.currentTarget.scrollTop });
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const hit = point(event);
    if (hit === null) return;
    if ("label" in hit) {
      const group = groups[hit.label];
      if (group !== undefined) props.onLabel(group);
      return;
    }
    const clicked = rowAt(rows, order, hit.cell);
    if (clicked !== undefined) props.onOpen(clicked);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const next = stepWall(layout, cell < 0 ? cellOpen : cell, step);
      reveal(event.currentTarget, layout, next);
      setAt({ cell: next, by: "key", top: event.currentTarget.scrollTop });
    } else if (event.key === "Enter" && row !== undefined) props.onOpen(row);
    else if (event.key === "Escape" && at !== null && props.open === null) setAt(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const place = placeOf(layout, cell);
  const placeOpen = placeOf(layout, cellOpen);
  return (
    <div className="wall-frame">
      <div
        ref={box}
        className={atLabel || cell >= 0 ? "wall wall-points" : "wall"}
        role="application"
        aria-roledescription={t("wall.role")}
        aria-label={props.label}
        aria-describedby={hint}
        tabIndex={0}
        onMouseMove={onMove}
        onMouseLeave={() => at?.by === "pointer" && setAt(null)}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onScroll={() => at?.by === "pointer" && setAt(null)}
        onBlur={() => setAt(null)}
      >
        <div className="wall-sheet" style={{ height: Math.max(layout.height, height) }}>
          <canvas ref={canvas} className="wall-canvas" style={{ width, height }} aria-hidden />
          {placeOpen !== null && <Ring place={placeOpen} size={layout.cell} kind="open" />}
          {place !== null && <Ring place={place} size={layout.cell} kind="at" />}
        </div>
      </div>
      {at !== null && row !== undefined && place !== null && (
        <Tip place={place} layout={layout} top={at.top} height={height}>
          {props.renderTip(row)}
        </Tip>
      )}
      <p id={hint} className="sr">
        {t("wall.hint")}
      </p>
      <p className="sr" role="status">
        {at?.by === "key" && row !== undefined ? props.say(row) : ""}
      </p>
    </div>
  );
}

const rowAt = (rows: readonly CardRow[], order: Int32Array, cell: number): CardRow | undefined =>
  cell < 0 ? undefined : rows[order[cell] ?? -1];

/** How each cell looks now. */
function useLooks(rows: readonly CardRow[], order: Int32Array, kept: ReadonlySet<number> | null): Uint8Array {
  return useMemo(
    () =>
      Uint8Array.from(order, (at) => {
        const row = rows[at];
        return row === undefined ? 0 : lookOf(row.state, kept !== null && !kept.has(row.id));
      }),
    [rows, order, kept],
  );
}

type Picture = {
  readonly layout: WallLayout;
  readonly looks: Uint8Array;
  readonly words: readonly WallWords[];
  readonly stamps: ReturnType<typeof makeStamps>;
  readonly theme: ReturnType<typeof useChartTheme>;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
};

/** Keeps the canvas true: everything when the wall or its look changed or scrolled, else the changed cells alone. */
function usePaint(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  box: React.RefObject<HTMLElement | null>,
  picture: Picture,
): void {
  const drawn = useRef<Picture | null>(null);
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    const before = drawn.current;
    if (ctx == null || picture.width === 0) return;
    const top = box.current?.scrollTop ?? 0;
    drawn.current = picture;
    if (before !== null && isSameWall(before, picture)) {
      repaintCells(ctx, changedCells(before.looks, picture), picture.stamps, top);
      return;
    }
    const size = [Math.round(picture.width * picture.scale), Math.round(picture.height * picture.scale)] as const;
    if (ctx.canvas.width !== size[0]) ctx.canvas.width = size[0];
    if (ctx.canvas.height !== size[1]) ctx.canvas.height = size[1];
    paint(ctx, picture, top);
  }, [canvas, box, picture]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const ctx = canvas.current?.getContext("2d");
        if (ctx != null && drawn.current !== null) paint(ctx, drawn.current, element.scrollTop);
      });
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener("scroll", onScroll);
    };
  }, [canvas, box]);
}

function paint(ctx: CanvasRenderingContext2D, { layout, looks, words, stamps, theme }: Picture, top: number): void {
  paintWall(ctx, { layout, looks, labels: words }, { stamps, theme }, top);
}

const isSameWall = (a: Picture, b: Picture): boolean =>
  a.layout === b.layout && a.words === b.words && a.stamps === b.stamps && a.width === b.width && a.height === b.height;

function changedCells(before: Uint8Array, { looks, layout }: Picture): { x: number; y: number; look: number }[] {
  const changed: { x: number; y: number; look: number }[] = [];
  if (looks === before) return changed; // only the pointer moved
  for (let cell = 0; cell < looks.length; cell++) {
    const look = looks[cell] ?? 0;
    if (look === before[cell]) continue;
    const place = placeOf(layout, cell);
    if (place !== null) changed.push({ ...place, look });
  }
  return changed;
}

function reveal(box: HTMLElement, layout: WallLayout, cell: number): void {
  const place = placeOf(layout, cell);
  if (place === null) return;
  const margin = layout.cell * 2;
  if (place.y - margin < box.scrollTop) box.scrollTop = place.y - margin;
  else if (place.y + margin > box.scrollTop + box.clientHeight) box.scrollTop = place.y + margin - box.clientHeight;
}

function Ring({ place, size, kind }: { place: { x: number; y: number }; size: number; kind: "at" | "open" }) {
  const edge = size + 4;
  return (
    <span
      className={`wall-ring wall-ring-${kind}`}
      aria-hidden
      style={{ width: edge, height: edge, transform: `translate(${place.x - 2}px, ${place.y - 2}px)` }}
    />
  );
}

const TIP_PX = 280;

/** Beside the card it speaks of, on the side that has room. */
function Tip(props: {
  place: { x: number; y: number };
  layout: WallLayout;
  top: number;
  height: number;
  children: React.ReactNode;
}) {
  const { place, layout } = props;
  const isRight = place.x + layout.cell + TIP_PX + 24 < layout.width;
  const y = place.y - props.top;
  const isLow = y > props.height / 2;
  return (
    <div
      className="wall-tip"
      aria-hidden
      style={{
        width: TIP_PX,
        left: isRight ? place.x + layout.cell + 20 : Math.max(0, place.x - TIP_PX - 4),
        ...(isLow ? { bottom: Math.max(0, props.height - y - layout.cell) } : { top: Math.max(0, y) }),
      }}
    >
      {props.children}
    </div>
  );
}
