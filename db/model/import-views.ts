/** What the import of a table answers. Plain JSON; money as text. */
import type { FileFault, ImportKind, PriceListDialect, RowIssue } from "./imports.ts";
import type { Currency, MicroText } from "./money.ts";
import type { PriceBasis, Selector } from "./price.ts";
import type { PoolEffect } from "./pricing-views.ts";
import type { Workload } from "./tier.ts";

/** Which rows of a file are wanted. `all` is refused while a row has an error; `good` leaves those out. */
export type ImportPick =
  | { readonly mode: "all" }
  | { readonly mode: "good"; readonly except: readonly number[] }
  | { readonly mode: "only"; readonly rows: readonly number[] };

/** What one row of a file becomes. A row may become several things: a machine has an on-demand and a spot price. */
export type ImportThing =
  | {
      readonly kind: "price";
      readonly selector: Selector;
      readonly written: string; // the card as the row says it
      readonly machine: string;
      readonly basis: PriceBasis;
      readonly currency: Currency;
      readonly amountMicro: MicroText;
      readonly cardsPerInstance: number;
      readonly perCardMicro: MicroText; // per card and hour, or month
      readonly from: number;
      readonly to: number | null;
      readonly isList: boolean;
      readonly isTaken: boolean;
    }
  | {
      readonly kind: "benchmark";
      readonly model: string;
      readonly written: string;
      readonly workload: Workload;
      readonly unitsPerHour: number;
      readonly batch: number | null;
      readonly precision: string;
      readonly day: string;
      readonly source: string;
      readonly isTaken: boolean;
    }
  | {
      readonly kind: "rate";
      readonly base: Currency;
      readonly quote: Currency;
      readonly day: number;
      readonly rate: string; // plain decimal
      readonly isTaken: boolean;
    };

/** What happens to a row: taken, taken with something to know, left out by us, left out by a person, refused. */
export const ROW_FATES = ["ok", "note", "left_out", "unpicked", "error"] as const;
export type RowFate = (typeof ROW_FATES)[number];

export type ImportRowView = {
  readonly row: number;
  readonly fate: RowFate;
  readonly things: readonly ImportThing[];
  readonly issues: readonly RowIssue[];
};

/** `pricing.import.preview`. */
export type ImportPreview = {
  readonly fileName: string;
  readonly kind: ImportKind;
  readonly fault: FileFault | null; // nothing of the file can be read; then everything below is empty
  readonly dialect: PriceListDialect | null; // only of prices
  readonly encoding: string;
  readonly counts: Readonly<Record<RowFate, number>>;
  readonly things: number; // prices, benchmarks or rates that would be taken
  readonly mayApply: boolean;
  readonly rows: readonly ImportRowView[]; // a page of those asked for
  readonly total: number; // rows asked for, before they are cut into pages
  readonly names: readonly UnknownName[]; // cards without a data sheet, most rows first
};

/** A card's name nobody knows, with the rows that say it: what an alias would settle. */
export type UnknownName = { readonly written: string; readonly stored: string; readonly rows: number };

/** `pricing.import.effect`: what taking the rows would do to the money. */
export type ImportEffect = {
  readonly currency: Currency;
  readonly added: number;
  readonly ended: number;
  readonly unchanged: number;
  readonly poolsChanged: number;
  readonly perDayBeforeMicro: MicroText; // of the pools that change, at the card time of the last 24 hours
  readonly perDayAfterMicro: MicroText;
  readonly newlyPriced: number; // pools without a price until now
  readonly differenceMicro: MicroText; // of time that has passed
  readonly pools: readonly PoolEffect[]; // the first 50
};

/** `pricing.import.job`: an import under way, or over. */
export type ImportJob = {
  readonly id: string;
  readonly fileName: string;
  readonly kind: ImportKind;
  readonly phase: "reading" | "writing" | "done" | "failed";
  readonly done: number; // rows read, or prices written
  readonly of: number | null; // null = not known yet
  readonly result: ImportResult | null;
  readonly error: string | null; // a sentence for the person, when failed
};

export type ImportResult = {
  readonly revisionId: number | null; // null = everything was so already, nothing was written
  readonly added: number;
  readonly ended: number;
  readonly unchanged: number;
};
