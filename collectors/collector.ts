import type { CollectFault } from "../db/model/coverage.ts";

/** Why a round of collection gave nothing. The fault decides what the sources page says and whether waiting may help. */
export class CollectError extends Error {
  override readonly name = "CollectError";

  readonly fault: CollectFault;
  /** The HTTP status that was answered, for those who can do something about a 422; null when none was. */
  readonly status: number | null;

  /** @param message for the person on call: the thing, the numbers, the way out; no secrets */
  constructor(fault: CollectFault, message: string, options?: ErrorOptions & { readonly status?: number }) {
    super(message, options);
    this.fault = fault;
    this.status = options?.status ?? null;
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
  readonly caFile?: string; // https only: PEM of the authorities to trust instead of the system's
};

/**
 * A whole answer. `body` is yours until you call `release`, which gives its buffer back for the next answer: whoever
 * reads many bodies parses at once and then releases; whoever does not call it keeps the body.
 */
export type GetAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly dateHeader: string; // "" when absent; tells the clock skew
  readonly body: Uint8Array; // uncompressed
  readonly release?: () => void;
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
