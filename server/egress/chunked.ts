import { CollectError } from "../../collectors/collector.ts";
import type { BodySink } from "./body-sink.ts";

/** A chunk's size line with its extension; and all trailers together. */
const MOST_LINE_BYTES = 1024;
const MOST_TRAILER_BYTES = 16 * 1024;
const CR = 13;
const LF = 10;

type Step = "size" | "data" | "data_end" | "trailer" | "done";

/** Takes a chunked body apart, wherever the network cuts it. Trailers are read past and dropped. */
export class ChunkedDecoder {
  readonly #what: string;
  #step: Step = "size";
  #left = 0; // bytes of the chunk still to come
  #line = ""; // the control line so far
  #trailerBytes = 0;

  constructor(what: string) {
    this.#what = what;
  }

  get done(): boolean {
    return this.#step === "done";
  }

  /**
   * Consumes `chunk[from, to)` into the sink.
   *
   * @returns where it stopped: `to`, or earlier when the body was complete
   * @throws CollectError `malformed`, and what the sink throws
   */
  push(chunk: Buffer, from: number, to: number, sink: BodySink): number {
    let at = from;
    while (at < to && this.#step !== "done") {
      if (this.#step === "data") at = this.#pushData(chunk, at, to, sink);
      else at = this.#pushLine(chunk, at, to, sink);
    }
    return at;
  }

  #pushData(chunk: Buffer, from: number, to: number, sink: BodySink): number {
    const end = Math.min(to, from + this.#left);
    sink.write(chunk, from, end);
    this.#left -= end - from;
    if (this.#left === 0) this.#step = "data_end";
    return end;
  }

  /** Control lines are a few bytes: gathered one by one, cheap next to the data between them. */
  #pushLine(chunk: Buffer, from: number, to: number, sink: BodySink): number {
    for (let at = from; at < to; at++) {
      const byte = chunk[at] ?? 0;
      if (byte !== LF) {
        this.#line += String.fromCharCode(byte);
        if (this.#line.length > MOST_LINE_BYTES) throw this.#malformed("a control line without end");
        continue;
      }
      if (this.#line.charCodeAt(this.#line.length - 1) !== CR) throw this.#malformed("a bare line break");
      const line = this.#line.slice(0, -1);
      this.#line = "";
      this.#endLine(line, sink);
      return at + 1;
    }
    return to;
  }

  #endLine(line: string, sink: BodySink): void {
    switch (this.#step) {
      case "size":
        this.#left = this.#readSize(line);
        if (this.#left > sink.maxBytes) throw sink.tooLong(); // not worth waiting for
        this.#step = this.#left === 0 ? "trailer" : "data";
        return;
      case "data_end":
        if (line !== "") throw this.#malformed("a chunk longer than its size");
        this.#step = "size";
        return;
      case "trailer":
        this.#trailerBytes += line.length + 2;
        if (this.#trailerBytes > MOST_TRAILER_BYTES) throw this.#malformed("trailers without end");
        if (line === "") this.#step = "done";
        return;
      case "data":
      case "done":
    }
  }

  #readSize(line: string): number {
    const found = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/s.exec(line);
    if (!found) throw this.#malformed("a chunk without a size");
    return Number.parseInt(found[1] ?? "", 16);
  }

  #malformed(how: string): CollectError {
    return new CollectError("malformed", `${this.#what}: chunked body has ${how}`);
  }
}
