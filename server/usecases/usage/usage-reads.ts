import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { UsageSourceView } from "../../../db/model/ledger-views.ts";
import { microText, type Micro } from "../../../db/model/money.ts";
import { HOUR_MS, hourOf, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readOtherCosts, readRevenueLines, readUnitPrices } from "../../../db/store/revenue.ts";
import { type LineMark, readLineMark, windowsSince } from "../../../db/store/usage-marks.ts";
import { readNamedSources, readUsageSources, type UsageSourceRecord } from "../../../db/store/usage-sources.ts";
import { readLineSpans, readUsageLines } from "../../../db/store/usage.ts";
import { dayBegin, type DayNos } from "../../domain/usage/calendar.ts";
import { countingSource } from "../../domain/usage/counting.ts";
import { partOf } from "../../domain/usage/spread.ts";
import { DayCache } from "./day-cache.ts";
import { type DaySum, type MoneyByFeature, moneySums, unitSums } from "./day-sums.ts";
import { revenueDays } from "./revenue-days.ts";
import type { OtherCostDay, RevenueDay, UnitsDay, UsageReads } from "./usage-port.ts";

export type ReadParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly zone: () => string;
  /** Why a source could not be read last time; "" = nothing is wrong. */
  readonly errorOf: (sourceId: number) => string;
};

/** The questions others ask about units and money, with what they remember between two of them. */
export class Reads implements UsageReads {
  private readonly parts: ReadParts;
  private readonly sums: DayCache<ReadonlyMap<number, DaySum>>;
  private readonly money: DayCache<MoneyByFeature>;
  private mark: LineMark | null = null;
  private markNo = 0; // of the question whose mark that is
  private asked = 0;
  private spans: Promise<ReadonlyMap<number, Window>> | null = null;

  constructor(parts: ReadParts) {
    this.parts = parts;
    this.sums = new DayCache((borders) => unitSums(parts.db, borders));
    this.money = new DayCache((borders) => moneySums(parts.db, borders));
  }

  /** Lines of a window were written; null = of any time. */
  forget(window: Window | null): void {
    this.spans = null;
    this.sums.forget(window);
    this.money.forget(window);
  }

  async units(
    days: DayNos,
    featureIds: readonly number[] | null = null,
  ): Promise<ReadonlyMap<number, readonly UnitsDay[]>> {
    const { sources, spans, sums } = await this.gather(days, featureIds);
    const now = hourOf(this.parts.clock.now());
    const units = new Map<number, UnitsDay[]>();
    for (const [featureId, own] of byFeature(sources)) {
      const said: UnitsDay[] = [];
      for (const [day, bySource] of sums) {
        const window = this.windowOf(day);
        const unitsDay = unitsOn(day, window, own, bySource, (source) =>
          expectedMs(source, spans.get(source.id), window, now),
        );
        if (unitsDay !== null) said.push(unitsDay);
      }
      if (said.length > 0) units.set(featureId, said);
    }
    return units;
  }

  async revenue(
    days: DayNos,
    featureIds: readonly number[] | null = null,
  ): Promise<ReadonlyMap<number, readonly RevenueDay[]>> {
    const { db, zone } = this.parts;
    const { sources, sums } = await this.gather(days, featureIds);
    const asked = featureIds === null ? null : new Set(featureIds);
    return await revenueDays({
      sums,
      money: await this.money.of(days, zone()),
      sourcesOf: byFeature(sources),
      pricesOf: groupBy(await readUnitPrices(db, featureIds), ({ featureId }) => featureId),
      windowOf: (day) => this.windowOf(day),
      namedOf: await readNamedSources(db),
      isAsked: (featureId) => asked === null || asked.has(featureId),
      linesOf: (sourceIds, window) => readUsageLines(db, sourceIds, window),
    });
  }

  async otherCosts(
    days: DayNos,
    featureIds: readonly number[] | null = null,
  ): Promise<ReadonlyMap<number, readonly OtherCostDay[]>> {
    const found = new Map<number, OtherCostDay[]>();
    const rows = await readOtherCosts(this.parts.db, featureIds);
    const now = hourOf(this.parts.clock.now());
    for (let day = days.from; day < days.to; day++) {
      const window = this.windowOf(day);
      if (window.from >= now) break; // not an hour of it is over: it has cost nothing yet
      for (const { featureId, kind, note, currency, perDayMicro, from, to } of rows) {
        if (window.from < from || window.from >= (to ?? Infinity)) continue;
        const own = found.get(featureId) ?? [];
        own.push({ day, kind, note, currency, micro: partOf(perDayMicro, window, window.from, now) });
        found.set(featureId, own);
      }
    }
    return found;
  }

