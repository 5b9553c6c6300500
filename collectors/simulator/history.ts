/**
 * The past of a simulated fleet as the frames its exporters would have given: the same model as the live text, without
 * the text. What an exporter of the node's kind does not print is NaN here too.
 */
import { CARD_FIELDS, FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { CardSighting, Report, XidCount } from "../../db/model/frame.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { SAMPLE_MS, type SimCard } from "./card.ts";
import { metricsOf } from "./dcgm-metrics.ts";
import { XID_WINDOW_MS, xidsWithin } from "./dcgm-text.ts";
import type { Fleet, SimHost } from "./fleet.ts";
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

/**
 * Steps made of one node before the next node's turn. Card by card the whole fleet does not fit a processor's cache:
 * 36 steps at once take 0.4 of the time of one (1,000 cards), at 9 MB.
 */
const STEPS_AT_ONCE = 36;

/** What dcgm-exporter does not print for an instance. */
const MIG_SILENT = [FIELD.encodeRatio, FIELD.decodeRatio, FIELD.pcieRxBytesPerSecond, FIELD.pcieTxBytesPerSecond];

export type HistoryRequest = {
  readonly fleet: Fleet;
  readonly from: UnixMs;
  readonly to: UnixMs; // excluded
  readonly stepMs?: number; // a multiple of SAMPLE_MS; 300,000 unless told
};

/**
 * One node's reports, one a step, ascending: a frame, or a silence while nobody answers at the node. Steps lie on
 * multiples of `stepMs`. A frame speaks for two steps; its `cards` stay the same array object while no card and no
 * holder changed.
 *
 * @param request.origin as the live target will call itself; the node's name unless told
 * @throws RangeError when the step does not fall on the exporters' beat
 */
export function* historyFrames(
  request: HistoryRequest & { readonly node: SimNode; readonly origin?: string },
): Generator<Report, void, undefined> {
  const { fleet, node, origin = node.name } = request;
  const past = new NodePast(fleet, node, origin, stepOf(request));
  for (const t of stepsOf(request)) yield past.reportAt(t);
}

/**
 * The whole fleet's reports, one list a step: every node's report at that instant. What writeHistory of server/ingest
 * takes when the step is the slot.
 */
export function* fleetHistory(
  request: HistoryRequest & { readonly originOf?: (node: SimNode) => string },
): Generator<readonly Report[], void, undefined> {
  const { fleet, originOf = (node) => node.name } = request;
  const pasts = fleet.nodes.map((node) => new NodePast(fleet, node, originOf(node), stepOf(request)));
  const steps = [...stepsOf(request)];
  for (let i = 0; i < steps.length; i += STEPS_AT_ONCE) {
    const chunk = steps.slice(i, i + STEPS_AT_ONCE);
    const byNode = pasts.map((past) => chunk.map((t) => past.reportAt(t)));
    for (let k = 0; k < chunk.length; k++) yield byNode.map((reports) => reports[k] as Report); // one report a step
  }
}

function stepOf({ stepMs = 300_000 }: HistoryRequest): number {
  if (stepMs > 0 && stepMs % SAMPLE_MS === 0) return stepMs;
  throw new RangeError(`stepMs must be a multiple of ${SAMPLE_MS}, not ${stepMs}`);
}

function* stepsOf(request: HistoryRequest): Generator<number, void, undefined> {
  const step = stepOf(request);
  for (let t = Math.ceil(request.from / step) * step; t < request.to; t += step) yield t;
}

class NodePast {
  private readonly fleet: Fleet;
  private readonly host: SimHost;
  private readonly origin: string;
  private readonly stepMs: number;
  private readonly hidden: readonly number[];
  private cards: readonly CardSighting[] = [];
  private namesPods: boolean;
  private block = new Float64Array(0);
  private taken = 0;

  constructor(fleet: Fleet, node: SimNode, origin: string, stepMs: number) {
    this.fleet = fleet;
    this.host = fleet.host(node);
    this.origin = origin;
    this.stepMs = stepMs;
    this.hidden = hiddenColumns(node.style);
    this.namesPods = node.style === "old" || node.style === "npu"; // the others print no pod label while nobody holds a card
  }

  reportAt(t: number): Report {
    const { node, cards } = this.host;
    const { origin } = this;
    const at = unixMs(t);
    if (this.fleet.outageAt(node, t) !== undefined) return { kind: "silence", origin, at, cause: "source_down" };
    const values = this.nextValues();
    const xidCounts: XidCount[] = [];
    const present: SimCard[] = [];
    for (const card of cards) {
      card.fate.seek(t);
      if (card.fate.gone) continue;
      const row = present.length;
      card.read(t, values, row);
      this.asExported(card, values, row);
      if (node.style === "site") countXids(card, t, row, xidCounts);
      this.namesPods ||= card.isHeld();
      present.push(card);
    }
    if (present.length === 0) return { kind: "silence", origin, at, cause: "source_down" }; // a body without a card is no reading
    const driver = node.style === "npu" ? "" : node.driver; // npu-exporter does not say it
    const named = present.map((card) => card.sighting(positionOf(card, node.style), driver, this.namesPods));
    return {
      kind: "frame",
      origin,
      at,
      reachMs: 2 * this.stepMs,
      place: node.pool.place,
      cards: this.kept(named),
      values: named.length === cards.length ? values : values.slice(0, named.length * FIELD_COUNT), // a card is gone
      xidCounts,
    };
  }

  /** Room for one frame, cut from a block: an array buffer apiece would cost as much as the reading. */
  private nextValues(): Float64Array {
    const size = this.host.cards.length * FIELD_COUNT;
    if (this.taken + size > this.block.length) {
      this.block = new Float64Array(size * STEPS_AT_ONCE);
      this.taken = 0;
    }
    this.taken += size;
    return this.block.subarray(this.taken - size, this.taken);
  }

  private kept(named: readonly CardSighting[]): readonly CardSighting[] {
    let same = named.length === this.cards.length;
    for (let i = 0; same && i < named.length; i++) same = named[i] === this.cards[i];
    if (!same) this.cards = named;
    return this.cards;
  }

  private asExported(card: SimCard, values: Float64Array, row: number): void {
    const at = row * FIELD_COUNT;
    const { style } = this.host.node;
    for (const column of this.hidden) values[at + column] = Number.NaN;
    if (style === "npu") {
      values[at + FIELD.powerWatts] = Math.round((values[at + FIELD.powerWatts] as number) * 10) / 10;
    } else if (card.migs.length > 0) {
      for (const column of MIG_SILENT) values[at + column] = Number.NaN;
      values[at + FIELD.memoryTotalBytes] = card.migs.reduce((sum, m) => sum + m.memoryMib, 0) * MIB;
    } else if (style === "old") {
      values[at + FIELD.memoryTotalBytes] = (card.type.memoryMib - card.type.reservedMib) * MIB; // used + free: no reserved part yet
    }
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

const NO_XIDS: ReadonlyMap<number, number> = new Map();

function countXids(card: SimCard, t: number, row: number, into: XidCount[]): void {
  const counts = card.fate.codes.length === 0 ? NO_XIDS : xidsWithin(card, t);
  if (counts.size === 0) into.push({ row, code: 0, count: 0, windowMs: XID_WINDOW_MS }); // a clean card's line
  for (const [code, count] of counts) into.push({ row, code, count, windowMs: XID_WINDOW_MS });
}
