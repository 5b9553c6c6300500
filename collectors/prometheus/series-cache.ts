/** Label bytes are kept in pieces of this size, so that growing never copies what is already there. */
const PIECE_BYTES = 1 << 22;

/**
 * Which series is this? Answers from the bytes of its label block, so that the labels of a known series are never parsed
 * again. A block is a JSON object and ends itself, hence equal bytes at a position mean equal labels and a known end.
 *
 * Servers tend to answer in the same order, so the series that followed last time is tried first (one memcmp); after that
 * a hash of the bytes. Bytes are always compared in full: labels come from strangers, and a crafted collision of hashes
 * must not give one card the readings of another.
 */
export class SeriesCache {
  private readonly pieces: Buffer[] = [];
  private used = PIECE_BYTES; // of the newest piece
  private piece = new Int32Array(1024);
  private offset = new Int32Array(1024);
  private length = new Int32Array(1024);
  private hash = new Int32Array(1024);
  private ref = new Int32Array(1024);
  private next = new Int32Array(1024); // the series that followed in the last answer, -1 = none
  private seen = new Int32Array(1024); // round in which it was last met
  private table = new Int32Array(4096).fill(-1); // open addressing, ids
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
    return this.length[id]!;
  }

  beginRound(): void {
    this.round += 1;
    this.met = 0;
  }

  /** Forgets everything: label blocks of pods long gone must not pile up. */
  clear(): void {
    this.pieces.length = 0;
    this.used = PIECE_BYTES;
    this.table.fill(-1);
    this.count = 0;
    this.met = 0;
  }

  /** The series that followed `previous` last time, if its bytes stand at `start`; else -1. */
  findNext(body: Buffer, start: number, previous: number): number {
    if (previous < 0) return -1;
    const id = this.next[previous]!;
    return id >= 0 && this.equals(body, start, id) ? this.meet(id, -1) : -1;
  }

  /** The series whose label block is `body[start, end)`; -1 when it was never added. */
  find(body: Buffer, start: number, end: number, previous: number): number {
    const length = end - start;
    const hash = hashOf(body, start, end);
    const mask = this.table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.table[slot]!;
      if (id < 0) return -1;
      if (this.hash[id] === hash && this.length[id] === length && this.equals(body, start, id)) {
        return this.meet(id, previous);
      }
    }
  }

  /** Remembers a series under the caller's own number. */
  add(body: Buffer, start: number, end: number, previous: number, ref: number): number {
    if (this.count === this.ref.length) this.growColumns();
    if (this.count * 2 >= this.table.length) this.growTable();
    const id = this.count;
    this.count += 1;
    const length = end - start;
    if (this.used + length > PIECE_BYTES) {
      this.pieces.push(Buffer.allocUnsafe(Math.max(PIECE_BYTES, length)));
      this.used = 0;
    }
    body.copy(this.pieces[this.pieces.length - 1]!, this.used, start, end);
    this.piece[id] = this.pieces.length - 1;
    this.offset[id] = this.used;
    this.length[id] = length;
    this.hash[id] = hashOf(body, start, end);
    this.ref[id] = ref;
    this.next[id] = -1;
    this.seen[id] = 0;
    this.used += length;
    this.link(id);
    return this.meet(id, previous);
  }

  private meet(id: number, previous: number): number {
    if (previous >= 0) this.next[previous] = id;
    if (this.seen[id] !== this.round) {
      this.seen[id] = this.round;
      this.met += 1;
    }
    return id;
  }

  private equals(body: Buffer, start: number, id: number): boolean {
    const length = this.length[id]!;
    if (start + length > body.length) return false;
    const offset = this.offset[id]!;
    return this.pieces[this.piece[id]!]!.compare(body, start, start + length, offset, offset + length) === 0;
  }

  private link(id: number): void {
    const mask = this.table.length - 1;
    let slot = this.hash[id]! & mask;
    while (this.table[slot]! >= 0) slot = (slot + 1) & mask;
    this.table[slot] = id;
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 2).fill(-1);
    for (let id = 0; id < this.count; id += 1) this.link(id);
  }

  private growColumns(): void {
    this.piece = doubled(this.piece);
    this.offset = doubled(this.offset);
    this.length = doubled(this.length);
    this.hash = doubled(this.hash);
    this.ref = doubled(this.ref);
    this.next = doubled(this.next);
    this.seen = doubled(this.seen);
  }
}

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(column.length * 2);
  grown.set(column);
  return grown;
}

/** FNV-1a over four bytes at a time: only spreads, never decides. */
function hashOf(body: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let p = start;
  for (; p + 4 <= end; p += 4) {
    const word = body[p]! | (body[p + 1]! << 8) | (body[p + 2]! << 16) | (body[p + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; p < end; p += 1) hash = Math.imul(hash ^ body[p]!, 0x01000193);
  return hash ^ (hash >>> 13);
}
