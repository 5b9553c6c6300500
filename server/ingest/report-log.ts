import { FIELD_COUNT } from "../../db/model/card-fields.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import type { CardFrame, CardSighting, Report, XidCount } from "../../db/model/frame.ts";
import { DAY_MS, SLOT_MS } from "../../db/model/time.ts";
import type { HeldShare } from "../domain/held-time.ts";
import type { Reading } from "../domain/slot-summary.ts";
import type { Steps } from "./pieces.ts";

/** Turns the holders a sighting names into ids; null = its exporter does not map pods. */
export type HoldersOf = (sighting: CardSighting, frame: CardFrame) => readonly HeldShare[] | null;

/** What the log knows of one card in a window. */
export type CardReadings = {
  readonly readings: readonly Reading[]; // ascending by at; made anew each time they are asked for
  readonly before: GapCause; // why time is missing before the first of them
};

/**
 * The reports of the open slots, by origin and instant. Order-free and idempotent: whatever order reports come in and
 * however often, the same set of reports gives the same readings.
 */
export class ReportLog {
  private readonly byOrigin = new Map<string, Report[]>(); // ascending by at

  /** False when this origin already reported for this instant: the first stands. */
  add(report: Report): boolean {
    const reports = this.byOrigin.get(report.origin);
    if (reports === undefined) {
      this.byOrigin.set(report.origin, [report]);
      return true;
    }
    let i = reports.length;
    while (i > 0 && reports[i - 1]!.at > report.at) i -= 1; // nearly always the end
    if (i > 0 && reports[i - 1]!.at === report.at) return false;
    reports.splice(i, 0, report);
    return true;
  }

  /** Every report kept, origin by origin. */
  *all(): Iterable<Report> {
    for (const reports of this.byOrigin.values()) yield* reports;
  }

  /** The newest report of an origin. */
  latest(origin: string): Report | undefined {
    return this.byOrigin.get(origin)?.at(-1);
  }

  /**
   * Drops what can no longer matter once everything before `instant` is settled. Kept of each origin: the last frame,
   * which may still speak and with which counters are compared; the report that ended it; the newest report; and of a
   * card that was dropped within the last day the last frame that names it, so that what changed meanwhile (another XID)
   * shows when it is back. An origin that said nothing for a day is gone (a pod that was replaced): answers their names.
   */
  settle(instant: number): readonly string[] {
    const gone: string[] = [];
    for (const [origin, reports] of this.byOrigin) {
      if (reports.at(-1)!.at < instant - DAY_MS) {
        this.byOrigin.delete(origin);
        gone.push(origin);
        continue;
      }
      const later = reports.findIndex((r) => r.at >= instant);
      const end = later === -1 ? reports.length : later;
      let frame = end - 1;
      while (frame > 0 && reports[frame]!.kind !== "frame") frame -= 1;
      if (end - 1 > frame + 2) reports.splice(frame + 2, end - 1 - (frame + 2));
      if (frame > 0) reports.splice(0, frame, ...lastOfDropped(reports, frame, instant - DAY_MS));
    }
    return gone;
  }

  /**
   * The readings of every card that matter to the slot that ends at `to`, by UUID. A card of two origins gets both,
   * merged by time. Reports of `to` and later may come in between the steps: they change nothing before it.
   */
  *readings(to: number, holdersOf: HoldersOf): Steps<Map<string, CardReadings>> {
    const cards = new Map<string, CardLog>();
    const origins = [...this.byOrigin.keys()].toSorted(); // not the order they came in: a tie must fall the same way always
    for (const origin of origins) {
      collect(this.byOrigin.get(origin)!, to, holdersOf, cards);
      yield;
    }
    return cards;
  }
}

/** Frames kept for cards their origin no longer names: more than a board loses in a day, few if names are made up. "ours" */
const MOST_DROPPED = 8;

/** Of the reports before `frame` the ones that name a card last, each with the report that ended it. */
function lastOfDropped(reports: readonly Report[], frame: number, oldest: number): readonly Report[] {
  const newest = reports[frame]!;
  const named = new Set(newest.kind === "frame" ? rowsOf(newest.cards) : []);
  const kept: Report[] = [];
  let before = newest.kind === "frame" ? newest.cards : null;
  let frames = 0;
  for (let i = frame - 1; i >= 0 && frames < MOST_DROPPED; i -= 1) {
    const report = reports[i]!;
    if (report.at < oldest) break;
    if (report.kind !== "frame" || report.cards === before) continue; // the common case: the same cards as ever
    before = report.cards;
    if (report.cards.every(({ uuid }) => named.has(uuid))) continue;
    for (const { uuid } of report.cards) named.add(uuid);
    const ending = reports[i + 1]!;
    if (ending !== newest && ending !== kept[0]) kept.unshift(ending);
    kept.unshift(report);
    frames += 1;
  }
  return kept;
}

const NO_COUNTS: readonly XidCount[] = [];

/** A frame as all readings in it have it. */
type Spoken = {
  readonly frame: CardFrame;
  readonly until: number;
  readonly ends: GapCause; // of a card that is still there
  readonly next: Report | undefined;
  readonly still: ReadonlySet<string> | null; // the cards of the next frame; null = the same as here, or there is none
  readonly since: ReadonlySet<string> | null; // the cards of the first frame after it, if that was before the slot
};

