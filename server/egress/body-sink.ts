import { CollectError } from "../../collectors/collector.ts";
import type { BufferPool } from "./buffer-pool.ts";
import { type Gunzip, type InflateTarget, openGunzip } from "./gunzip.ts";

export type Encoding = "identity" | "gzip";

/** What bodies are built from, shared by all targets. */
export class BodyWorkshop {
  readonly buffers: BufferPool;
  readonly #gunzips: Gunzip[] = [];

  constructor(buffers: BufferPool) {
    this.buffers = buffers;
  }

  takeGunzip(): Gunzip {
    return this.#gunzips.pop() ?? openGunzip();
  }

  giveGunzip(gunzip: Gunzip): void {
    if (this.#gunzips.length < MOST_IDLE_GUNZIPS && gunzip.reset()) this.#gunzips.push(gunzip);
  }
}

/** Beyond this a body gets all it may have: pages nobody writes to take no memory, halves copied and left behind do. */
const LARGE_BYTES = 4 * 2 ** 20;

/** Each holds about 50 kB of window and state. */
const MOST_IDLE_GUNZIPS = 16;

/**
 * One body in the making: appended to, inflated on the way, stopped at the limit of *uncompressed* bytes. Compressed
 * bytes are held to the same limit, since a stream of empty blocks inflates to nothing for ever.
 *
 * Every failure is a CollectError: `body_size_limit`, `malformed`, `truncated`, `content_encoding`.
 */
export class BodySink implements InflateTarget {
  readonly maxBytes: number;
  readonly #workshop: BodyWorkshop;
  readonly #what: string;
  readonly #gunzip: Gunzip | null;
  #buffer: Buffer;
  #length = 0;
  #received = 0;
  #open = true;

  /**
   * @param what the target as shown in messages
   * @param expectedBytes a guess at the uncompressed length; right guesses save copies
   */
  constructor(workshop: BodyWorkshop, what: string, encoding: Encoding, maxBytes: number, expectedBytes: number) {
    this.#workshop = workshop;
    this.#what = what;
    this.maxBytes = maxBytes;
    this.#gunzip = encoding === "gzip" ? workshop.takeGunzip() : null;
    this.#buffer = workshop.buffers.take(Math.min(expectedBytes, maxBytes) + 1); // + 1: inflating never meets a full buffer
  }

  get length(): number {
    return this.#length;
  }

  /** Appends `chunk[from, to)`; the chunk may be overwritten afterwards. */
  write(chunk: Uint8Array, from: number, to: number): void {
    this.#received += to - from;
    if (this.#received > this.maxBytes) throw this.tooLong();
    if (this.#gunzip) {
      this.#inflating(() => this.#gunzip?.push(chunk, from, to, this));
      return;
    }
    this.#ensure(to - from);
    if (chunk instanceof Buffer) chunk.copy(this.#buffer, this.#length, from, to);
    else this.#buffer.set(chunk.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** The body is whole. Ends the sink; the caller owns the buffer behind the bytes until it calls `release`. */
  finish(): { readonly body: Buffer; readonly release: () => void } {
    if (this.#gunzip) {
      this.#inflating(() => this.#gunzip?.finish(this));
      if (this.#startsLikeGzip()) throw new CollectError("content_encoding", `${this.#what}: body is compressed twice`);
    }
    const whole = this.#buffer;
    const length = this.#length;
    const body = whole.subarray(0, length);
    this.#close();
    let held = true;
    const release = (): void => {
      if (held) this.#workshop.buffers.give(whole, length);
      held = false;
    };
    return { body, release };
  }

  /** The body will not become whole. */
  discard(): void {
    if (!this.#open) return;
    this.#workshop.buffers.give(this.#buffer, this.#length);
    this.#close();
  }

  room(): { readonly buffer: Buffer; readonly from: number } {
    if (this.#length === this.#buffer.length) this.#ensure(1);
    return { buffer: this.#buffer, from: this.#length };
  }

  wrote(bytes: number): void {
    this.#length += bytes;
    if (this.#length > this.maxBytes) throw this.tooLong();
  }

  tooLong(): CollectError {
    return new CollectError(
      "body_size_limit",
      `${this.#what}: body is longer than ${this.maxBytes} bytes uncompressed; stopped reading`,
    );
  }

  #inflating(work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof CollectError) throw cause;
      const words = cause instanceof Error ? cause.message : "unknown fault";
      const fault = words === "unexpected end of file" ? "truncated" : "malformed";
      throw new CollectError(fault, `${this.#what}: gzip body: ${words}`, { cause });
    }
  }

  #ensure(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const most = this.maxBytes + 1;
    const wanted = this.#buffer.length >= LARGE_BYTES ? most : Math.min(this.#buffer.length * 2, most);
    const larger = this.#workshop.buffers.take(Math.max(needed, wanted));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#workshop.buffers.give(this.#buffer, this.#length);
    this.#buffer = larger;
  }

  #startsLikeGzip(): boolean {
    return this.#length > 2 && this.#buffer[0] === 0x1f && this.#buffer[1] === 0x8b;
  }

  #close(): void {
    this.#open = false;
    if (this.#gunzip) this.#workshop.giveGunzip(this.#gunzip);
  }
}
