import type { OnReadOpts, Socket } from "node:net";
import { CollectError, type GetAnswer, type GetRequest } from "../../collectors/collector.ts";
import type { Timer } from "../../db/model/clock.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { BodyWorkshop } from "./body-sink.ts";
import { endpointOf } from "./checked-address.ts";
import { type Dialler, dial } from "./dial.ts";
import { requestBytes } from "./request-head.ts";
import { shownUrl } from "./shown-url.ts";

/**
 * Bytes are copied out of this before the next read of any socket can happen: libuv fills it and calls back in one go.
 * Windows hands buffers to the kernel ahead of time, so there each connection needs its own.
 */
const READ_BYTES = 256 * 1024;
const SHARED_READ_BUFFER = Buffer.allocUnsafeSlow(READ_BYTES);
const readBuffer = (): Buffer =>
  process.platform === "win32" ? Buffer.allocUnsafeSlow(READ_BYTES) : SHARED_READ_BUFFER;

/** Guess of the first body of a target; later ones are guessed by the one before. */
const FIRST_GUESS_BYTES = 64 * 1024;
const MOST_GUESSED_BYTES = 1024 * 1024;

type Exchange = {
  readonly request: GetRequest;
  readonly what: string;
  readonly reader: AnswerReader;
  readonly timer: Timer;
  readonly resolve: (answer: GetAnswer) => void;
  readonly reject: (error: CollectError) => void;
  reused: boolean; // the connection was kept from an earlier request
  connecting: boolean;
};

/** The plain HTTP connection to one target: kept between requests, one request at a time, one deadline for all of it. */
export class PlainChannel {
  readonly #dialler: Dialler;
  readonly #workshop: BodyWorkshop;
  #socket: Socket | null = null;
  #authority = "";
  #exchange: Exchange | null = null;
  #expectedBytes = FIRST_GUESS_BYTES;
  #named: { readonly url: URL; readonly what: string } | null = null;
  #sent: { readonly url: URL; readonly headers: object; readonly bytes: Buffer } | null = null;

  constructor(dialler: Dialler, workshop: BodyWorkshop) {
    this.#dialler = dialler;
    this.#workshop = workshop;
  }

  /** @throws CollectError */
  exchange(request: GetRequest): Promise<GetAnswer> {
    const bytes = this.#bytesOf(request); // throws before anything is open
    return new Promise((resolve, reject) => {
      const what = this.#nameOf(request.url);
      const exchange: Exchange = {
        request,
        what,
        reader: this.#newReader(request, what),
        timer: this.#dialler.clock.after(request.deadlineMs, () => this.#timeOut(exchange)),
        resolve,
        reject,
        reused: false,
        connecting: false,
      };
      this.#exchange = exchange;
      const kept = this.#keptSocket(request);
      if (kept) {
        exchange.reused = true;
        kept.write(bytes);
      } else {
        void this.#connectAndSend(exchange, bytes);
      }
    });
  }

  /** Ends what is kept; a request in flight fails. */
  close(): void {
    const exchange = this.#exchange;
    if (exchange) this.#fail(exchange, new CollectError("connect", `${exchange.what}: the target was dropped`));
    this.#drop();
  }