  async sourcesOf(featureId: number, days: DayNos): Promise<readonly UsageSourceView[]> {
    const { sources, spans, sums } = await this.gather(days, [featureId]);
    const counting = countingSource(
      sources,
      sources[0]?.named ?? "",
      this.windowOf(Math.max(days.to - 1, days.from)).from,
    );
    return sources.map((source) => {
      const own = [...sums.values()].flatMap((bySource) => bySource.get(source.id) ?? []);
      return {
        name: source.name,
        kind: source.kind,
        counts: source === counting,
        okMicro: textOf(sumOf(own, "okMicro")),
        failedMicro: textOf(sumOf(own, "failedMicro")),
        missingHours: Math.round(own.reduce((ms, sum) => ms + sum.missingMs, 0) / HOUR_MS),
        lastAt: spans.get(source.id)?.to ?? null,
        error: source.removedAt === null ? this.parts.errorOf(source.id) : "",
      };
    });
  }

  async unitLines(featureId: number, days: DayNos, limit: number) {
    const sources = await readUsageSources(this.parts.db, [featureId]);
    const names = new Map(sources.map(({ id, name }) => [id, name]));
    const lines = await readUsageLines(this.parts.db, [...names.keys()], this.windowOfAll(days));
    return lines
      .toSorted((a, b) => b.from - a.from || a.sourceId - b.sourceId)
      .slice(0, limit)
      .map(({ sourceId, okMicro, failedMicro, ...line }) => ({
        ...line,
        source: names.get(sourceId) ?? "",
        okMicro: textOf(okMicro),
        failedMicro: textOf(failedMicro),
      }));
  }

  async revenueLines(featureId: number, days: DayNos, limit: number) {
    const lines = await readRevenueLines(this.parts.db, this.windowOfAll(days), [featureId]);
    return lines
      .toSorted((a, b) => b.from - a.from)
      .slice(0, limit)
      .map(({ source, kind, from, to, currency, amountMicro }) => {
        return { source, kind, from, to, currency, amountMicro: microText(amountMicro) };
      });
  }

  private async gather(days: DayNos, featureIds: readonly number[] | null) {
    const { db, zone } = this.parts;
    await this.followOthers();
    this.spans ??= readLineSpans(db).catch((error: unknown) => {
      this.spans = null;
      throw error;
    });
    const [sources, spans] = await Promise.all([readUsageSources(db, featureIds), this.spans]); // both may fail
    return { sources, spans, sums: await this.sums.of(days, zone()) };
  }

  /** Forgets the days of lines that were written since the last question, by whatever process (dapan apply). */
  private async followOthers(): Promise<void> {
    const no = (this.asked += 1);
    const mark = await readLineMark(this.parts.db);
    if (no < this.markNo) return; // a later question was answered first, and has forgotten already
    const before = this.mark;
    [this.mark, this.markNo] = [mark, no];
    if (before === null || mark.count === before.count) return;
    const windows = windowsSince(before, mark);
    if (windows === null) this.forget(null);
    else for (const window of windows) this.forget(window);
  }

  private windowOf(day: number): Window {
    const zone = this.parts.zone();
    return { from: dayBegin(day, zone), to: dayBegin(day + 1, zone) };
  }

  private windowOfAll({ from, to }: DayNos): Window {
    const zone = this.parts.zone();
    return { from: dayBegin(from, zone), to: dayBegin(to, zone) };
  }
}

function unitsOn(
  day: number,
  window: Window,
  own: readonly UsageSourceRecord[],
  bySource: ReadonlyMap<number, DaySum>,
  expected: (source: UsageSourceRecord) => number,
): UnitsDay | null {
  const source = countingSource(own, own[0]?.named ?? "", window.from);
  const sum = source === null ? undefined : bySource.get(source.id);
  const others = own.flatMap((other) => {
    const okMicro = other === source ? null : (bySource.get(other.id)?.okMicro ?? null);
    return okMicro === null ? [] : [{ source: other.name, okMicro }];
  });
  const coveredMs = sum?.coveredMs ?? 0;
  const missingMs = sum?.missingMs ?? 0;
  const expectedMs = Math.max(source === null ? 0 : expected(source), coveredMs + missingMs);
  if (expectedMs === 0 && others.length === 0) return null;
  return {
    day,
    source: source?.name ?? "",
    okMicro: sum?.okMicro ?? null,
    failedMicro: sum?.failedMicro ?? null,
    coveredMs,
    missingMs,
    expectedMs,
    others,
  };
}

/** Time of a window a source should have spoken of: since it first did, until it was read (or, of people, until now). */
function expectedMs(source: UsageSourceRecord, span: Window | undefined, window: Window, now: UnixMs): number {
  if (span === undefined) return 0;
  const until = Math.min(source.kind === "promql" ? (source.readTo ?? span.to) : now, source.removedAt ?? Infinity);
  return Math.max(0, Math.min(window.to, until) - Math.max(window.from, span.from));
}

function groupBy<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

const byFeature = (sources: readonly UsageSourceRecord[]): Map<number, UsageSourceRecord[]> =>
  groupBy(sources, ({ featureId }) => featureId);

/** null = none of the days had a number. */
const sumOf = (sums: readonly DaySum[], part: "okMicro" | "failedMicro"): Micro | null =>
  sums.reduce<Micro | null>((total, { [part]: own }) => (own === null ? total : (total ?? 0n) + own), null);

const textOf = (micro: Micro | null) => (micro === null ? null : microText(micro));
