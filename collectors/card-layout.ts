import { FIELD, FIELD_COUNT } from "../db/model/card-fields.ts";
import type { CardSighting, XidCount } from "../db/model/frame.ts";
import { HEALTH_FIELD, HEALTH_FIELD_COUNT } from "../db/model/health.ts";
import { type Cell, cellsOf, type Placed } from "./card-columns.ts";
import { holdersOf } from "./card-holders.ts";
import type { CardLabels, CardSeries, MetricRule } from "./card-series.ts";

export type LayoutOptions = {
  readonly node: string; // of the target itself: wins over what the exporter says; "" = let the exporter say
  readonly host: string; // names the target where neither says a node: part of a card's id that has none of its own
  readonly namesPods: boolean; // this exporter has named pods before: a card without one is held by nobody
};

/** What a body's numbers came to. `refused`: out of range or infinite, and therefore not said; never clamped. */
export type Filled = {
  readonly values: Float64Array;
  readonly xidCounts: readonly XidCount[];
  readonly refused: number;
  readonly health: Float64Array | null; // null = nothing of it was said
};

/**
 * A fixed set of series read together: which cards they are, and where each value lands.
 * Made once while a target's series stay the same; `fill` is then all a body costs.
 */
export class CardLayout {
  private readonly sightings: CardSighting[] = [];
  readonly cards: readonly CardSighting[] = this.sightings;
  /** Whether any series carries the exporter's pod labels. */
  readonly namesPods: boolean;
  private readonly rules: readonly MetricRule[];
  private readonly cell: Int32Array; // where a series lands as it is, -1 nowhere
  private readonly said: Float64Array; // by series, in our units
  private readonly made: { readonly at: number; readonly cell: Cell }[] = [];
  private readonly health: { readonly at: number; readonly cell: Cell | number }[] = [];
  private readonly windows: {
    readonly series: number;
    readonly row: number;
    readonly code: number;
    readonly windowMs: number;
  }[] = [];

  /** The layout at once. */
  static of(series: readonly CardSeries[], options: LayoutOptions): CardLayout {
    const steps = CardLayout.inSteps(series, options);
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  }

  /** The same card by card: of a thousand cards, it is a tenth of a second in all. */
  static *inSteps(series: readonly CardSeries[], options: LayoutOptions): Generator<void, CardLayout> {
    const layout = new CardLayout(series, options);
    for (const [uuid, placed] of rowsOf(series, options)) {
      const card = sighting(uuid, placed, options.node, layout.namesPods);
      layout.place(layout.sightings.push(card) - 1, placed, card.modelName);
      yield;
    }
    return layout;
  }

  private constructor(series: readonly CardSeries[], options: LayoutOptions) {
    this.rules = series.map(({ rule }) => rule);
    this.cell = new Int32Array(series.length).fill(-1);
    this.said = new Float64Array(series.length);
    this.namesPods = options.namesPods || series.some(({ card }) => card.namesPods);
  }

  private place(row: number, placed: readonly Placed[], modelName: string): void {
    const { columns, health } = cellsOf(placed, modelName);
    for (const [field, cell] of health) this.health.push({ at: row * HEALTH_FIELD_COUNT + HEALTH_FIELD[field], cell });
    for (const [field, cell] of columns) {
      const at = row * FIELD_COUNT + FIELD[field];
      if (typeof cell === "number" && this.cell[cell] === -1) this.cell[cell] = at;
      else this.made.push({ at, cell: typeof cell === "number" ? (said) => said[cell]! : cell });
    }
    const seen = new Set<number>();
    for (const { at, series } of placed) {
      if (series.xid === null || seen.has(series.xid.code)) continue; // each MIG instance repeats the card's count
      seen.add(series.xid.code);
      this.windows.push({ series: at, row, ...series.xid });
    }
  }

