/**
 * The past of a simulated node as the frames its exporter would have given: the same model as the live text, without
 * the text. What an exporter of the node's kind does not print is NaN here too.
 */
import { CARD_FIELDS, FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { CardFrame, CardSighting, Report, XidCount } from "../../db/model/frame.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { type LaneReading, SAMPLE_MS, type SimCard } from "./card.ts";
import { metricsOf } from "./dcgm-metrics.ts";
import { XID_WINDOW_MS, xidsWithin } from "./dcgm-text.ts";
import type { Fleet } from "./fleet.ts";
import type { ExporterStyle, SimNode } from "./layout.ts";

const MIB = 1_048_576;
const NPU_COLUMNS = new Set<string>([
  "utilRatio",
  "memoryUsedBytes",
  "memoryTotalBytes",
  "powerWatts",
  "temperatureCelsius",
  "memoryTemperatureCelsius",
  "smClockHz",
  "eccCorrectedTotal",
  "eccUncorrectedTotal",
  "npuHealthy",
  "npuErrorCode",
  "linkUp",
]);

export type HistoryRequest = {
  readonly fleet: Fleet;
  readonly node: SimNode;
  readonly from: UnixMs;
  readonly to: UnixMs; // excluded
  readonly stepMs?: number; // a multiple of SAMPLE_MS; 300,000 unless told
  readonly origin?: string; // as the live target will call itself; the node's name unless told
};

/**
 * One report a step, ascending: a frame, or a silence while nobody answers at the node. Steps lie on multiples of
 * `stepMs`. A frame speaks for two steps.
 *
 * `cards` stays the same array object while no card and no holder changed.
 */
export function* historyFrames(request: HistoryRequest): Generator<Report, void, undefined> {
  const { fleet, node, from, to, stepMs = 300_000, origin = node.name } = request;
  if (stepMs % SAMPLE_MS !== 0) throw new RangeError(`stepMs must be a multiple of ${SAMPLE_MS}, not ${stepMs}`);
  const host = fleet.host(node);
  const hidden = hiddenColumns(node.style);
  let cards: readonly CardSighting[] = [];
  for (let t = Math.ceil(from / stepMs) * stepMs; t < to; t += stepMs) {
    const at = unixMs(t);
    if (fleet.outageAt(node, t) !== undefined) {
      yield { kind: "silence", origin, at, cause: "source_down" };
      continue;
    }
    const present: SimCard[] = [];
    for (const card of host.cards) {
      card.fate.seek(t);
      if (!card.fate.gone) present.push(card);
    }
    const values = new Float64Array(present.length * FIELD_COUNT);
    const xidCounts: XidCount[] = [];
    let same = cards.length === present.length;
    const named: CardSighting[] = [];
    for (let row = 0; row < present.length; row++) {
      const card = present[row] as SimCard; // row is in range
      card.read(t, values, row);
      asExported(card, node.style, hidden, values, row);
      if (node.style === "site") countXids(card, t, row, xidCounts);
      const sighting = card.sighting(positionOf(card, node.style), node.hostname, node.driver, true);
      same &&= sighting === cards[row];
      named.push(sighting);
    }
    if (!same) cards = named;
    yield {
      kind: "frame",
      origin,
      at,
      reachMs: 2 * stepMs,
      place: node.pool.place,
      cards,
      values,
      xidCounts,
    } satisfies CardFrame;
  }
}

function positionOf(card: SimCard, style: ExporterStyle): string {
  if (style === "npu") return card.busId.slice(4);
  return style === "old" ? `index:${card.position}` : card.busId;
}

const hiddenByStyle = new Map<ExporterStyle, readonly number[]>();

/** Columns that an exporter of this style never fills. */
function hiddenColumns(style: ExporterStyle): readonly number[] {
  const known = hiddenByStyle.get(style);
  if (known !== undefined) return known;
  const said = style === "npu" ? NPU_COLUMNS : new Set<string>(metricsOf(style).flatMap((m) => m.field ?? []));
  const hidden = CARD_FIELDS.flatMap((field, column) => (said.has(field.name) ? [] : [column]));
  hiddenByStyle.set(style, hidden);
  return hidden;
}

function asExported(
  card: SimCard,
  style: ExporterStyle,
  hidden: readonly number[],
  values: Float64Array,
  row: number,
): void {
  const at = row * FIELD_COUNT;
  for (const column of hidden) values[at + column] = Number.NaN;
  if (style === "old") values[at + FIELD.memoryTotalBytes] = (card.type.memoryMib - card.type.reservedMib) * MIB; // used + free: no reserved part yet
  if (style === "npu") values[at + FIELD.powerWatts] = Math.round((values[at + FIELD.powerWatts] as number) * 10) / 10;
  if (card.migs.length > 0) {
    for (const column of MIG_SILENT) values[at + column] = Number.NaN;
    values[at + FIELD.memoryTotalBytes] = card.migs.reduce((sum, m) => sum + m.memoryMib, 0) * MIB;
    values[at + FIELD.memoryUsedBytes] =
      card.readings.reduce((sum: number, r: LaneReading) => sum + r.usedMib, 0) * MIB;
  }
}

/** What dcgm-exporter does not print for an instance. */
const MIG_SILENT = [FIELD.encodeRatio, FIELD.decodeRatio, FIELD.pcieRxBytesPerSecond, FIELD.pcieTxBytesPerSecond];

function countXids(card: SimCard, t: number, row: number, into: XidCount[]): void {
  if (card.fate.codes.length === 0) return;
  for (const [code, count] of xidsWithin(card, t)) into.push({ row, code, count, windowMs: XID_WINDOW_MS });
}
