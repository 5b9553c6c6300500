import { latin1 } from "./bytes.ts";
import { LabelScan, skipBlanks } from "./labels.ts";
import { emptyTable, type LabelSet, type Layout, seriesKey, type SeriesTable, UNSAID } from "./layout.ts";
import type { ExpositionLimits } from "./limits.ts";

const NEWLINE = 10;
const BRACE = 123;

/**
 * The series of the body that `layout` is of, read again from its text. A body that names other series than the one before
 * is rare; kept between any two, the names and label sets of a fleet's targets were a quarter of the heap.
 * Its ids are its own: only refs last from body to body.
 */
export function seriesOf(layout: Layout, text: DataView, limits: ExpositionLimits): SeriesTable {
  const table = emptyTable();
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const scan = new LabelScan(limits);
  const nameAt = new Map<number, number>(); // equal pieces stand once in the text: their place tells which
  const setAt = new Map<number, number>();
  const { places, slots, refs, lines } = layout;
  for (let line = 0; line < lines; line++) {
    const slot = slots[line]!;
    if (slot < 0 && slot !== UNSAID) continue;
    const [head, labels] = [places[4 * line]!, places[4 * line + 2]!];
    let nameId = nameAt.get(head);
    if (nameId === undefined) nameAt.set(head, (nameId = addName(table, bytes, head, places[4 * line + 1]!)));
    let setId = setAt.get(labels);
    if (setId === undefined) setAt.set(labels, (setId = addSet(table, bytes, labels, places[4 * line + 3]!, scan)));
    table.refs.set(seriesKey(nameId, setId), slot < 0 ? -1 : refs[slot]!);
  }
  return table;
}

/** The head of a line ends with the metric's name; comments before it end with their lines. */
function addName(table: SeriesTable, bytes: Buffer, start: number, length: number): number {
  const end = start + length;
  const newline = bytes.lastIndexOf(NEWLINE, end - 1);
  const metric = latin1(bytes, skipBlanks(bytes, Math.max(start, newline + 1)), end);
  let id = table.names.get(metric);
  if (id === undefined) table.names.set(metric, (id = table.nextName++));
  return id;
}

function addSet(table: SeriesTable, bytes: Buffer, start: number, length: number, scan: LabelScan): number {
  const open = skipBlanks(bytes, start);
  if (open < start + length && bytes[open] === BRACE) scan.read(bytes, open);
  else scan.clear();
  const canonical = canonicalSet(scan.toMap(bytes));
  const set: LabelSet = table.canonical.get(canonical) ?? { id: table.nextSet++, canonical };
  table.sets.set(latin1(bytes, start, start + length), set);
  table.canonical.set(canonical, set);
  return set.id;
}

/** A spelling that equal label sets share: sorted, and without empty values, which Prometheus takes for absent. */
export function canonicalSet(labels: ReadonlyMap<string, string>): string {
  const pairs = [...labels].filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(pairs);
}