/** Frames of one origin, one after the other, that name the same cards in the same order. */
type Run = { readonly cards: readonly CardSighting[]; readonly spoken: Spoken[] };

/** Adds one origin's frames to each of their cards. */
function collect(reports: readonly Report[], to: number, holdersOf: HoldersOf, cards: Map<string, CardLog>): void {
  let run: Run | null = null;
  for (let i = 0; i < reports.length; i += 1) {
    const frame = reports[i]!;
    if (frame.at >= to) break;
    if (frame.kind !== "frame") continue;
    if (run?.cards !== frame.cards) run = beginRun(frame, holdersOf, cards);
    const next = reports[i + 1];
    run.spoken.push({
      frame,
      until: endOf(frame, next),
      ends: whyEnds(frame, next, true),
      next,
      still: next?.kind === "frame" && next.cards !== frame.cards ? rowsOf(next.cards) : null,
      since: frameBy(to - SLOT_MS, reports, i + 1),
    });
  }
}

function beginRun(frame: CardFrame, holdersOf: HoldersOf, cards: Map<string, CardLog>): Run {
  const run: Run = { cards: frame.cards, spoken: [] };
  frame.cards.forEach((sighting, row) => {
    let card = cards.get(sighting.uuid);
    if (card === undefined) cards.set(sighting.uuid, (card = new CardLog(sighting.uuid)));
    card.add({ run, row, holders: holdersOf(sighting, frame), origin: frame.origin });
  });
  return run;
}

/** A card's place in a run. */
type Stretch = {
  readonly run: Run;
  readonly row: number;
  readonly holders: readonly HeldShare[] | null;
  readonly origin: string;
};

/** One card in a window. Its readings are made when they are asked for: those of a fleet at once are all memory. */
class CardLog implements CardReadings {
  readonly before = "no_reading";
  private readonly uuid: string;
  private readonly stretches: Stretch[] = []; // origin by origin
  private isMixed = false; // one follows the other in time no longer

  constructor(uuid: string) {
    this.uuid = uuid;
  }

  add(stretch: Stretch): void {
    const last = this.stretches.at(-1);
    if (last !== undefined && (last.origin !== stretch.origin || last.run === stretch.run)) this.isMixed = true;
    this.stretches.push(stretch);
  }

  get readings(): readonly Reading[] {
    const readings: Reading[] = [];
    for (const { run, row, holders } of this.stretches)
      for (const spoken of run.spoken) readings.push(this.reading(spoken, row, holders));
    if (this.isMixed) mergeByTime(readings);
    return readings;
  }

  private reading(spoken: Spoken, row: number, holders: readonly HeldShare[] | null): Reading {
    const { frame, until } = spoken;
    return {
      origin: frame.origin,
      at: frame.at,
      until,
      ends: this.whyEnds(spoken),
      values: frame.values,
      offset: row * FIELD_COUNT,
      holders,
      xidCounts: frame.xidCounts.length === 0 ? NO_COUNTS : frame.xidCounts.filter((c) => c.row === row),
    };
  }

  private whyEnds({ frame, next, ends, still, since }: Spoken): GapCause {
    if (since !== null && !since.has(this.uuid)) return "card_gone";
    return still === null || still.has(this.uuid) ? ends : whyEnds(frame, next, false);
  }
}

/** The cards of the first frame after a reading, if that was before the slot: whatever lay between, what followed it is what counts. */
function frameBy(slot: number, reports: readonly Report[], from: number): ReadonlySet<string> | null {
  for (let i = from; i < reports.length && reports[i]!.at <= slot; i += 1) {
    const report = reports[i]!;
    if (report.kind === "frame") return rowsOf(report.cards);
  }
  return null;
}

/** Until when a frame speaks. */
function endOf(frame: CardFrame, next: Report | undefined): number {
  const reach = frame.at + frame.reachMs;
  return next === undefined ? reach : Math.min(reach, next.at);
}

/** Why a card's time after that is missing, unless another reading speaks. */
function whyEnds(frame: CardFrame, next: Report | undefined, isStillThere: boolean): GapCause {
  if (next === undefined || next.at > frame.at + frame.reachMs) return "no_reading";
  if (next.kind === "silence") return next.cause;
  return isStillThere ? "no_reading" : "card_gone";
}

const rowCache = new WeakMap<readonly CardSighting[], ReadonlySet<string>>();
function rowsOf(cards: readonly CardSighting[]): ReadonlySet<string> {
  let rows = rowCache.get(cards);
  if (rows === undefined) rowCache.set(cards, (rows = new Set(cards.map((c) => c.uuid))));
  return rows;
}

/** Two origins may read one card in the same millisecond; the longer reach stands, so no covered time is lost. */
function mergeByTime(readings: Reading[]): void {
  readings.sort((a, b) => a.at - b.at || b.until - a.until);
  let kept = 0;
  for (const reading of readings) if (kept === 0 || readings[kept - 1]!.at !== reading.at) readings[kept++] = reading;
  readings.length = kept;
}
