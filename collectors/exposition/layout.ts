import type { ExpositionMode } from "./content-type.ts";

export type LabelSet = { readonly id: number; readonly canonical: string };

/** The series a reader knows, by name and label set. Holds only what the last body named, so churn cannot fill memory. */
export type SeriesTable = {
  readonly names: Map<string, number>; // metric → id, -1 nobody wants it
  readonly sets: Map<string, LabelSet>; // by the text as written
  readonly canonical: Map<string, LabelSet>; // by the sorted labels: two spellings of a series are one series
  readonly refs: Map<number, number>; // seriesKey → ref, -1 nobody wants it
  nextName: number;
  nextSet: number;
};

/**
 * One number for a pair of ids (Szudzik's pairing): no two pairs share one, exact for ids below 2^26. Small ids give small
 * numbers, which V8 keeps in place; of any other it makes an object, and a fleet has hundreds of thousands of series.
 */
export const seriesKey = (nameId: number, setId: number): number =>
  nameId >= setId ? nameId * nameId + nameId + setId : setId * setId + nameId;

/** In a layout's slots: the series was described, and is of no interest. */
export const UNSAID = -2;

/** Ids are never used twice; before they run out, with room for one more body, the table is started afresh. */
export const idsLeft = (table: SeriesTable): boolean => Math.max(table.nextName, table.nextSet) < 2 ** 25;

export const emptyTable = (): SeriesTable => ({
  names: new Map(),
  sets: new Map(),
  canonical: new Map(),
  refs: new Map(),
  nextName: 0,
  nextSet: 0,
});

/**
 * The text of a body without its values, so that the next body can be recognised by comparing bytes.
 *
 * A sample line is [head][labels][value …]: the head runs from the end of the line before (with the comments between)
 * to the end of the metric name, the labels from there to the value. Equal pieces are kept once: the 240 lines of an
 * eight-card node share 8 label sets, so a node costs about 12 kB and not the 78 kB of its body.
 */
export type Layout = {
  readonly mode: ExpositionMode;
  readonly text: DataView | null; // null = too long to keep: never recognised
  readonly places: Int32Array; // per line: head start, head length, labels start, labels length, in `text`
  readonly slots: Int32Array; // per line: where its value goes; -1 nowhere, UNSAID nowhere for want of interest
  readonly tailStart: number;
  readonly tailLength: number;
  readonly lines: number;
  readonly refs: Int32Array; // per slot
  readonly duplicates: number;
};