  #bytesOf(request: GetRequest): Buffer {
    const sent = this.#sent;
    if (sent && sent.url === request.url && sent.headers === request.headers && request.method !== "POST") {
      return sent.bytes;
    }
    const bytes = requestBytes(request);
    this.#sent = request.method === "POST" ? null : { url: request.url, headers: request.headers, bytes };
    return bytes;
  }

  #nameOf(url: URL): string {
    if (this.#named?.url !== url) this.#named = { url, what: shownUrl(url) };
    return this.#named.what;
  }

  #newReader(request: GetRequest, what: string): AnswerReader {
    return new AnswerReader(this.#workshop, what, { maxBytes: request.maxBytes, expectedBytes: this.#expectedBytes });
  }

  /** A POST never rides a kept connection: if that died meanwhile, nobody could say whether the query ran. */
  #keptSocket(request: GetRequest): Socket | null {
    if (this.#authority !== request.url.host || request.method === "POST" || this.#socket?.destroyed) this.#drop();
    return this.#socket;
  }

  async #connectAndSend(exchange: Exchange, bytes: Buffer): Promise<void> {
    exchange.connecting = true;
    exchange.reused = false;
    this.#authority = exchange.request.url.host;
    try {
      const attempt = {
        endpoint: endpointOf(exchange.request.url),
        onread: this.#onread(),
        wanted: () => this.#exchange === exchange,
        hold: (socket: Socket) => void (this.#socket = socket),
      };
      const socket = await dial(this.#dialler, attempt);
      exchange.connecting = false;
      this.#watch(socket);
      socket.write(bytes);
    } catch (error) {
      this.#fail(exchange, asCollectError(error, exchange.what));
    }
  }

  #onread(): OnReadOpts {
    return {
      buffer: readBuffer(),
      callback: (length, buffer) => {
        this.#onBytes(buffer as Buffer, length);
        return true;
      },
    };
  }

  #watch(socket: Socket): void {
    const onGone = (): void => this.#onGone(socket);
    socket.on("end", onGone).on("error", onGone).on("close", onGone);
  }

  #onBytes(chunk: Buffer, length: number): void {
    const exchange = this.#exchange;
    if (!exchange) {
      this.#drop(); // nobody asked: not a connection to rely on
      return;
    }
    try {
      exchange.reader.push(chunk, length);
      if (exchange.reader.done) this.#succeed(exchange);
    } catch (error) {
      this.#fail(exchange, asCollectError(error, exchange.what));
    }
  }

  #onGone(socket: Socket): void {
    if (socket !== this.#socket) return;
    const exchange = this.#exchange;
    this.#drop();
    if (!exchange) return;
    const reader = exchange.reader;
    if (!reader.started) {
      this.#unanswered(exchange);
      return;
    }
    try {
      reader.end();
      this.#succeed(exchange);
    } catch (error) {
      this.#fail(exchange, asCollectError(error, exchange.what));
    }
  }

  /** A server may close a kept connection just as we use it: that says nothing about the target, so ask once more. */
  #unanswered(exchange: Exchange): void {
    if (exchange.reused) {
      void this.#connectAndSend(exchange, this.#bytesOf(exchange.request));
      return;
    }
    this.#fail(exchange, new CollectError("connect", `${exchange.what}: closed the connection without an answer`));
  }

  #succeed(exchange: Exchange): void {
    const reader = exchange.reader;
    this.#exchange = null;
    exchange.timer.cancel();
    if (!reader.reusable) this.#drop();
    try {
      const answer = reader.take();
      this.#expectedBytes = Math.min(answer.body.length + 1, MOST_GUESSED_BYTES);
      exchange.resolve(answer);
    } catch (error) {
      reader.discard();
      exchange.reject(asCollectError(error, exchange.what));
    }
  }

  #fail(exchange: Exchange, error: CollectError): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = null;
    exchange.timer.cancel();
    exchange.reader.discard();
    this.#drop();
    exchange.reject(error);
  }

  #timeOut(exchange: Exchange): void {
    const where = exchange.connecting ? "connecting" : exchange.reader.progress;
    const limit = exchange.request.deadlineMs;
    this.#fail(
      exchange,
      new CollectError("timeout", `${exchange.what}: not done within ${limit} ms, stopped ${where}`),
    );
  }

  #drop(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }
}

/** Anything else is a fault of ours, still told as the target's: one bad answer must not end the process */
function asCollectError(error: unknown, what: string): CollectError {
  if (error instanceof CollectError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new CollectError("malformed", `${what}: could not be read: ${words}`, { cause: error });
}
