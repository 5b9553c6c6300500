import type { CollectFault } from "../db/model/coverage.ts";

/** Why a round of collection gave nothing. The fault decides what the sources page says and whether waiting may help. */
export class CollectError extends Error {
  override readonly name = "CollectError";

  readonly fault: CollectFault;

  /** @param message for the person on call: the thing, the numbers, the way out; no secrets */
  constructor(fault: CollectFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What an HTTP GET of a collector needs to say. Limits are part of the request: there is no unlimited read. */
export type GetRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadlineMs: number; // connect + headers + body, in total
  readonly maxBytes: number; // of uncompressed body
  readonly method?: "GET" | "POST";
  readonly body?: string;
};

/** A whole answer. `body` is only valid until the reader is used again for the same target: parse it at once. */
export type GetAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly dateHeader: string; // "" when absent; tells the clock skew
  readonly body: Uint8Array; // uncompressed
};

/**
 * The one way out of the process. Throws CollectError (never anything else) on refusal, failure, redirect, time-out and
 * over-long bodies; an HTTP error status is `http_status`, with redirects told apart.
 */
export type Fetcher = {
  /** `key` names the target: one request in flight per key, its connection and buffers are kept. */
  get(key: string, request: GetRequest): Promise<GetAnswer>;
  /** Drop what is kept for a target that went away. */
  forget(key: string): void;
  close(): Promise<void>;
};