  /**
   * The columns of a frame from raw values. `order[k]` is the series that `raw[k]` is of, -1 for none of these; it names
   * every series of the layout.
   * @param values where they go, `cards.length * FIELD_COUNT` numbers
   */
  fill(
    raw: Float64Array,
    order: Int32Array,
    count: number,
    values: Float64Array = new Float64Array(this.cards.length * FIELD_COUNT),
  ): Filled {
    const { said, cell, rules } = this;
    values.fill(Number.NaN);
    let refused = 0;
    for (let k = 0; k < count; k++) {
      const series = order[k]!;
      if (series < 0) continue;
      const number = raw[k]!;
      let value = Number.NaN;
      const rule = rules[series]!;
      if (number >= rule.least && number <= rule.most) value = (number * rule.times) / rule.over;
      else if (!isUnsaid(number)) refused++;
      said[series] = value;
      const at = cell[series]!;
      if (at >= 0) values[at] = value;
    }
    for (const { at, cell: make } of this.made) values[at] = make(said);
    const xidCounts = this.windows.length > 0 ? this.xidCounts() : NO_COUNTS;
    return { values, xidCounts, refused, health: this.health.length > 0 ? this.healthOf() : null };
  }

  private healthOf(): Float64Array | null {
    let health: Float64Array | null = null;
    for (const { at, cell } of this.health) {
      const value = typeof cell === "number" ? this.said[cell]! : cell(this.said);
      if (Number.isNaN(value)) continue;
      health ??= new Float64Array(this.cards.length * HEALTH_FIELD_COUNT).fill(Number.NaN);
      health[at] = value;
    }
    return health;
  }

  private xidCounts(): readonly XidCount[] {
    const counts: XidCount[] = [];
    for (const { series, row, code, windowMs } of this.windows) {
      const count = Math.floor(this.said[series]!);
      if (count > 0 || (count === 0 && code === 0)) counts.push({ row, code, count, windowMs }); // 0 = has counts, all clean
    }
    return counts;
  }
}

const NO_COUNTS: readonly XidCount[] = [];

/**
 * Whether a number out of range says "no value": NaN, or one of DCGM's blanks (int64, double, int32; four of each, see
 * facts/dcgm-fields.md 1). As doubles the int64 blanks are all 2^63, so a band around it stands for them.
 */
function isUnsaid(number: number): boolean {
  if (Number.isNaN(number)) return true;
  if (number >= 9.2e18 && number <= 9.3e18) return true;
  return (
    (number >= 140_737_488_355_328 && number < 140_737_488_355_332) ||
    (number >= 2_147_483_632 && number < 2_147_483_636)
  );
}

/** Series by the card they are of, in order of first sight. */
function rowsOf(series: readonly CardSeries[], { node, host }: LayoutOptions): Map<string, Placed[]> {
  const rows = new Map<string, Placed[]>();
  series.forEach((one, at) => {
    const { uuid, localId } = one.card;
    const key = uuid || `${node || one.card.node || host}:${localId}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [{ at, series: one }]);
    else row.push({ at, series: one });
  });
  return rows;
}

function sighting(uuid: string, placed: readonly Placed[], node: string, namesPods: boolean): CardSighting {
  const labels = [...new Set(placed.map(({ series }) => series.card))];
  const said = (part: "modelName" | "node" | "position" | "driver"): string =>
    labels.find((card) => card[part] !== "")?.[part] ?? "";
  const modelName = said("modelName");
  return {
    uuid,
    modelName,
    node: node || said("node"),
    position: positionOf(labels),
    driver: said("driver"),
    migProfiles: profilesOf(labels),
    holders: namesPods ? holdersOf(labels, modelName) : null,
  };
}

/** The bus id wherever one series says it: some series of the same card name only the index. */
function positionOf(labels: readonly CardLabels[]): string {
  const said = labels.map(({ position }) => position).filter((position) => position !== "");
  return said.find((position) => !position.startsWith("index:")) ?? said[0] ?? "";
}

function profilesOf(labels: readonly CardLabels[]): readonly string[] {
  const profiles = new Map<string, string>();
  for (const { part } of labels)
    if (part.kind === "mig" && (profiles.get(part.id) ?? "") === "") profiles.set(part.id, part.profile);
  return [...profiles].sort(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : 1)).map(([, profile]) => profile);
}
