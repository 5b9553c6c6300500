import { ByteTable, doubled } from "./byte-table.ts";

const NAME_KEY = Buffer.from('{"__name__":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * Which series is this? Answers from the bytes of its label block, so that the labels of a known series are never parsed
 * again. A block is a JSON object and ends itself, hence equal bytes at a position mean equal labels and a known end.
 *
 * Servers write the metric's name first, and all metrics of a card share what follows: so a series is kept as its head
 * (`{"__name__":"…",`) and its rest, and the rest of a card once, not once for each of its metrics. Servers also tend to
 * answer in the same order, so the series that followed last time is tried first.
 */
export class SeriesCache {
  private readonly heads = new ByteTable();
  private readonly rests = new ByteTable();
  private restLabels: (ReadonlyMap<string, string> | null)[] = []; // by rest
  private head = new Int32Array(1024);
  private rest = new Int32Array(1024);
  private ref = new Int32Array(1024);
  private next = new Int32Array(1024); // the series that followed in the last answer, -1 = none
  private seen = new Int32Array(1024); // round in which it was last met
  private table = new Int32Array(4096).fill(-1); // open addressing, by (head, rest)
  private count = 0;
  private round = 0;
  private met = 0;

  /** Known series. */
  get size(): number {
    return this.count;
  }

  /** Series met since `beginRound`. */
  get metInRound(): number {
    return this.met;
  }

  refOf(id: number): number {
    return this.ref[id]!;
  }

  lengthOf(id: number): number {
    return this.heads.lengthOf(this.head[id]!) + this.rests.lengthOf(this.rest[id]!);
  }

  beginRound(): void {
    this.round += 1;
    this.met = 0;
  }

  /** Forgets everything: label blocks of pods long gone must not pile up. */
  clear(): void {
    this.heads.clear();
    this.rests.clear();
    this.restLabels = [];
    this.table.fill(-1);
    this.count = 0;
    this.met = 0;
  }

  /** The series that followed `previous` last time, if its bytes stand at `start`; else -1. */
  findNext(body: Buffer, start: number, previous: number): number {
    if (previous < 0) return -1;
    const id = this.next[previous]!;
    if (id < 0) return -1;
    const head = this.head[id]!;
    if (!this.heads.isAt(head, body, start)) return -1;
    if (!this.rests.isAt(this.rest[id]!, body, start + this.heads.lengthOf(head))) return -1;
    return this.meet(id, -1);
  }

  /** The series whose label block is `body[start, end)`; -1 when it was never added. */
  find(body: Buffer, start: number, end: number, previous: number): number {
    const middle = this.headEnd(body, start, end, previous);
    const head = this.heads.find(body, start, middle);
    if (head < 0) return -1;
    const rest = this.rests.find(body, middle, end);
    if (rest < 0) return -1;
    const id = this.lookUp(head, rest);
    return id < 0 ? -1 : this.meet(id, previous);
  }

  /** The labels that follow the name in a block, if another series brought them before: not to be changed. */
  labelsOf(body: Buffer, start: number, end: number): ReadonlyMap<string, string> | null {
    const middle = this.headEnd(body, start, end, -1);
    if (middle === start) return null; // the name is among them
    const rest = this.rests.find(body, middle, end);
    return rest < 0 ? null : this.restLabels[rest]!;
  }

  /** The metric's name, where it stands first; else "". */
  nameOf(body: Buffer, start: number, end: number): string {
    const middle = this.headEnd(body, start, end, -1);
    return middle === start ? "" : body.toString("latin1", start + NAME_KEY.length, middle - 2);
  }

  /** Remembers a series under the caller's own number. */
  add(
    body: Buffer,
    start: number,
    end: number,
    previous: number,
    ref: number,
    labels: ReadonlyMap<string, string>,
  ): number {
    const middle = this.headEnd(body, start, end, -1);
    let head = this.heads.find(body, start, middle);
    if (head < 0) head = this.heads.add(body, start, middle);
    let rest = this.rests.find(body, middle, end);
    if (rest < 0) rest = this.rests.add(body, middle, end);
    this.restLabels[rest] = middle === start ? null : labels;
    if (this.count === this.ref.length) this.growColumns();
    if (this.count * 2 >= this.table.length) this.growTable();
    const id = this.count;
    this.count += 1;
    this.head[id] = head;
    this.rest[id] = rest;
    this.ref[id] = ref;
    this.next[id] = -1;
    this.seen[id] = 0;
    this.link(id);
    return this.meet(id, previous);
  }

  /** Where the name and its comma end; `start` when the name does not stand first or is not plain. */
  private headEnd(body: Buffer, start: number, end: number, previous: number): number {
    if (previous >= 0 && this.heads.isAt(this.head[previous]!, body, start)) {
      return start + this.heads.lengthOf(this.head[previous]!);
    }
    const from = start + NAME_KEY.length;
    if (from > end || NAME_KEY.compare(body, start, from) !== 0) return start;
    for (let p = from; p + 1 < end; p += 1) {
      const c = body[p]!;
      if (c === BACKSLASH || c >= 0x80) return start;
      if (c === QUOTE) return body[p + 1] === COMMA ? p + 2 : start;
    }
    return start;
  }

  private meet(id: number, previous: number): number {
    if (previous >= 0) this.next[previous] = id;
    if (this.seen[id] !== this.round) {
      this.seen[id] = this.round;
      this.met += 1;
    }
    return id;
  }

  private lookUp(head: number, rest: number): number {
    const mask = this.table.length - 1;
    for (let slot = spread(head, rest) & mask; ; slot = (slot + 1) & mask) {
      const id = this.table[slot]!;
      if (id < 0 || (this.head[id] === head && this.rest[id] === rest)) return id;
    }
  }

  private link(id: number): void {
    const mask = this.table.length - 1;
    let slot = spread(this.head[id]!, this.rest[id]!) & mask;
    while (this.table[slot]! >= 0) slot = (slot + 1) & mask;
    this.table[slot] = id;
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1);
    for (let id = 0; id < this.count; id += 1) this.link(id);
  }

  private growColumns(): void {
    this.head = doubled(this.head);
    this.rest = doubled(this.rest);
    this.ref = doubled(this.ref);
    this.next = doubled(this.next);
    this.seen = doubled(this.seen);
  }
}

function spread(head: number, rest: number): number {
  const mixed = Math.imul(rest + 1, 0x9e3779b1) ^ Math.imul(head + 1, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
