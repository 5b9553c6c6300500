/** Drawing of the wall: marks are made once per look and stamped; only cells whose look changed are drawn again. */
import { CARD_STATES, type CardState } from "../../../db/model/fleet.ts";
import { type ChartTheme, STATE_INK } from "../../../reports/charts/theme.ts";
import { LABEL_PX, type WallLayout } from "./wall-layout.ts";

/** The marks of all states in one size. Shapes are those of StateMark, so that legend and wall speak alike. */
export type Stamps = {
  readonly sheet: HTMLCanvasElement;
  readonly px: number; // edge of one stamp in device pixels
  readonly cell: number; // in CSS pixels
  readonly scale: number; // device pixels per CSS pixel
};

const BOX = 12; // the shapes below are drawn in a box of 12 × 12
const FADED = 0.16;

export function makeStamps(theme: ChartTheme, cell: number, scale: number): Stamps {
  const px = Math.max(1, Math.round(cell * scale));
  const sheet = document.createElement("canvas");
  sheet.width = px * CARD_STATES.length;
  sheet.height = px;
  const ctx = sheet.getContext("2d");
  if (ctx !== null) CARD_STATES.forEach((state, i) => stamp(ctx, state, theme.state[state], i * px, px));
  return { sheet, px, cell, scale };
}

function stamp(ctx: CanvasRenderingContext2D, state: CardState, color: string, x: number, px: number): void {
  const inset = Math.max(1, Math.round(px * 0.08));
  ctx.save();
  ctx.translate(x + inset / 2, inset / 2);
  ctx.scale((px - inset) / BOX, (px - inset) / BOX);
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  const { shape, fill } = STATE_INK[state];
  switch (shape) {
    case "disc":
      if (fill === "hatch") {
        ring(ctx, 4.6, 1.4);
        lines(ctx, "M3 6.6 6.6 3M3.6 9 9 3.6M6 9.6 9.6 6", 1.2);
      } else {
        ctx.beginPath();
        ctx.arc(6, 6, 5.2, 0, 7);
        ctx.fill();
      }
      break;
    case "triangle":
      ctx.beginPath();
      ctx.moveTo(6, 0.6);
      ctx.lineTo(11.7, 11.2);
      ctx.lineTo(0.3, 11.2);
      ctx.fill();
      break;
    case "square":
      ctx.fillRect(0.6, 0.6, 10.8, 10.8);
      break;
    case "ring":
      ring(ctx, 4.4, 1.5);
      break;
    case "dashed":
      lines(ctx, "M1 7.5 7.5 1M1.5 11 11 1.5M5 11.5 11.5 5", 1.3); // a hatch: not known
      break;
  }
  ctx.restore();
}

function ring(ctx: CanvasRenderingContext2D, radius: number, width: number): void {
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(6, 6, radius, 0, 7);
  ctx.stroke();
}

function lines(ctx: CanvasRenderingContext2D, path: string, width: number): void {
  ctx.lineWidth = width;
  ctx.stroke(new Path2D(path));
}

/** Look of a cell as one number: its state, and whether a filter leaves it out. */
export const lookOf = (state: CardState, isFaded: boolean): number =>
  CARD_STATES.indexOf(state) * 2 + (isFaded ? 1 : 0);

/** `short` stands where the name has no room; `tail`: its end tells it apart, so the beginning is cut. */
export type WallWords = {
  readonly names: readonly string[]; // the whole one first, then shorter ones
  readonly note: string;
  readonly tail: boolean; // a name too long is cut at its beginning: its end tells it apart
};

