import { CARD_FIELDS, type CardField } from "../db/model/card-fields.ts";
import { cardModel } from "../db/model/card-models.ts";
import { HEALTH_FIELDS, type HealthField } from "../db/model/health.ts";
import type { CardSeries, Quantity } from "./card-series.ts";

/** Computes one cell from what the series of a card said; NaN = not said. */
export type Cell = (said: Float64Array) => number;

/** A series and its place in `said`. */
export type Placed = { readonly at: number; readonly series: CardSeries };

/** One way to make a column of quantities. The first way that says something is taken. */
type Way = {
  readonly all?: readonly Quantity[]; // each must be said
  readonly any?: readonly Quantity[]; // added when said; without `all`, one of them must be
  readonly when?: Quantity; // only while this is said and not 0
};

/** Columns that more than one metric can make. Every other column is the quantity of its own name. */
const WAYS: Partial<Record<CardField | HealthField, readonly Way[]>> = {
  // A chip with HBM also prints its DDR; one without prints 0 for HBM.
  memoryUsedBytes: [{ all: ["hbmUsedBytes"], when: "hbmTotalBytes" }, { all: ["memoryUsedBytes"] }],
  memoryTotalBytes: [
    { all: ["hbmTotalBytes"], when: "hbmTotalBytes" },
    { all: ["memoryTotalBytes"], when: "memoryTotalBytes" },
    { all: ["memoryUsedBytes", "memoryFreeBytes"], any: ["memoryReservedBytes"] },
  ],
  nvlinkBytesPerSecond: [{ all: ["nvlinkRx", "nvlinkTx"] }, { all: ["nvlinkBytesPerSecond"] }],
  eccCorrectedTotal: [{ all: ["eccCorrectedTotal"] }, { all: ["eccCorrectedForLife"] }],
  eccUncorrectedTotal: [{ all: ["eccUncorrectedTotal"] }, { all: ["eccUncorrectedForLife"] }],
  pagesRetiredTotal: [{ any: ["pagesRetiredSingle", "pagesRetiredDouble"] }],
  nvlinkErrorTotal: [
    { any: ["nvlinkDlCrc", "nvlinkDlReplay", "nvlinkDlRecovery"] }, // NVLink 3 and later
    { any: ["nvlinkCrcFlit", "nvlinkCrcData", "nvlinkReplay", "nvlinkRecovery"] },
  ],
  thermalThrottleSeconds: [{ any: ["swThermalSlowdown", "hwThermalSlowdown"] }, { all: ["thermalViolation"] }],
  powerThrottleSeconds: [{ any: ["swPowerCap", "hwPowerBrake"] }, { all: ["powerViolation"] }],
  // npu-exporter leaves the code out while there is none: a chip that states its health and no code has none.
  npuErrorCode: [{ all: ["npuErrorCode"] }],
  pagesRetiredDbe: [{ all: ["pagesRetiredDbe"] }, { all: ["pagesRetiredDouble"] }],
  powerBrakeSeconds: [{ all: ["hwPowerBrake"] }],
  hwThermalSeconds: [{ all: ["hwThermalSlowdown"] }],
  nvlinkCrcTotal: [{ all: ["nvlinkDlCrc"] }, { any: ["nvlinkCrcFlit", "nvlinkCrcData"] }],
  nvlinkReplayTotal: [{ all: ["nvlinkDlReplay"] }, { all: ["nvlinkReplay"] }],
  nvlinkRecoveryTotal: [{ all: ["nvlinkDlRecovery"] }, { all: ["nvlinkRecovery"] }],
};

/** Under MIG: shares of the engine weigh by their slices, memory adds up; whatever else an instance repeats is the board's. */
const WEIGHTED: ReadonlySet<Quantity> = new Set<Quantity>([
  "utilRatio",
  "engineRatio",
  "smRatio",
  "tensorRatio",
  "dramRatio",
  "encodeRatio",
  "decodeRatio",
]);
const SUMMED: ReadonlySet<Quantity> = new Set<Quantity>([
  "memoryUsedBytes",
  "memoryFreeBytes",
  "memoryReservedBytes",
  "memoryTotalBytes",
]);

