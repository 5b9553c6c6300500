import {
  OTHER_COST_KINDS,
  type OtherCost,
  type OtherCostKind,
  type RevenueLine,
  type UnitPrice,
} from "../../../db/model/feature.ts";
import type { MappingHintKey } from "../../../db/model/mapping-hints.ts";
import { type Currency, type Micro, parseMoney } from "../../../db/model/money.ts";
import { DAY_MS, HOUR_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { instantOf, readInstant, wallOf } from "../pricing/wall-clock.ts";
import { nameFault, shown, wayOut, type WrittenFault, type WrittenPath } from "./faults.ts";
import { writeHour } from "./written-rules.ts";

/** The name under which a file says what came in. Amounts of other sources are not its to say. */
export const YAML_SOURCE = "features.yaml";
/** Longest stretch one amount may be for: longer ones hide when the money came. */
const LONGEST_MS = 32 * DAY_MS;
/** A unit price may begin at any instant: it meets its part of the units. */
const ANY_MS = 1;

export type WrittenUnitPrice = {
  readonly feature: string;
  readonly price: string;
  readonly currency: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};
export type WrittenOtherCost = {
  readonly feature: string;
  readonly kind: string;
  readonly note?: string | undefined;
  readonly perDay: string;
  readonly currency: string;
  readonly from: string;
  readonly to?: string | undefined;
};
export type WrittenRevenue = {
  readonly feature: string;
  readonly kind?: string | undefined;
  readonly amount: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
};

export type MoneyContext = {
  readonly features: ReadonlySet<string>;
  readonly zone: string;
  /** The code that is meant, "" where nobody can tell; null = it is a currency. */
  readonly currencyFault: (code: string) => string | null;
};

/** Reads money of one section, row by row, every fault told. */
export class MoneyReader {
  readonly faults: WrittenFault[] = [];
  private readonly context: MoneyContext;

  constructor(context: MoneyContext) {
    this.context = context;
  }

  unitPrices(rows: readonly WrittenUnitPrice[]): UnitPrice[] {
    const read = rows.map((row, i) => {
      const at = ["unitPrices", i];
      const perUnitMicro = this.amount(row.price, [...at, "price"]);
      const from = row.from === undefined ? unixMs(0) : this.instant(row.from, [...at, "from"], ANY_MS);
      const window = { from, to: this.end(row.to, from, [...at, "to"], ANY_MS) };
      return {
        feature: this.feature(row.feature, at),
        currency: this.currency(row.currency, at),
        perUnitMicro,
        ...window,
      };
    });
    this.overlaps(read, "unitPrices", ({ feature }) => feature);
    return read;
  }

  otherCosts(rows: readonly WrittenOtherCost[]): OtherCost[] {
    const read = rows.map((row, i): OtherCost => {
      const at = ["otherCosts", i];
      const note = row.note?.trim() ?? "";
      const wrong = nameFault(note, 200);
      if (wrong !== null) this.faults.push({ ...wrong, at: [...at, "note"], value: shown(note) });
      if (!(OTHER_COST_KINDS as readonly string[]).includes(row.kind))
        this.fault([...at, "kind"], row.kind, "one_of", OTHER_COST_KINDS.join(", "));
      const perDayMicro = this.amount(row.perDay, [...at, "perDay"]);
      const from = this.instant(row.from, [...at, "from"], DAY_MS);
      const window = { from, to: this.end(row.to, from, [...at, "to"], DAY_MS) };
      const kind = row.kind as OtherCostKind; // or a fault was told
      const feature = this.feature(row.feature, at);
      return { feature, kind, note, currency: this.currency(row.currency, at), perDayMicro, ...window };
    });
    this.overlaps(read, "otherCosts", ({ feature, kind, note }) => JSON.stringify([feature, kind, note]));
    return read;
  }

  revenue(rows: readonly WrittenRevenue[]): RevenueLine[] {
    const read = rows.map((row, i): RevenueLine => {
      const at = ["revenue", i];
      const kind = row.kind ?? "revenue";
      if (kind !== "revenue" && kind !== "refund") this.fault([...at, "kind"], kind, "one_of", "revenue, refund");
      const paid = this.amount(row.amount, [...at, "amount"]);
      const from = this.instant(row.from, [...at, "from"], HOUR_MS);
      const to = this.end(row.to, from, [...at, "to"], HOUR_MS) ?? from;
      if (to - from > LONGEST_MS) this.fault([...at, "to"], row.to, "amount_stretch");
      const line = { feature: this.feature(row.feature, at), currency: this.currency(row.currency, at), from, to };
      const isRefund = kind === "refund";
      return { ...line, source: YAML_SOURCE, kind: isRefund ? kind : "revenue", amountMicro: isRefund ? -paid : paid };
    });
    this.overlaps(read, "revenue", ({ feature, kind }) => JSON.stringify([feature, kind]));
    return read;
  }

  /** Tells that the row names a feature that is there. */
  feature(key: string, at: WrittenPath): string {
    if (!this.context.features.has(key))
      this.faults.push({
        code: "unknown_feature",
        at: [...at, "feature"],
        value: shown(key),
        hint: "there is no feature of this key; add it under features, or correct the key",
      });
    return key;
  }

  private amount(text: string, at: WrittenPath): Micro {
    const micro = parseMoney(text);
    if (micro === null) this.fault(at, text, "plain_decimal");
    else if (micro < 0n) this.fault(at, text, "no_minus");
    return micro ?? 0n;
  }

  private currency(code: string, at: WrittenPath): Currency {
    const meant = this.context.currencyFault(code);
    if (meant !== null) this.fault([...at, "currency"], code, meant === "" ? "currency" : "did_you_mean", meant);
    return code;
  }

  private end(text: string | undefined, from: UnixMs, at: WrittenPath, step: number): UnixMs | null {
    if (text === undefined) return null;
    const to = this.instant(text, at, step);
    if (to <= from && to > 0)
      this.faults.push({
        code: "bad_window",
        at,
        value: shown(text),
        hint: "it ends before it begins; write a later end",
      });
    return to;
  }

  /** @param step whole hours, days of the zone, or anything */
  private instant(text: string, at: WrittenPath, step: number): UnixMs {
    const { zone } = this.context;
    const instant = readInstant(text, zone);
    if (instant === null) {
      this.fault(at, text, step === DAY_MS ? "day" : "day_or_hour");
      return unixMs(0);
    }
    if (step === DAY_MS) {
      if (dayStart(instant, zone) !== instant)
        this.fault(at, text, "whole_day", writeHour(dayStart(instant, zone), zone).slice(0, 10));
    } else if (instant % step !== 0 && dayStart(instant, zone) !== instant)
      this.faults.push({
        code: "not_whole_hour",
        at,
        value: shown(text),
        hint: "write a whole hour: 2026-11-01T09:00",
      });
    return instant;
  }

  private overlaps<T extends { readonly from: UnixMs; readonly to: UnixMs | null }>(
    rows: readonly T[],
    section: string,
    keyOf: (row: T) => string,
  ): void {
    const byKey = new Map<string, { readonly row: T; readonly place: number }[]>();
    for (const [place, row] of rows.entries()) {
      const own = byKey.get(keyOf(row));
      if (own === undefined) byKey.set(keyOf(row), [{ row, place }]);
      else own.push({ row, place });
    }
    for (const own of byKey.values()) {
      const inOrder = own.toSorted((a, b) => a.row.from - b.row.from || a.place - b.place);
      let last = inOrder[0];
      for (const one of inOrder.slice(1)) {
        if (last !== undefined && one.row.from < (last.row.to ?? Infinity))
          this.faults.push({
            code: "overlap",
            at: [section, one.place, "from"],
            value: "",
            hint: `entry ${last.place + 1} says something of the same time; end one where the other begins`,
          });
        if (last === undefined || (one.row.to ?? Infinity) > (last.row.to ?? Infinity)) last = one;
      }
    }
  }

  private fault(at: WrittenPath, value: string, key: MappingHintKey, what = ""): void {
    this.faults.push({ code: "bad_value", at, value: shown(value), ...wayOut(key, what) });
  }
}

/** The beginning of the calendar day an instant lies in. */
const dayStart = (at: UnixMs, zone: string): UnixMs => instantOf(Math.floor(wallOf(at, zone) / DAY_MS) * DAY_MS, zone);
