import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import type { Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { Stay, TimeSink } from "./card-day.ts";
import type { PausedSlots } from "./paused-rules.ts";
import { PausedSums } from "./paused-time.ts";
import { groupHoles, HoleRuns, type PlacedHole, sumByCause } from "./holes.ts";

type Day = Window & { readonly name: string };

/**
 * Adds up the judged time of a period. Σ holes = owned − observed, because both are counted where a hole is: time that is
 * owned and neither observed nor in a hole would show as a difference of the two, and `certificate` throws for one.
 */
export class CoverageTally implements TimeSink {
  private readonly days: readonly (Day & { ownedMs: number; observedMs: number })[];
  private readonly cards = new Set<number>();
  private readonly runs = new HoleRuns();
  private readonly paused: PausedSums;
  private last = 0; // day of the last time that came: the next is mostly in it

  /**
   * @param days of the period, in order, without a hole
   * @param pausedIn when rules for a pool were switched off
   */
  constructor(days: readonly Day[], pausedIn: (poolId: number) => readonly PausedSlots[] = () => []) {
    const [first, last] = [days[0], days.at(-1)];
    this.paused = new PausedSums(pausedIn, { from: first?.from ?? unixMs(0), to: last?.to ?? unixMs(0) });
    this.days = days.map(({ name, from, to }) => ({ name, from, to, ownedMs: 0, observedMs: 0 }));
  }

  time(card: Stay, stretch: Window, ownedMs: number, observedMs: number): void {
    if (ownedMs === 0) return;
    this.cards.add(card.cardId);
    const day = this.dayAt(stretch.from);
    day.ownedMs += ownedMs;
    day.observedMs += observedMs;
    this.paused.add(card.cardId, card.poolId, stretch, observedMs);
  }

  hole(hole: PlacedHole): void {
    this.runs.miss(hole);
  }

  /** @throws Error when holes and sums differ: a defect of ours, and no certificate */
  certificate(period: Window, through: UnixMs): CoverageCertificate {
    const holes = this.runs.finish();
    const sum = (of: (day: { ownedMs: number; observedMs: number }) => number) =>
      this.days.reduce((all, day) => all + of(day), 0);
    const [ownedMs, observedMs] = [sum((day) => day.ownedMs), sum((day) => day.observedMs)];
    const missing = holes.reduce((all, hole) => all + hole.missingMs, 0);
    if (missing !== ownedMs - observedMs)
      throw new Error(`coverage: holes of ${missing} ms where ${ownedMs - observedMs} ms are missing`);
    return {
      from: period.from,
      to: period.to,
      through,
      cards: this.cards.size,
      ownedMs,
      observedMs,
      byCause: sumByCause(holes),
      byDay: this.days.map(({ name, ownedMs: owned, observedMs: observed }) => ({
        day: name,
        ownedMs: owned,
        observedMs: observed,
      })),
      holes: groupHoles(holes),
      paused: this.paused.finish(),
    };
  }

  private dayAt(at: UnixMs) {
    let day = this.days[this.last];
    if (day !== undefined && day.from <= at && at < day.to) return day;
    this.last = this.days.findIndex((one) => one.from <= at && at < one.to);
    day = this.days[this.last];
    if (day === undefined) throw new RangeError(`coverage: ${at} is in no day of the period`);
    return day;
  }
}
