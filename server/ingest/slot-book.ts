import type { Clock } from "../../db/model/clock.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { GapCause } from "../../db/model/coverage.ts";
import type { CardFrame, CardSighting, Report } from "../../db/model/frame.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { SLOT_MS, shift, slotOf, type Window } from "../../db/model/time.ts";
import { unixMs, type UnixMs } from "../../db/model/units.ts";
import type { StateRules } from "../domain/card-state.ts";
import type { CardRegistry } from "./card-registry.ts";
import { JournalReader, JournalWriter } from "./journal-codec.ts";
import { inPieces } from "./pieces.ts";
import { ReportLog } from "./report-log.ts";
import { closeSlot } from "./slot-close.ts";

/** What the book asks of the database. */
export type BookStore = {
  /** Slot by slot; of each slot what was carried into it first, then the rest in writing order. */
  readJournal(): Promise<readonly { readonly slot: UnixMs; readonly payload: Uint8Array }[]>;
  appendJournal(entries: readonly { readonly slot: UnixMs; readonly payload: Uint8Array }[]): Promise<void>;
  /** One transaction: rows, rollups, ledger, the slot's journal dropped, `carry` journaled under the next slot. */
  commitSlot(closed: {
    readonly source: string;
    readonly batch: SlotBatch;
    readonly events: readonly CardEvent[];
    readonly carry: Uint8Array;
  }): Promise<void>;
  lastSlot(source: string): Promise<UnixMs | null>;
};

/** Whether somebody said, of a time, that the node of a card was down. */
export type NodeDown = (uuid: string, window: Window) => boolean;

/**
 * The open slots of everything we scrape ourselves: reports come in, are journaled every few seconds, and when a slot is
 * over become its rows. One call at a time: `save` and `closeDue` are not run side by side. What was journaled survives `kill -9`; a repeat of any step changes nothing.
 */
export class SlotBook {
  readonly source: string;
  private readonly clock: Clock;
  private readonly store: BookStore;
  private readonly registry: CardRegistry;
  private readonly rules: StateRules;
  private readonly graceMs: number;
  private readonly isNodeDown: NodeDown;
  private readonly log = new ReportLog();
  private readonly writers = new Map<UnixMs, JournalWriter>();
  private pending: Report[] = [];
  private nextSlot: UnixMs | null = null; // the oldest slot not closed; null until the first report
  private refusedLate = 0;
  private readonly spokenBy = new Map<string, string>(); // card → the origin that named it last
  private readonly remembered = new Map<string, readonly CardSighting[]>();

  constructor(options: {
    source: string;
    clock: Clock;
    store: BookStore;
    registry: CardRegistry;
    rules: StateRules;
    graceMs: number; // how long after its end a slot may still receive reports: the longest scrape
    isNodeDown?: NodeDown; // left out = nobody says
  }) {
    this.source = options.source;
    this.clock = options.clock;
    this.store = options.store;
    this.registry = options.registry;
    this.rules = options.rules;
    this.graceMs = options.graceMs;
    this.isNodeDown = options.isNodeDown ?? (() => false);
  }

  /**
   * Takes up where the last process stopped: the journal's reports, and silence for the time nobody was there.
   * Call once, before the first report. Answers how many reports were there, the newest frame of each origin, and how
   * many payloads could not be read: what is in them is missing, the rest goes on.
   */
  async restore(): Promise<{
    readonly reports: number;
    readonly newest: readonly CardFrame[];
    readonly unreadable: number;
  }> {
    const readers = new Map<UnixMs, JournalReader>();
    const last = new Map<string, CardFrame>();
    let reports = 0;
    let unreadable = 0;
    for (const { slot, payload } of await this.store.readJournal()) {
      let reader = readers.get(slot);
      if (!reader) readers.set(slot, (reader = new JournalReader()));
      const decoded = decodeOrNull(reader, payload);
      if (decoded === null) unreadable += 1;
      for (const report of decoded ?? []) {
        this.log.add(report);
        if (report.kind === "frame") this.remember(report);
        reports += 1;
        const newest = last.get(report.origin);
        if (report.kind === "frame" && (!newest || newest.at < report.at)) last.set(report.origin, report);
      }
    }
    for (const [slot, reader] of readers) this.writers.set(slot, new JournalWriter(reader.next));
    const lastClosed = await this.store.lastSlot(this.source);
    if (lastClosed !== null) this.nextSlot = shift(lastClosed, SLOT_MS);
    else if (reports > 0) this.nextSlot = slotOf(unixMs(Math.min(...Array.from(this.log.all(), (r) => r.at))));
    for (const frame of last.values()) {
      const end = shift(frame.at, frame.reachMs);
      if (end < this.clock.now()) this.add({ kind: "silence", origin: frame.origin, at: end, cause: "dapan_down" });
    }
    return { reports, newest: [...last.values()], unreadable };
  }

