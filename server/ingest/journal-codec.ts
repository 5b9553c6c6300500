import { FIELD_COUNT } from "../../db/model/card-fields.ts";
import { GAP_CAUSES } from "../../db/model/coverage.ts";
import type { Place } from "../../db/model/fleet.ts";
import type { CardFrame, CardSighting, Report, Silence, XidCount } from "../../db/model/frame.ts";
import { unixMs } from "../../db/model/units.ts";
import type { Steps } from "./pieces.ts";

/**
 * The journal of an open slot: reports as bytes, so that a crash costs only what came since the last commit.
 *
 * A payload is a JSON head (new origins, places and card lists, each under its number) and binary records. A list that
 * an earlier payload of the same slot defined is only named, so payloads of a slot are read in the order they were
 * written; a number explained again means the newer thing. Numbers are little-endian; values are stored for the fields some card of the frame said, NaN within them.
 */
const VERSION = 1;
const FRAME = 1;
const SILENCE = 2;
const FRAME_BYTES = 37; // without its values and counts
const XID_BYTES = 24;
const SILENCE_BYTES = 14;

type Head = {
  readonly version: number;
  readonly origins: readonly (readonly [number, string])[];
  readonly places: readonly (readonly [number, Place])[];
  readonly cards: readonly (readonly [number, readonly CardSighting[]])[];
  readonly records: number;
};

/** Gives each distinct thing a number, and remembers which numbers the journal already explains. */
class Dictionary<T> {
  private readonly numbers = new Map<T, number>();
  private fresh: [number, T][] = [];
  private next: number;

  constructor(next: number) {
    this.next = next;
  }

  of(thing: T): number {
    let number = this.numbers.get(thing);
    if (number === undefined) {
      number = this.next++;
      this.numbers.set(thing, number);
      this.fresh.push([number, thing]);
    }
    return number;
  }

  news(): readonly [number, T][] {
    return this.fresh;
  }

  written(count: number): void {
    this.fresh = this.fresh.slice(count);
  }
}

/** Writes the payloads of one slot. */
export class JournalWriter {
  private readonly origins: Dictionary<string>;
  private readonly places: Dictionary<Place>;
  private readonly cards: Dictionary<readonly CardSighting[]>;

  /** @param from the first number not used by payloads already in the journal of this slot (JournalReader.next) */
  constructor(from = 0) {
    this.origins = new Dictionary(from);
    this.places = new Dictionary(from);
    this.cards = new Dictionary(from);
  }

  /** Call `committed` once the payload is in the database: until then its definitions are written again. */
  *encode(reports: readonly Report[]): Steps<{ readonly payload: Uint8Array; committed(): void }> {
    const masks: (readonly number[])[] = []; // which fields of each report are written
    let size = 0;
    for (const report of reports) {
      const mask = this.number(report);
      masks.push(mask);
      size += sizeOf(report, mask);
      yield;
    }
    const head = yield* this.head(reports.length);
    const payload = Buffer.allocUnsafeSlow(4 + head.length + size); // at once: pieces put together would be written twice
    let at = payload.writeUInt32LE(head.length);
    at += head.copy(payload, at);
    for (const [i, report] of reports.entries()) {
      at = report.kind === "frame" ? this.frame(report, masks[i]!, payload, at) : this.silence(report, payload, at);
      yield;
    }
    const news = [this.origins, this.places, this.cards].map((dictionary) => dictionary.news().length);
    return {
      payload,
      committed: () => {
        this.origins.written(news[0]!);
        this.places.written(news[1]!);
        this.cards.written(news[2]!);
      },
    };
  }

  /** Gives a number to everything a report names; answers the fields it says. */
  private number(report: Report): readonly number[] {
    this.origins.of(report.origin);
    if (report.kind === "silence") return [];
    this.places.of(report.place);
    this.cards.of(report.cards);
    return saidFields(report.values);
  }

  /** The bytes of a Head, list by list: of a whole fleet it is megabytes of JSON. */
  private *head(records: number): Steps<Buffer> {
    const lists: string[] = [];
    for (const list of this.cards.news()) {
      lists.push(JSON.stringify(list));
      yield;
    }
    const [origins, places] = [JSON.stringify(this.origins.news()), JSON.stringify(this.places.news())];
    return Buffer.from(
      `{"version":${VERSION},"origins":${origins},"places":${places},"cards":[${lists.join()}],"records":${records}}`,
    );
  }

  /** Writes a frame from `start` on; answers where it ends. */
  private frame(frame: CardFrame, mask: readonly number[], out: Buffer, start: number): number {
    const rows = frame.cards.length;
    out.writeUInt8(FRAME, start);
    out.writeUInt32LE(this.origins.of(frame.origin), start + 1);
    out.writeDoubleLE(frame.at, start + 5);
    out.writeUInt32LE(this.places.of(frame.place), start + 13);
    out.writeUInt32LE(this.cards.of(frame.cards), start + 17);
    out.writeUInt32LE(frame.reachMs, start + 21);
    out.writeUInt32LE(bits(mask), start + 25);
    out.writeUInt32LE(rows, start + 29);
    out.writeUInt32LE(frame.xidCounts.length, start + 33);
    let at = start + FRAME_BYTES;
    for (let row = 0; row < rows; row += 1)
      for (const field of mask) at = out.writeDoubleLE(frame.values[row * FIELD_COUNT + field]!, at);
    for (const { row, code, count, windowMs } of frame.xidCounts) {
      at = out.writeUInt32LE(row, at);
      at = out.writeUInt32LE(code, at);
      at = out.writeDoubleLE(count, at);
      at = out.writeDoubleLE(windowMs, at);
    }
    return at;
  }

