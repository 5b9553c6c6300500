import { CollectError, type GetAnswer } from "../../collectors/collector.ts";
import { type AnswerHead, admitHead, printable, readHead, statusError } from "./answer-head.ts";
import { BodySink, type BodyWorkshop } from "./body-sink.ts";
import { ChunkedDecoder } from "./chunked.ts";

/** Status line and headers, interim answers included. */
const MOST_HEAD_BYTES = 16 * 1024;
const START = Buffer.from("HTTP/1.", "latin1");
const HEAD_END = Buffer.from("\r\n\r\n", "latin1");
/** How much of an error's body goes into the message. */
const DETAIL_CHARS = 200;

export type ReaderLimits = { readonly maxBytes: number; readonly expectedBytes: number };

/**
 * One HTTP/1.1 answer out of the bytes of one connection: a machine without sockets or timers. Feed it with `push`
 * until it is `done`; say `end` when the peer closed. Any throw is a CollectError and the end of the connection.
 */
export class AnswerReader {
  readonly #workshop: BodyWorkshop;
  readonly #what: string;
  readonly #limits: ReaderLimits;
  #gathered: Buffer | null = null; // a head that came in pieces
  #headBytes = 0;
  #head: AnswerHead | null = null;
  #sink: BodySink | null = null;
  #chunked: ChunkedDecoder | null = null;
  #left: number | null = null; // bytes of the body still to come; null = chunked, or until the connection closes
  #done = false;
  #clean = true; // nothing came after the answer
  #bytesSeen = 0;

  constructor(workshop: BodyWorkshop, what: string, limits: ReaderLimits) {
    this.#workshop = workshop;
    this.#what = what;
    this.#limits = limits;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Whether anything at all was answered: a kept connection that died before may be tried again. */
  get started(): boolean {
    return this.#bytesSeen > 0;
  }

  /** Whether the connection may carry another request. */
  get reusable(): boolean {
    return this.#done && this.#clean && this.#head?.keepAlive === true;
  }

  /** Where it stands, for the message of a time-out. */
  get progress(): string {
    if (!this.#head) return this.started ? "in the middle of the headers" : "waiting for an answer";
    return `after ${this.#sink?.length ?? 0} bytes of body`;
  }

  /** Takes in the first `length` bytes of `chunk`, which may be overwritten afterwards. */
  push(chunk: Buffer, length: number): void {
    this.#bytesSeen += length;
    let at = 0;
    if (!this.#head) {
      at = this.#pushHead(chunk, length);
      if (at < 0) return;
    }
    if (this.#done) {
      if (at < length) this.#clean = false;
      return;
    }
    this.#pushBody(chunk, at, length);
  }

  /** The peer closed. @throws CollectError `truncated` when the answer is not whole */
  end(): void {
    if (this.#done) return;
    const untilClose = this.#head !== null && this.#left === null && this.#chunked === null;
    if (untilClose) {
      this.#finish();
      return;
    }
    throw new CollectError("truncated", `${this.#what}: connection closed ${this.progress}, answer is not whole`);
  }

  /**
   * The answer, once done.
   * @throws CollectError `http_status` or `overloaded` for an error status, and what broken gzip throws
   */
  take(): GetAnswer {
    const head = this.#head;
    const sink = this.#sink;
    if (!this.#done || !head || !sink) throw new Error("take() before the answer is done");
    const { body, release } = sink.finish();
    this.#sink = null;
    if (head.status >= 400) {
      const error = statusError(head.status, this.#what, detailOf(head, body));
      release();
      throw error;
    }
    return { status: head.status, contentType: head.contentType, dateHeader: head.date, body, release };
  }

  /** Gives back what a broken-off answer holds. */
  discard(): void {
    this.#sink?.discard();
    this.#sink = null;
  }

  /** @returns where the body starts in this chunk, or -1 when the head is not complete */
  #pushHead(chunk: Buffer, length: number): number {
    let bytes = chunk.subarray(0, length);
    const before = this.#gathered?.length ?? 0;
    if (this.#gathered) bytes = Buffer.concat([this.#gathered, bytes]);
    let from = 0;
    for (;;) {
      this.#assertHttp(bytes, from);
      const end = bytes.indexOf(HEAD_END, from);
      const size = this.#headBytes + (end < 0 ? bytes.length : end + 4) - from;
      if (size > MOST_HEAD_BYTES) throw this.#malformed(`headers are longer than ${MOST_HEAD_BYTES} bytes`);
      if (end < 0) {
        this.#gathered = Buffer.from(bytes.subarray(from));
        return -1;
      }
      const head = readHead(bytes.toString("latin1", from, end), this.#what);
      from = end + 4;
      if (head.status >= 200) {
        this.#gathered = null;
        this.#begin(head);
        return from - before;
      }
      if (head.status === 101) throw this.#malformed("protocol switched without being asked");
      this.#headBytes = size; // an interim answer; the real one follows
    }
  }

  /** Garbage is told at its first bytes instead of at the deadline. */
  #assertHttp(bytes: Buffer, from: number): void {
    const seen = Math.min(START.length, bytes.length - from);
    if (bytes.compare(START, 0, seen, from, from + seen) === 0) return;
    throw this.#malformed(`is not HTTP, it starts with: ${printable(bytes.toString("latin1", from, from + 40))}`);
  }

  #begin(head: AnswerHead): void {
    this.#head = head;
    const encoding = admitHead(head, this.#what);
    const bodiless = head.status === 204 || head.status === 205;
    const length = bodiless ? 0 : head.contentLength;
    const expected = encoding === "identity" && length !== null ? length : this.#limits.expectedBytes;
    this.#sink = new BodySink(this.#workshop, this.#what, encoding, this.#limits.maxBytes, expected);
    if (length !== null && length > this.#limits.maxBytes) throw this.#sink.tooLong();
    this.#left = length;
    if (head.chunked && !bodiless) this.#chunked = new ChunkedDecoder(this.#what);
    if (this.#left === 0 && !this.#chunked) this.#finish();
  }

  #pushBody(chunk: Buffer, from: number, to: number): void {
    const sink = this.#sink;
    if (!sink) return;
    let at = from;
    if (this.#chunked) {
      at = this.#chunked.push(chunk, from, to, sink);
      if (this.#chunked.done) this.#finish();
    } else if (this.#left === null) {
      sink.write(chunk, from, to);
      at = to;
    } else {
      at = Math.min(to, from + this.#left);
      sink.write(chunk, from, at);
      this.#left -= at - from;
      if (this.#left === 0) this.#finish();
    }
    if (at < to) this.#clean = false;
  }

  #finish(): void {
    this.#done = true;
  }

  #malformed(how: string): CollectError {
    return new CollectError("malformed", `${this.#what}: ${how}`);
  }
}

/** Prometheus and its kin explain themselves in JSON or plain text; pages of HTML are left out. */
function detailOf(head: AnswerHead, body: Buffer): string {
  if (!/^(application\/(problem\+)?json|text\/plain)/i.test(head.contentType)) return "";
  return printable(body.subarray(0, DETAIL_CHARS * 4).toString("utf8"), DETAIL_CHARS).trim();
}