/** Draws what lies between `top` and the canvas's height below it. `looks` says each cell's look. */
export function paintWall(
  ctx: CanvasRenderingContext2D,
  wall: { readonly layout: WallLayout; readonly looks: Uint8Array; readonly labels: readonly WallWords[] },
  look: { readonly stamps: Stamps; readonly theme: ChartTheme },
  top: number,
): void {
  const { layout, looks, labels } = wall;
  const { stamps, theme } = look;
  const { scale } = stamps;
  const { height } = ctx.canvas;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, ctx.canvas.width, height);
  for (const block of layout.blocks) {
    const y = (block.y - top) * scale;
    if (y > height || y + block.height * scale < 0) continue;
    paintLabel(ctx, labels[block.group], block, y, scale, theme);
    const from = Math.max(0, Math.floor((top - block.y - LABEL_PX) / layout.cell)) * block.columns;
    for (let at = from; at < block.count; at++) {
      const row = Math.floor(at / block.columns);
      const cellY = y + (LABEL_PX + row * layout.cell) * scale;
      if (cellY > height) break;
      put(ctx, stamps, looks[block.first + at] ?? 0, (block.x + (at % block.columns) * layout.cell) * scale, cellY);
    }
  }
}

/** Draws some cells anew: those that changed, where they are in sight. */
export function repaintCells(
  ctx: CanvasRenderingContext2D,
  cells: readonly { readonly x: number; readonly y: number; readonly look: number }[],
  stamps: Stamps,
  top: number,
): void {
  const { scale, px } = stamps;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  for (const { x, y, look } of cells) {
    const [left, down] = [Math.round(x * scale), Math.round((y - top) * scale)];
    if (down > ctx.canvas.height || down + px < 0) continue;
    ctx.clearRect(left, down, px, px);
    put(ctx, stamps, look, left, down);
  }
}

function put(ctx: CanvasRenderingContext2D, { sheet, px }: Stamps, look: number, x: number, y: number): void {
  if ((look & 1) === 1) ctx.globalAlpha = FADED;
  ctx.drawImage(sheet, (look >> 1) * px, 0, px, px, Math.round(x), Math.round(y), px, px);
  ctx.globalAlpha = 1;
}

function paintLabel(
  ctx: CanvasRenderingContext2D,
  label: WallWords | undefined,
  block: { readonly x: number; readonly width: number },
  y: number,
  scale: number,
  theme: ChartTheme,
): void {
  if (label === undefined) return;
  const room = block.width * scale;
  const base = y + 12 * scale;
  ctx.textBaseline = "alphabetic";
  ctx.font = `${11 * scale}px ${theme.font}`;
  const noteWidth = label.note === "" ? 0 : ctx.measureText(label.note).width + 6 * scale;
  const name = labelText(label, room - noteWidth, (text) => ctx.measureText(text).width);
  ctx.fillStyle = theme.text;
  ctx.fillText(name, block.x * scale, base);
  if (label.note === "") return;
  const after = block.x * scale + ctx.measureText(name).width + 6 * scale;
  ctx.fillStyle = theme.muted;
  ctx.fillText(label.note, after, base);
}

/** Control and direction marks would turn the neighbours' text around. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "");

const LEAST_MORE = 7; // " · cn-b…": less of a longer name says nothing the shorter one does not

/** The longest name there is room for. Where that is the shortest, the beginning of the one before, if that says more. */
export function labelText(label: WallWords, room: number, widthOf: (text: string) => number): string {
  const names = label.names.map(plain);
  const fits = names.findIndex((name) => name.length <= 200 && widthOf(name) <= room);
  const whole = names[fits];
  if (whole === undefined) return fit(names.at(-1) ?? "", room, label.tail, widthOf);
  const longer = names[fits - 1];
  if (longer === undefined || fits < names.length - 1) return whole;
  const begun = fit(longer, room, label.tail, widthOf);
  return Array.from(begun).length >= Array.from(whole).length + LEAST_MORE ? begun : whole;
}

function fit(text: string, room: number, tail: boolean, widthOf: (text: string) => number): string {
  if (text.length < 400 && widthOf(text) <= room) return text;
  const chars = Array.from(text.slice(0, 400));
  let [low, high] = [0, chars.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(cut(chars, middle, tail)) <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "" : cut(chars, low, tail);
}

const cut = (chars: readonly string[], keep: number, tail: boolean): string =>
  tail ? `…${chars.slice(chars.length - keep).join("")}` : `${chars.slice(0, keep).join("")}…`;
