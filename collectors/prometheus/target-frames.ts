import { FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { CardFrame, CardSighting } from "../../db/model/frame.ts";
import { unixMs } from "../../db/model/units.ts";
import type { CardExporters, FrameMaker } from "./exporter.ts";
import type { Run, SampleBook } from "./sample-book.ts";
import { bySeriesKey, type PulledSeries, type PulledTarget, type SeriesBook } from "./series-book.ts";

/**
 * Instants of one target closer than this are one reading, if no series spoke in both: exporters that stamp their own
 * samples do so metric by metric. "ours"; well below any scrape interval.
 */
const SAME_READING_MS = 1_000;

/** More ways to lay out one target than this, and the old ones are forgotten. */
const MOST_LAYOUTS = 64;

/** A set of series that spoke together, and how to read them. */
type Layout = { readonly slots: Int32Array; readonly maker: FrameMaker; readonly values: Float64Array };

/**
 * Makes frames of the raw samples of one target: samples of one scrape share its instant, so each instant is a row.
 * Which series spoke at an instant decides who the cards and holders were then; a pod that left takes its labels along.
 */
export class TargetFrames {
  private readonly exporters: CardExporters;
  private readonly reachMs: number;
  private readonly layouts = new WeakMap<PulledTarget, Map<number, Layout[]>>();
  private readonly sightings = new WeakMap<PulledTarget, Map<string, readonly CardSighting[]>>();
  private axis: number[] = [];
  private grid = new Float64Array(1024);
  private columnOf = new Int32Array(256);
  private columns: PulledSeries[] = [];

  constructor(exporters: CardExporters, reachMs: number) {
    this.exporters = exporters;
    this.reachMs = reachMs;
  }

  /** Appends the frames of one target in ascending order of their instants. The runs are of this target alone. */
  make(target: PulledTarget, runs: Run[], samples: SampleBook, book: SeriesBook, into: CardFrame[]): void {
    const own = runs.filter((run) => book.series[samples.ref[run]!]!.slot >= 0);
    if (own.length === 0) return;
    this.readAxis(own, samples);
    this.placeColumns(target, own, samples, book);
    this.fillGrid(own, samples, book);
    this.joinRows();
    const width = this.columns.length;
    this.block = null;
    for (let row = 0; row < this.axis.length; row += 1) {
      const layout = this.layoutOf(target, row * width);
      if (layout === null) continue;
      const { slots, maker, values } = layout;
      for (let i = 0; i < slots.length; i += 1) values[i] = this.grid[row * width + this.columnOf[slots[i]!]!]!;
      const filled = maker.fill(values, this.room(maker.cards.length * FIELD_COUNT, this.axis.length - row));
      into.push({
        kind: "frame",
        origin: target.origin,
        at: unixMs(samples.from + this.axis[row]!),
        reachMs: this.reachMs,
        place: target.place,
        cards: this.sightingsOf(target, maker.cards),
        values: filled.values,
        xidCounts: filled.xidCounts,
        ...(filled.health !== null && { health: filled.health }),
      });
    }
  }

  /** Room for the columns of a frame, of one allocation for all frames of a target: they live and die together. */
  private room(length: number, frames: number): Float64Array {
    if (this.block === null || this.blockUsed + length > this.block.length) {
      this.block = new Float64Array(length * frames);
      this.blockUsed = 0;
    }
    const from = this.blockUsed;
    this.blockUsed += length;
    return new Float64Array(this.block.buffer, from * Float64Array.BYTES_PER_ELEMENT, length);
  }
  private block: Float64Array | null = null;
  private blockUsed = 0;

  /** Every instant any of these series spoke at, ascending. Nearly always they all speak at the same ones. */
  private readAxis(runs: readonly Run[], samples: SampleBook): void {
    const { times, start, count } = samples;
    const first = runs[0]!;
    const axis: number[] = [];
    let same = true;
    for (let i = 0; i < count[first]!; i += 1) {
      const at = times[start[first]! + i]!;
      if (i > 0 && at <= axis[i - 1]!) same = false;
      axis.push(at);
    }
    for (let r = 1; r < runs.length && same; r += 1) {
      const from = start[runs[r]!]!;
      same = count[runs[r]!] === axis.length;
      for (let i = 0; same && i < axis.length; i += 1) same = times[from + i] === axis[i];
    }
    this.axis = same ? axis : unionOf(runs, samples);
  }

  private placeColumns(target: PulledTarget, runs: readonly Run[], { ref }: SampleBook, book: SeriesBook): void {
    if (this.columnOf.length < target.series.length) this.columnOf = new Int32Array(target.series.length * 2);
    for (let i = 0; i < target.series.length; i += 1) this.columnOf[i] = -1;
    this.columns.length = 0;
    for (const run of runs) {
      const series = book.series[ref[run]!]!;
      if (this.columnOf[series.slot]! >= 0) continue;
      this.columnOf[series.slot] = this.columns.length;
      this.columns.push(series);
    }
  }

  private fillGrid(runs: Run[], { times, values, ref, start, count }: SampleBook, book: SeriesBook): void {
    const { axis } = this;
    const replicaOf = (run: Run): string => book.replica[ref[run]!]!;
    const width = this.columns.length;
    const size = axis.length * width;
    if (this.grid.length < size) this.grid = new Float64Array(size * 2);
    this.grid.fill(NaN, 0, size);
    // Where replicas stored the same series at the same instant, the first by name stands.
    if (runs.length > width) runs.sort((a, b) => (replicaOf(a) < replicaOf(b) ? -1 : 1));
    for (const run of runs) {
      const column = this.columnOf[book.series[ref[run]!]!.slot]!;
      const end = start[run]! + count[run]!;
      let row = 0;
      for (let i = start[run]!; i < end; i += 1) {
        const at = times[i]!;
        if (axis[row] !== at) row = rowOf(axis, at);
        const cell = row * width + column;
        if (!this.isSaid(cell)) this.grid[cell] = values[i]!;
        row += 1;
      }
    }
  }

  /** Joins rows that are one reading stamped in pieces. Two whole readings, as of two replicas, are never joined. */
  private joinRows(): void {
    const { axis, grid } = this;
    const width = this.columns.length;
    let kept = 0;
    for (let row = 1; row < axis.length; row += 1) {
      const near = axis[row]! - axis[kept]! < SAME_READING_MS;
      if (near && this.areDisjoint(kept * width, row * width)) {
        for (let i = 0; i < width; i += 1) {
          if (this.isSaid(row * width + i)) grid[kept * width + i] = grid[row * width + i]!;
        }
        continue;
      }
      kept += 1;
      if (kept === row) continue;
      axis[kept] = axis[row]!;
      grid.copyWithin(kept * width, row * width, (row + 1) * width);
    }
    axis.length = Math.min(axis.length, kept + 1);
  }

  private areDisjoint(a: number, b: number): boolean {
    for (let i = 0; i < this.columns.length; i += 1) if (this.isSaid(a + i) && this.isSaid(b + i)) return false;
    return true;
  }

  private isSaid(cell: number): boolean {
    const value = this.grid[cell]!;
    return value === value; // NaN is not
  }

  /** The layout of the series that spoke in this row; null when none of them is of a card. */
  private layoutOf(target: PulledTarget, row: number): Layout | null {
    let layouts = this.layouts.get(target);
    if (layouts === undefined) this.layouts.set(target, (layouts = new Map()));
    const hash = this.presence(row);
    const known = layouts.get(hash)?.find((layout) => this.isLayout(layout, row));
    if (known !== undefined) return known.maker.cards.length > 0 ? known : null;
    if (layouts.size >= MOST_LAYOUTS) layouts.clear();
    const layout = this.newLayout(target, row);
    layouts.set(hash, [...(layouts.get(hash) ?? []), layout]);
    return layout.maker.cards.length > 0 ? layout : null;
  }

  private presence(row: number): number {
    let sum = 0;
    for (let i = 0; i < this.columns.length; i += 1) {
      if (this.isSaid(row + i)) sum = (sum + Math.imul(this.columns[i]!.slot + 1, 0x9e3779b1)) | 0; // whatever the column order
    }
    return sum;
  }

  private isLayout({ slots }: Layout, row: number): boolean {
    let present = 0;
    for (let i = 0; i < this.columns.length; i += 1) if (this.isSaid(row + i)) present += 1;
    if (present !== slots.length) return false;
    for (let i = 0; i < slots.length; i += 1) {
      const column = this.columnOf[slots[i]!]!;
      if (column < 0 || !this.isSaid(row + column)) return false;
    }
    return true;
  }

  private newLayout(target: PulledTarget, row: number): Layout {
    const present = this.columns.filter((_, i) => this.isSaid(row + i));
    present.sort(bySeriesKey); // first wins among duplicates: let it be the same one always
    const maker = this.exporters.frameMaker(
      present.map(({ name, set }) => ({ name, labels: set.labels })),
      target.node,
    );
    return { slots: Int32Array.from(present, (s) => s.slot), maker, values: new Float64Array(present.length) };
  }

  /** One array for equal sightings, so that consumers see a change only where something changed. */
  private sightingsOf(target: PulledTarget, cards: readonly CardSighting[]): readonly CardSighting[] {
    let known = this.sightings.get(target);
    if (known === undefined) this.sightings.set(target, (known = new Map()));
    let same = this.interned.get(cards);
    if (same === undefined) {
      const text = JSON.stringify(cards);
      same = known.get(text) ?? cards;
      if (known.size >= MOST_LAYOUTS) known.clear();
      known.set(text, same);
      this.interned.set(cards, same);
    }
    return same;
  }
  private readonly interned = new WeakMap<readonly CardSighting[], readonly CardSighting[]>();
}

function unionOf(runs: readonly Run[], { times, start, count }: SampleBook): number[] {
  const all = new Set<number>();
  for (const run of runs) for (let i = 0; i < count[run]!; i += 1) all.add(times[start[run]! + i]!);
  return [...all].toSorted((a, b) => a - b);
}

function rowOf(axis: readonly number[], at: number): number {
  let low = 0;
  let high = axis.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (axis[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
