import { USAGE_ADAPTERS } from "../../../collectors/usage/adapters.ts";
import { readFigure } from "../../../collectors/usage/usage-table.ts";
import type { OtherCostKind } from "../../../db/model/feature.ts";
import { decimalMoney, type Micro } from "../../../db/model/money.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { UsageAdapterView, UsageApplied, WrittenPromql } from "../../../db/model/usage-views.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { readInstant } from "../../domain/pricing/wall-clock.ts";
import { ServiceError } from "../../errors.ts";
import { faultWords } from "./fault-words.ts";

type Parts = Pick<Deps, "usage"> & { readonly config: Pick<Deps["config"], "current"> };

/** Ready-made ways to count on known servers. */
export const listAdapters = (): readonly UsageAdapterView[] =>
  USAGE_ADAPTERS.map(({ unitsPerCount, ...adapter }) => ({ ...adapter, unitsPerCount: decimalMoney(unitsPerCount) }));

/** A source as the form has it. Instants and amounts are text, as a person writes them. */
export type WrittenSource = {
  readonly feature: string;
  readonly name: string;
  readonly promql: WrittenPromql;
  readonly since: string | null;
};

/** @throws ServiceError invalid with everything that is wrong */
export async function saveUsageSource(deps: Parts, wish: WrittenSource, note: ChangeNote): Promise<void> {
  const reader = new Reader(deps.config.current().timeZone);
  const since = wish.since === null ? null : reader.instant(wish.since, "since");
  reader.done();
  await deps.usage.saveSource({ ...wish, since }, withReason(note));
}

type Stretch = { readonly from: string; readonly to: string | null };
export type WrittenUnitPrice = Stretch & {
  readonly feature: string;
  readonly currency: string;
  readonly perUnit: string | null;
};
export type WrittenCost = Stretch & {
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: string;
  readonly perDay: string | null;
};

/** Sets or takes back what units sell for: all of it in one revision, or none. */
export async function setUnitPrices(
  deps: Parts,
  written: readonly WrittenUnitPrice[],
  note: ChangeNote,
): Promise<UsageApplied> {
  const reader = new Reader(deps.config.current().timeZone);
  const changes = written.map(({ feature, currency, perUnit, ...stretch }, i) => ({
    feature,
    currency,
    perUnitMicro: reader.amount(perUnit, `changes[${i}].perUnit`),
    ...reader.stretch(stretch, `changes[${i}]`),
  }));
  reader.done();
  return await deps.usage.setUnitPrices(changes, withReason(note));
}

/** Sets or takes back what features cost besides cards: all of it in one revision, or none. */
export async function setOtherCosts(
  deps: Parts,
  written: readonly WrittenCost[],
  note: ChangeNote,
): Promise<UsageApplied> {
  const reader = new Reader(deps.config.current().timeZone);
  const changes = written.map(({ perDay, from, to, ...cost }, i) => ({
    ...cost,
    note: cost.note.trim(),
    perDayMicro: reader.amount(perDay, `changes[${i}].perDay`),
    ...reader.stretch({ from, to }, `changes[${i}]`),
  }));
  reader.done();
  return await deps.usage.setOtherCosts(changes, withReason(note));
}

/** A change without a reason is a riddle in a year. */
function withReason(note: ChangeNote): ChangeNote {
  const why = note.why.trim();
  if (why === "") throw new ServiceError("invalid", "why: say why, like: price list of November");
  return { ...note, why };
}

/** Reads text and collects what is wrong with it, so that all of it is told at once. */
class Reader {
  private readonly zone: string;
  private readonly faults: string[] = [];

  constructor(zone: string) {
    this.zone = zone;
  }

  amount(text: string | null, where: string): Micro | null {
    if (text === null) return null;
    const figure = readFigure(text.trim());
    if (typeof figure === "bigint") return figure;
    const fault = { row: 0, field: where, code: figure, read: text.slice(0, 80), expected: "", other: null };
    this.faults.push(`${where}: ${faultWords(fault)}`);
    return 0n;
  }

  instant(text: string, where: string): UnixMs {
    const at = readInstant(text, this.zone);
    if (at !== null) return at;
    this.faults.push(`${where}: "${text.slice(0, 40)}" is no time; write 2026-11-01 or 2026-11-01 09:00`);
    return 0 as UnixMs; // never used: done() throws
  }

  stretch({ from, to }: Stretch, where: string): { readonly from: UnixMs; readonly to: UnixMs | null } {
    return {
      from: this.instant(from, `${where}.from`),
      to: to === null || to.trim() === "" ? null : this.instant(to, `${where}.to`),
    };
  }

  /** @throws ServiceError invalid with everything that was wrong */
  done(): void {
    if (this.faults.length > 0) throw new ServiceError("invalid", this.faults.slice(0, 20).join("; "));
  }
}