/** Slices of a MIG profile: "3g.40gb" has 3; a compute instance "1c.3g.40gb" has 1 of them. 1 when it does not say. */
export const slicesOf = (profile: string): number => Number(/^(\d+)[cg]\./.exec(profile)?.[1] ?? 1);

/** Slices of the whole card; NVIDIA's seven for a model we do not know. */
export const slicesOfCard = (modelName: string): number => cardModel(modelName)?.migInstances || 7;

/** What one card can fill, from all its series: columns of the frame and of its health. */
export type CardCells = {
  readonly columns: ReadonlyMap<CardField, Cell | number>;
  readonly health: ReadonlyMap<HealthField, Cell | number>;
};

export function cellsOf(series: readonly Placed[], modelName: string): CardCells {
  const quantities = new Map<Quantity, Placed[]>();
  for (const placed of series) {
    const same = quantities.get(placed.series.rule.says);
    if (same === undefined) quantities.set(placed.series.rule.says, [placed]);
    else same.push(placed);
  }
  const cells = new Map<Quantity, Cell | number>();
  for (const [quantity, placed] of quantities)
    cells.set(quantity, quantityCell(quantity, placed, slicesOfCard(modelName)));
  const columns = columnsOf(
    CARD_FIELDS.map(({ name }) => name),
    cells,
  );
  const healthy = columns.get("npuHealthy");
  if (healthy !== undefined && !columns.has("npuErrorCode"))
    columns.set("npuErrorCode", (said) => (Number.isNaN(read(healthy, said)) ? Number.NaN : 0));
  const health = columnsOf(
    HEALTH_FIELDS.map(({ name }) => name),
    cells,
  );
  return { columns, health };
}

function columnsOf<Name extends CardField | HealthField>(
  names: readonly Name[],
  cells: ReadonlyMap<Quantity, Cell | number>,
): Map<Name, Cell | number> {
  const columns = new Map<Name, Cell | number>();
  for (const name of names) {
    const cell = columnCell(WAYS[name] ?? [{ all: [name] }], cells);
    if (cell !== null) columns.set(name, cell);
  }
  return columns;
}

const read = (cell: Cell | number, said: Float64Array): number => (typeof cell === "number" ? said[cell]! : cell(said));

function columnCell(ways: readonly Way[], cells: ReadonlyMap<Quantity, Cell | number>): Cell | number | null {
  const made = ways.map((way) => wayCell(way, cells)).filter((cell) => cell !== null);
  return made.length > 1 ? firstSaid(made) : (made[0] ?? null);
}

function wayCell({ all = [], any = [], when }: Way, cells: ReadonlyMap<Quantity, Cell | number>): Cell | number | null {
  const needed = all.map((quantity) => cells.get(quantity));
  const added = any.map((quantity) => cells.get(quantity)).filter((cell) => cell !== undefined);
  if (needed.includes(undefined) || needed.length + added.length === 0) return null;
  const whole = needed as (Cell | number)[];
  const sum = whole.length === 1 && added.length === 0 ? whole[0]! : sumOf(whole, added);
  if (when === undefined) return sum;
  const guard = cells.get(when);
  return guard === undefined ? null : (said) => (read(guard, said) > 0 ? read(sum, said) : Number.NaN);
}