  /** Takes in a report. False when it was known already, or its slot is closed: those are counted, never half counted. */
  add(report: Report): boolean {
    this.mendClock();
    if (this.nextSlot !== null && report.at < this.nextSlot) {
      this.refusedLate += 1;
      return false;
    }
    if (!this.log.add(report)) return false;
    this.nextSlot ??= slotOf(report.at);
    if (report.kind === "frame") this.remember(report);
    this.pending.push(report);
    return true;
  }

  /**
   * A wall clock that ran ahead and was set right leaves slots closed that are still to come. They are opened again: what
   * comes now is committed over them, since coverage only grows.
   */
  private mendClock(): void {
    const current = slotOf(this.clock.now());
    if (this.nextSlot !== null && this.nextSlot > current + SLOT_MS) this.nextSlot = current;
  }

  private remember(frame: CardFrame): void {
    if (this.remembered.get(frame.origin) === frame.cards) return;
    this.remembered.set(frame.origin, frame.cards);
    for (const { uuid } of frame.cards) this.spokenBy.set(uuid, frame.origin);
  }

  /** Reports for slots that were closed already. */
  get late(): number {
    return this.refusedLate;
  }

  /** Reports not yet in the database. */
  get unsaved(): number {
    return this.pending.length;
  }

  /** Commits what came in since the last call. On failure everything is kept for the next. */
  async save(): Promise<void> {
    const reports = this.pending;
    if (reports.length === 0) return;
    const bySlot = new Map<UnixMs, Report[]>();
    for (const report of reports) {
      const slot = unixMs(Math.max(slotOf(report.at), this.nextSlot ?? 0)); // a carried one stands under the slot it is for
      const list = bySlot.get(slot);
      if (list) list.push(report);
      else bySlot.set(slot, [report]);
    }
    this.pending = []; // more may come in from here on
    try {
      const entries: { slot: UnixMs; payload: Uint8Array; committed(): void }[] = [];
      for (const [slot, list] of bySlot)
        entries.push({ slot, ...(await inPieces(this.writer(slot).encode(list), this.clock)) });
      await this.store.appendJournal(entries);
      for (const entry of entries) entry.committed();
    } catch (cause) {
      this.pending = [...reports, ...this.pending];
      throw cause;
    }
  }

  /** Closes the oldest slot that is over. False when there is none. */
  async closeNext(): Promise<boolean> {
    if (this.nextSlot === null || this.nextSlot + SLOT_MS + this.graceMs > this.clock.now()) return false;
    await this.close(this.nextSlot);
    return true;
  }

  /** Closes every slot that is over, oldest first. */
  async closeDue(): Promise<void> {
    while (await this.closeNext());
  }

  private async close(slot: UnixMs): Promise<void> {
    const end = shift(slot, SLOT_MS);
    this.nextSlot = end; // from here on a report for this slot is late
    try {
      await this.settleSlot(slot, end);
    } catch (cause) {
      this.nextSlot = slot;
      throw cause;
    }
  }

  private async settleSlot(slot: UnixMs, end: UnixMs): Promise<void> {
    await this.save(); // what the slot is made of is in the journal before the slot is
    await this.registry.settleHolders(this.frames());
    const closing = closeSlot(
      slot,
      this.registry.slotCards(this.source),
      this.log.readings(end, this.registry.holdersOf),
      (card) => this.whySilent(card.uuid),
      this.rules,
      (card) => this.isNodeDown(card.uuid, { from: slot, to: end }),
    );
    const { batch, events } = await inPieces(closing, this.clock);
    const carry = await inPieces(new JournalWriter().encode(this.carry(end)), this.clock); // read first, so it explains itself
    await this.store.commitSlot({ source: this.source, batch, events, carry: carry.payload });
    for (const origin of this.log.settle(end)) this.remembered.delete(origin);
    this.writers.delete(slot);
  }

  /** Why a card has no reading at all: its exporter went on without it, or stopped answering. */
  private whySilent(uuid: string): GapCause {
    const latest = this.log.latest(this.spokenBy.get(uuid) ?? "");
    if (latest === undefined) return "no_reading";
    return latest.kind === "silence" ? latest.cause : "card_gone";
  }

  private *frames(): Iterable<CardFrame> {
    for (const report of this.log.all()) if (report.kind === "frame") yield report;
  }

  /** What of the time before `end` the next slot still needs. */
  private carry(end: UnixMs): Report[] {
    const kept = new ReportLog();
    for (const report of this.log.all()) if (report.at < end) kept.add(report);
    kept.settle(end);
    return [...kept.all()];
  }

  private writer(slot: UnixMs): JournalWriter {
    let writer = this.writers.get(slot);
    if (!writer) this.writers.set(slot, (writer = new JournalWriter()));
    return writer;
  }
}

/** A payload of another version, or one that names what no payload explained, must not keep the process from starting. */
function decodeOrNull(reader: JournalReader, payload: Uint8Array): Report[] | null {
  try {
    return reader.decode(payload);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}
