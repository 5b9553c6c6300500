import type { Logger } from "pino";
import type { Clock } from "../../db/model/clock.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { CardRegistry } from "./card-registry.ts";
import { ingestInstruments } from "./ingest-telemetry.ts";
import { type HealthWatch, withoutHealth } from "./health-watch.ts";
import type { LiveFleet } from "./live-fleet.ts";
import type { SlotBook } from "./slot-book.ts";

const STEP_MS = 1_000;
/** Without a database nothing can be settled; past this many reports the newest are dropped and counted as missing. */
const MAX_WAITING = 200_000;

/**
 * The pipeline from reports to committed card time: known cards at once into the live fleet and the book, new cards
 * first into the registry; every second what is due is saved, closed and published. One step at a time.
 */
export class Ingest {
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly book: SlotBook;
  private readonly registry: CardRegistry;
  private readonly live: LiveFleet;
  private readonly watch: Pick<HealthWatch, "hear" | "silence" | "tidy"> | null;
  private readonly journalMs: number;
  private readonly stopping = new AbortController();
  private unsettled: CardFrame[] = [];
  private savedAt = 0;
  private complained = { words: "", at: 0 };
  private running: Promise<void> | null = null;

  constructor(options: {
    clock: Clock;
    log: Logger;
    book: SlotBook;
    registry: CardRegistry;
    live: LiveFleet;
    watch?: Pick<HealthWatch, "hear" | "silence" | "tidy">; // left out = nobody judges health
    journalMs: number; // at most this much scraped data is lost by kill -9
  }) {
    this.clock = options.clock;
    this.log = options.log;
    this.book = options.book;
    this.registry = options.registry;
    this.live = options.live;
    this.watch = options.watch ?? null;
    this.journalMs = options.journalMs;
  }

  /** Takes in a report, at once and without waiting. */
  take(report: Report): void {
    if (this.book.unsaved + this.unsettled.length >= MAX_WAITING) {
      ingestInstruments().dropped.add(1);
      return;
    }
    if (report.kind === "silence") {
      this.book.add(report);
      this.live.silence(report);
      this.watch?.silence(report);
    } else if (this.registry.isSettled(report)) this.deliver(report);
    else this.unsettled.push(report);
  }

  start(): void {
    this.savedAt = this.clock.monotonicMs();
    this.running = this.run();
  }

  /** Saves what is still unsaved. Nothing is taken in after this. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    try {
      await this.settle();
    } finally {
      await this.book.save();
    }
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.clock.sleep(STEP_MS, this.stopping.signal);
        await this.step();
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        ingestInstruments().failures.add(1);
        this.complain(error);
      }
    }
  }

  /** Says what is wrong when it begins, when it changes, and once a minute while it lasts. */
  private complain(error: unknown): void {
    const now = this.clock.monotonicMs();
    const words = String(error);
    if (words === this.complained.words && now - this.complained.at < MINUTE_MS) return;
    this.complained = { words, at: now };
    const unsaved = this.book.unsaved;
    this.log.error({ err: error, unsaved }, "card time could not be committed; kept for the next try");
  }

  /** Everything that is due now. Public for tests and for the end of the demo's history. */
  async step(): Promise<void> {
    const fault = await this.settle().then(
      () => null,
      (error: unknown) => error, // new cards wait; the known ones must not
    );
    if (this.clock.monotonicMs() - this.savedAt >= this.journalMs) {
      await this.book.save();
      this.savedAt = this.clock.monotonicMs();
    }
    while (!this.stopping.signal.aborted && (await this.book.closeNext())) this.live.sweep(this.clock.now());
    this.live.sweep(this.clock.now());
    this.watch?.tidy(this.clock.now());
    if (fault !== null) throw fault;
  }

  private async settle(): Promise<void> {
    const frames = [...this.unsettled];
    const count = frames.length;
    if (count === 0) return;
    for (const card of await this.registry.settle(frames, this.book.source)) this.live.know(card);
    await this.registry.settleHolders(frames); // what they work on decides what their cards show
    this.unsettled = this.unsettled.slice(count); // more may have come in meanwhile
    for (const frame of frames) this.deliver(frame);
  }

  private deliver(frame: CardFrame): void {
    this.watch?.hear(frame);
    const kept = withoutHealth(frame);
    if (!this.book.add(kept)) ingestInstruments().late.add(1);
    this.live.hear(kept); // too late for its slot, still the newest there is
  }
}