/** One quantity of a card from all series that say it: of the board, of its MIG instances, or of its links. */
function quantityCell(quantity: Quantity, placed: readonly Placed[], slices: number): Cell | number {
  const board = placed.filter(({ series }) => series.card.part.kind === "board");
  if (board.length > 0) return copiesCell(quantity, board);
  const parts = new Map<string, Placed[]>();
  for (const one of placed) {
    const { part } = one.series.card;
    const key = part.kind === "board" ? "" : `${part.kind}:${part.id}`;
    parts.set(key, [...(parts.get(key) ?? []), one]);
  }
  const cells = [...parts.values()].map((copies) => copiesCell(quantity, copies));
  const first = placed[0]!.series.card.part;
  if (first.kind === "link") return sumOf([], cells);
  if (SUMMED.has(quantity)) return sumOf(cells, []);
  if (!WEIGHTED.has(quantity)) return quantity === "xidCode" ? firstSaidNonZero(cells) : firstSaid(cells);
  const weights = [...parts.values()].map(([one]) =>
    one!.series.card.part.kind === "mig" ? slicesOf(one!.series.card.part.profile) : 1,
  );
  const total = Math.max(
    slices,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  return (said) => cells.reduce<number>((sum, cell, i) => sum + read(cell, said) * weights[i]!, 0) / total;
}

/**
 * One quantity said more than once of the same part. Under time slicing each pod gets a copy of the card's value, which
 * counts once. Since 2026 the exporter may print each process's own part of memory and utilisation instead: memory then
 * adds up, and the card is at least as busy as its busiest process.
 */
function copiesCell(quantity: Quantity, copies: readonly Placed[]): Cell | number {
  const cells = copies.map(({ at }) => at);
  if (quantity === "peersUnreachable") return unreachable(cells);
  if (cells.length === 1) return cells[0]!;
  if (quantity === "healthStatus") return most(cells); // one series for each thing watched
  if (quantity === "xidCode" || quantity === "npuErrorCode") return firstSaidNonZero(cells);
  if (quantity === "utilRatio") return most(cells);
  if (quantity !== "memoryUsedBytes") return firstSaid(cells);
  const sum = sumOf([], cells);
  return (said) => {
    const values = cells.map((at) => said[at]!).filter((value) => !Number.isNaN(value));
    return values.every((value) => value === values[0]) ? (values[0] ?? Number.NaN) : sum(said);
  };
}

/** The largest that is said. */
const most =
  (cells: readonly number[]): Cell =>
  (said) =>
    cells.reduce((most, at) => (said[at]! > most || Number.isNaN(most) ? said[at]! : most), Number.NaN);

/** How many peers a card cannot reach: DCGM_EXP_P2P_STATUS is 0 while it can, 3 to 5 when it cannot, 6 not known. */
const unreachable =
  (cells: readonly number[]): Cell =>
  (said) => {
    let lost = Number.NaN;
    for (const at of cells) {
      const status = said[at]!;
      if (status >= 0 && status <= 5) lost = (Number.isNaN(lost) ? 0 : lost) + (status >= 3 ? 1 : 0);
    }
    return lost;
  };

function firstSaid(cells: readonly (Cell | number)[]): Cell {
  return (said) => {
    for (const cell of cells) {
      const value = read(cell, said);
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  };
}

/** For codes, where 0 means none: the first that is one, else 0 if any said so. */
function firstSaidNonZero(cells: readonly (Cell | number)[]): Cell {
  return (said) => {
    let none = Number.NaN;
    for (const cell of cells) {
      const value = read(cell, said);
      if (value > 0) return value;
      if (value === 0) none = 0;
    }
    return none;
  };
}

/** The sum of `needed`, NaN unless all of them are said, plus those of `added` that are. */
function sumOf(needed: readonly (Cell | number)[], added: readonly (Cell | number)[]): Cell {
  return (said) => {
    let sum = needed.length > 0 ? 0 : Number.NaN;
    for (const cell of needed) sum += read(cell, said);
    for (const cell of added) {
      const value = read(cell, said);
      if (!Number.isNaN(value) && (needed.length === 0 || !Number.isNaN(sum)))
        sum = Number.isNaN(sum) ? value : sum + value;
    }
    return sum;
  };
}