  private silence({ origin, at, cause }: Silence, out: Buffer, start: number): number {
    out.writeUInt8(SILENCE, start);
    out.writeUInt32LE(this.origins.of(origin), start + 1);
    out.writeDoubleLE(at, start + 5);
    out.writeUInt8(GAP_CAUSES.indexOf(cause), start + 13);
    return start + SILENCE_BYTES;
  }
}

function sizeOf(report: Report, mask: readonly number[]): number {
  if (report.kind === "silence") return SILENCE_BYTES;
  return FRAME_BYTES + report.cards.length * mask.length * 8 + report.xidCounts.length * XID_BYTES;
}

/** Reads the payloads of one slot, in the order they were written. */
export class JournalReader {
  private readonly origins = new Map<number, string>();
  private readonly places = new Map<number, Place>();
  private readonly cards = new Map<number, readonly CardSighting[]>();

  /** The first number a writer that goes on with this slot may use. */
  get next(): number {
    return 1 + Math.max(-1, ...this.origins.keys(), ...this.places.keys(), ...this.cards.keys());
  }

  /** @throws RangeError when the payload is of another version or names what no payload explained */
  decode(payload: Uint8Array): Report[] {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const headEnd = 4 + bytes.readUInt32LE(0);
    const head = JSON.parse(bytes.toString("utf8", 4, headEnd)) as Head; // written by JournalWriter only
    if (head.version !== VERSION) throw new RangeError(`journal payload of version ${head.version}, not ${VERSION}`);
    for (const [number, origin] of head.origins) this.origins.set(number, origin);
    for (const [number, place] of head.places) this.places.set(number, place);
    for (const [number, cards] of head.cards) this.cards.set(number, cards);
    const reports: Report[] = [];
    let at = headEnd;
    for (let i = 0; i < head.records; i += 1) {
      const [report, end] = bytes.readUInt8(at) === FRAME ? this.frame(bytes, at) : this.silence(bytes, at);
      reports.push(report);
      at = end;
    }
    return reports;
  }

  private frame(bytes: Buffer, start: number): [CardFrame, number] {
    const rows = bytes.readUInt32LE(start + 29);
    const mask = fieldsOf(bytes.readUInt32LE(start + 25));
    const values = new Float64Array(rows * FIELD_COUNT).fill(NaN);
    let at = start + FRAME_BYTES;
    for (let row = 0; row < rows; row += 1)
      for (const field of mask) {
        values[row * FIELD_COUNT + field] = bytes.readDoubleLE(at);
        at += 8;
      }
    const xidCounts: XidCount[] = [];
    for (let i = bytes.readUInt32LE(start + 33); i > 0; i -= 1, at += XID_BYTES)
      xidCounts.push({
        row: bytes.readUInt32LE(at),
        code: bytes.readUInt32LE(at + 4),
        count: bytes.readDoubleLE(at + 8),
        windowMs: bytes.readDoubleLE(at + 16),
      });
    const frame: CardFrame = {
      kind: "frame",
      origin: known(this.origins, bytes.readUInt32LE(start + 1), "origin"),
      at: unixMs(bytes.readDoubleLE(start + 5)),
      reachMs: bytes.readUInt32LE(start + 21),
      place: known(this.places, bytes.readUInt32LE(start + 13), "place"),
      cards: known(this.cards, bytes.readUInt32LE(start + 17), "card list"),
      values,
      xidCounts,
    };
    return [frame, at];
  }

  private silence(bytes: Buffer, start: number): [Silence, number] {
    const origin = known(this.origins, bytes.readUInt32LE(start + 1), "origin");
    const cause = GAP_CAUSES[bytes.readUInt8(start + 13)]!;
    return [{ kind: "silence", origin, at: unixMs(bytes.readDoubleLE(start + 5)), cause }, start + SILENCE_BYTES];
  }
}

function known<T>(names: ReadonlyMap<number, T>, number: number, what: string): T {
  const name = names.get(number);
  if (name === undefined) throw new RangeError(`journal names ${what} ${number} that no payload explained`);
  return name;
}

/** The fields at least one card of the frame said. */
function saidFields(values: Float64Array): number[] {
  const said: number[] = [];
  for (let field = 0; field < FIELD_COUNT; field += 1)
    for (let at = field; at < values.length; at += FIELD_COUNT) {
      const value = values[at]!;
      if (value === value) {
        said.push(field);
        break;
      }
    }
  return said;
}

const bits = (fields: readonly number[]): number => fields.reduce((mask, f) => mask | (1 << f), 0) >>> 0;
const fieldsOf = (mask: number): number[] =>
  Array.from({ length: FIELD_COUNT }, (_, f) => f).filter((f) => (mask >>> f) & 1);
