import type { CardField } from "../db/model/card-fields.ts";
import type { Holder } from "../db/model/frame.ts";
import type { HealthField } from "../db/model/health.ts";

/**
 * What one metric of an exporter can tell: a column of the frame or of its health, or a part that a column is made of
 * (card-columns.ts). Units are those of the frame.
 */
export type Quantity =
  | CardField
  | HealthField
  | "memoryFreeBytes"
  | "memoryReservedBytes"
  | "hbmUsedBytes"
  | "hbmTotalBytes"
  | "eccCorrectedForLife"
  | "eccUncorrectedForLife"
  | "pagesRetiredSingle"
  | "pagesRetiredDouble"
  | "nvlinkRx"
  | "nvlinkTx"
  | "nvlinkCrcFlit"
  | "nvlinkCrcData"
  | "nvlinkReplay"
  | "nvlinkRecovery"
  | "nvlinkDlCrc"
  | "nvlinkDlReplay"
  | "nvlinkDlRecovery"
  | "thermalViolation"
  | "swThermalSlowdown"
  | "hwThermalSlowdown"
  | "powerViolation"
  | "swPowerCap"
  | "hwPowerBrake"
  | "xidWindow"; // not a column: the windowed counts of a frame

/** How the number an exporter prints becomes the quantity: `raw × times ÷ over`, if `least ≤ raw ≤ most`. */
export type MetricRule = {
  readonly says: Quantity;
  readonly times: number;
  readonly over: number; // a division and not a factor of 0.01: 57 % is 0.57, not 0.5700000000000001
  readonly least: number;
  readonly most: number;
};

/** The piece of a card a series speaks for. */
export type Part =
  | { readonly kind: "board" }
  | { readonly kind: "mig"; readonly id: string; readonly profile: string }
  | { readonly kind: "link"; readonly id: string };

/** Who holds what a series speaks for, before shares are known. */
export type Pod = Omit<Holder, "share">;

/** The card a label set names. Unsaid parts are "". */
export type CardLabels = {
  readonly uuid: string;
  readonly localId: string; // stands in for a uuid together with the host's name; "" where a card must have its own
  readonly modelName: string;
  readonly node: string;
  readonly position: string;
  readonly driver: string;
  readonly part: Part;
  readonly namesPods: boolean; // the exporter's pod labels are there, filled or not
  readonly pod: Pod | null;
};

/** One series as a statement about a card. */
export type CardSeries = {
  readonly rule: MetricRule;
  readonly card: CardLabels;
  readonly xid: { readonly code: number; readonly windowMs: number } | null; // of a windowed count
};

/** Many series by number, column by column: a fleet has hundreds of thousands, and an object for each burdens every GC. */
export class SeriesList {
  private readonly rules: MetricRule[] = [];
  private readonly cards: CardLabels[] = [];
  private readonly xids = new Map<number, CardSeries["xid"]>(); // few have one

  get length(): number {
    return this.rules.length;
  }

  /** Answers its number. */
  add({ rule, card, xid }: CardSeries): number {
    if (xid !== null) this.xids.set(this.rules.length, xid);
    this.cards.push(card);
    return this.rules.push(rule) - 1;
  }

  at(number: number): CardSeries {
    return { rule: this.rules[number]!, card: this.cards[number]!, xid: this.xids.get(number) ?? null };
  }
}

export const BOARD: Part = { kind: "board" };

/** The first of these labels that says something, else "". */
export function labelOf(labels: ReadonlyMap<string, string>, ...names: readonly string[]): string {
  for (const name of names) {
    const value = labels.get(name);
    if (value !== undefined && value !== "") return value;
  }
  return "";
}
