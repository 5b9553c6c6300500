/** Bytes are kept in pieces of this size, so that growing never copies what is already there. */
const PIECE_BYTES = 1 << 20;

/**
 * A set of byte strings, numbered from 0 in the order they came. Bytes are always compared in full: they come from
 * strangers, and a crafted collision of hashes must not give one card the readings of another.
 */
export class ByteTable {
  private readonly pieces: Buffer[] = [];
  private used = PIECE_BYTES; // of the newest piece
  private piece = new Int32Array(64);
  private offset = new Int32Array(64);
  private length = new Int32Array(64);
  private hash = new Int32Array(64);
  private table = new Int32Array(256).fill(-1); // open addressing
  private count = 0;

  get size(): number {
    return this.count;
  }

  lengthOf(id: number): number {
    return this.length[id]!;
  }

  /** Whether entry `id` stands at `start`; it may end anywhere within the body. */
  isAt(id: number, body: Buffer, start: number): boolean {
    const length = this.length[id]!;
    if (start + length > body.length) return false;
    const offset = this.offset[id]!;
    return this.pieces[this.piece[id]!]!.compare(body, start, start + length, offset, offset + length) === 0;
  }

  /** The number of `body[start, end)`, -1 when it is not here. */
  find(body: Buffer, start: number, end: number): number {
    const hash = hashOf(body, start, end);
    const mask = this.table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.table[slot]!;
      if (id < 0) return -1;
      if (this.hash[id] === hash && this.length[id] === end - start && this.isAt(id, body, start)) return id;
    }
  }

  /** Takes in bytes that are not here yet. */
  add(body: Buffer, start: number, end: number): number {
    if (this.count === this.length.length) this.growColumns();
    if (this.count * 2 >= this.table.length) this.growTable();
    const id = this.count;
    const length = end - start;
    if (this.pieces.length === 0 || this.used + length > PIECE_BYTES) {
      this.pieces.push(Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, length)));
      this.used = 0;
    }
    body.copy(this.pieces[this.pieces.length - 1]!, this.used, start, end);
    this.piece[id] = this.pieces.length - 1;
    this.offset[id] = this.used;
    this.length[id] = length;
    this.hash[id] = hashOf(body, start, end);
    this.used += length;
    this.count += 1;
    this.link(id);
    return id;
  }

  clear(): void {
    this.pieces.length = 0;
    this.used = PIECE_BYTES;
    this.table.fill(-1);
    this.count = 0;
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
  }
}

/** The same numbers with as much room again. */
export function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
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
