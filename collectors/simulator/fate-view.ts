/** What a card's faults make its exporter say at one instant. */
import type { Mark, NodeFate } from "./faults.ts";

const AGGREGATE_KINDS = new Set<Mark["kind"]>(["rowCorrected", "rowUncorrected", "remapFailed"]);

/** Folds a card's marks up to an instant; asked forward it goes on, asked backward it begins again. */
export class FateView {
  gone = false;
  generation = 0; // cards that stood at this position before
  code = 0; // last XID, or the open Ascend code
  corrected = 0; // volatile
  uncorrected = 0;
  rowsCorrected = 0;
  rowsUncorrected = 0;
  remapPending = false;
  remapFailed = false;
  nvlinkErrors = 0;
  replays = 0;
  hotSince = -1; // throttling since; -1 not
  throttledMs = 0; // of closed stretches, since driver load
  linkUp = true;
  stuck = false;
  hung = false;
  driverAt = 0; // when the driver was last loaded; 0 before the origin
  /** When codes were seen, for the windowed count. */
  readonly codes: { readonly at: number; readonly code: number }[] = [];

  private readonly marks: readonly Mark[];
  private readonly fate: NodeFate;
  private next = 0;
  private seen = -Infinity;

  constructor(fate: NodeFate, position: number) {
    this.fate = fate;
    this.marks = fate.marks[position] ?? [];
  }

  seek(t: number): void {
    this.fate.extendTo(t);
    if (t < this.seen) this.restart();
    this.seen = t;
    for (let mark = this.marks[this.next]; mark !== undefined && mark.at <= t; mark = this.marks[++this.next])
      this.apply(mark);
  }

  /** Milliseconds throttled since driver load, up to `t`. */
  throttledTo(t: number): number {
    return this.throttledMs + (this.hotSince >= 0 ? t - this.hotSince : 0);
  }

  private restart(): void {
    this.next = 0;
    this.gone = this.stuck = this.hung = this.remapFailed = this.remapPending = false;
    this.generation = this.driverAt = 0;
    this.rowsCorrected = this.rowsUncorrected = 0;
    this.linkUp = true;
    this.codes.length = 0;
    this.clearVolatile(0);
    this.hotSince = -1;
    this.throttledMs = 0;
  }

  private clearVolatile(code: number): void {
    this.code = code;
    this.corrected = this.uncorrected = this.nvlinkErrors = this.replays = 0;
    this.remapPending = false;
  }

  private apply(mark: Mark): void {
    switch (mark.kind) {
      case "gone":
        this.gone = true;
        break;
      case "back":
        this.gone = false;
        break;
      case "replaced":
        this.generation++;
        this.gone = this.stuck = this.remapFailed = false;
        this.rowsCorrected = this.rowsUncorrected = 0;
        this.driver(mark.at);
        break;
      case "reset":
        this.clearVolatile(0);
        break;
      case "driver":
        this.driver(mark.at);
        break;
      case "code":
        this.code = mark.amount;
        this.codes.push({ at: mark.at, code: mark.amount });
        break;
      case "codeClear":
        this.code = 0;
        break;
      default:
        this.count(mark);
    }
  }

  private count(mark: Mark): void {
    if (mark.kind === "corrected") this.corrected += mark.amount;
    else if (mark.kind === "uncorrected") this.uncorrected += mark.amount;
    else if (mark.kind === "nvlink") this.nvlinkErrors += mark.amount;
    else if (mark.kind === "replay") this.replays += mark.amount;
    else if (AGGREGATE_KINDS.has(mark.kind)) this.countForLife(mark);
    else if (mark.kind === "hot") this.hotSince = mark.at;
    else if (mark.kind === "cool" && this.hotSince >= 0) {
      this.throttledMs += mark.at - this.hotSince;
      this.hotSince = -1;
    } else if (mark.kind === "linkDown" || mark.kind === "linkUp") this.linkUp = mark.kind === "linkUp";
    else if (mark.kind === "hung" || mark.kind === "unhung") this.hung = mark.kind === "hung";
    else if (mark.kind === "stuck" || mark.kind === "freed") this.stuck = mark.kind === "stuck";
  }

  private countForLife(mark: Mark): void {
    if (mark.kind === "remapFailed") this.remapFailed = true;
    else if (mark.kind === "rowCorrected") this.rowsCorrected += mark.amount;
    else {
      this.rowsUncorrected += mark.amount;
      this.remapPending = true;
    }
  }

  private driver(at: number): void {
    this.clearVolatile(0);
    this.driverAt = at;
    this.throttledMs = 0;
    if (this.hotSince >= 0) this.hotSince = at; // still hot after the reboot
  }
}
