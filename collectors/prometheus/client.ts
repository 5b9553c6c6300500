import type { Clock } from "../../db/model/clock.ts";
import { CollectError, type Fetcher, type GetAnswer } from "../collector.ts";
import { MATRIX_LIMITS, MatrixReader, type Envelope, type MatrixSink } from "./matrix.ts";
import { withoutCredentials } from "../without-credentials.ts";
import { ANSWERS_WITH_WORDS, type InstantSeries, vectorOf } from "./instant-vector.ts";
import { expressionForm, labelValuesQuery, type RangeQuery } from "./query.ts";
import { SeriesCache } from "./series-cache.ts";

/** Questions one source may have open at once; a Prometheus allows 20 in all (facts/pitfalls.md, PUL-08). */
export const LANES = 2;

let clients = 0;
const NO_STATUS: ReadonlySet<number> = new Set();

/** How to reach the API of one Prometheus, and as whom. */
export type Endpoint = {
  readonly name: string; // of the source
  readonly url: string; // base, without /api/v1; may have a path: http://vm:8428/prometheus
  readonly tenant: string; // X-Scope-OrgID; "" = none
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly caFile: string | null; // https: PEM of the authority to trust instead of the system's
  /** The value of the Authorization header, read when needed so that a rotated secret works; "" = none. */
  authorization(): Promise<string>;
};

export type ClientEffects = { readonly fetcher: Fetcher; readonly clock: Clock };

/** Asks one Prometheus, at most two questions at a time, and reads its answers as they are: whole, partial or refused. */
export class PrometheusClient {
  readonly cache = new SeriesCache();
  /** The server's clock minus ours by its last answer, in whole seconds as ms; null before the first. */
  clockSkewMs: number | null = null;
  requests = 0;
  bytes = 0;
  /** How long questions took in all, answered or not, in ms. */
  askedMs = 0;

  private readonly endpoint: Endpoint;
  private readonly fetcher: Fetcher;
  private readonly clock: Clock;
  private readonly reader: MatrixReader;
  private readonly freeLanes = Array.from({ length: LANES }, (_, i) => i);
  private readonly number = (clients += 1); // a reload may open the next before the last is gone
  private readonly waiting: ((lane: number) => void)[] = [];

  constructor(endpoint: Endpoint, { fetcher, clock }: ClientEffects) {
    this.endpoint = endpoint;
    this.fetcher = fetcher;
    this.clock = clock;
    this.reader = new MatrixReader(this.cache, MATRIX_LIMITS);
  }

  /**
   * Runs a question of `/api/v1/query`; its samples go to the sink as they are read, before it is known whether the answer
   * is whole: on an error the caller drops them.
   *
   * @param reader another than the client's own, where the sink numbers series in its own way
   * @throws CollectError `partial` when the server says that something is missing; `overloaded` (with the status) when a
   *   smaller or later question may succeed; else why there is no answer
   */
  async ask(form: string, sink: MatrixSink, reader: MatrixReader = this.reader): Promise<Envelope> {
    return this.inLane(async (lane) => {
      const answer = await this.fetch(lane, "query", form);
      try {
        const walk = reader.read(answer.body, sink);
        let step = walk.next();
        while (!step.done) {
          await this.clock.sleep(0);
          step = walk.next();
        }
        judge(step.value);
        return step.value;
      } finally {
        answer.release?.();
      }
    });
  }

  /**
   * The series an expression stands for at an instant, at most `limit`. For what is true now, never for card time.
   *
   * @throws CollectError `bad_config` when the server cannot read the expression, or it answers no vector
   */
  async vector(expr: string, at: number, limit: number): Promise<InstantSeries[]> {
    return this.inLane(async (lane) => {
      const answer = await this.fetch(lane, "query", expressionForm(expr, at), ANSWERS_WITH_WORDS);
      return vectorOf(readJson(answer.body), limit);
    });
  }

  /** The values a label has among the series of a question, ascending. */
  async labelValues(label: string, query: RangeQuery): Promise<string[]> {
    return this.inLane(async (lane) => {
      const answer = await this.fetch(
        lane,
        `label/${encodeURIComponent(label)}/values?${labelValuesQuery(query)}`,
        null,
      );
      const said = readJson(answer.body) as { status?: unknown; data?: unknown } | null;
      if (said === null || said.status !== "success" || !Array.isArray(said.data)) {
        throw new CollectError("malformed", `${this.endpoint.name}: the values of label ${label} are not a list`);
      }
      return said.data.map(String).toSorted();
    });
  }

  /** Drops the connections. */
  forget(): void {
    for (let lane = 0; lane < LANES; lane += 1) this.fetcher.forget(this.key(lane));
  }

  /** @param wanted statuses whose body says why, beside those below 300 */
  private async fetch(
    lane: number,
    path: string,
    form: string | null,
    wanted: ReadonlySet<number> = NO_STATUS,
  ): Promise<GetAnswer> {
    const { endpoint } = this;
    const authorization = await endpoint.authorization();
    const headers: Record<string, string> = { accept: "application/json" };
    // Packing costs both sides more than a local network does; https usually leaves it, where bytes are paid for.
    if (endpoint.url.startsWith("http:")) headers["accept-encoding"] = "identity";
    if (authorization !== "") headers["authorization"] = authorization;
    if (endpoint.tenant !== "") headers["x-scope-orgid"] = endpoint.tenant;
    if (form !== null) headers["content-type"] = "application/x-www-form-urlencoded";
    this.requests += 1;
    const began = this.clock.monotonicMs();
    const answer = await this.fetcher
      .get(this.key(lane), {
        url: apiUrl(endpoint.url, path),
        headers,
        deadlineMs: endpoint.timeoutMs,
        maxBytes: endpoint.maxBodyBytes,
        ...(form === null ? {} : { method: "POST" as const, body: form }),
        ...(endpoint.caFile === null ? {} : { caFile: endpoint.caFile }),
      })
      .catch((error: unknown) => {
        throw asOverload(error);
      })
      .finally(() => (this.askedMs += this.clock.monotonicMs() - began));
    if (answer.status >= 300 && !wanted.has(answer.status)) throw asOverload(statusFault(answer.status));
    this.bytes += answer.body.length;
    const said = Date.parse(answer.dateHeader);
    if (!Number.isNaN(said)) this.clockSkewMs = said - Math.floor(this.clock.now() / 1000) * 1000; // the header has no ms
    return answer;
  }

  private key(lane: number): string {
    return `prometheus:${this.endpoint.name}:${this.number}:${lane}`;
  }

  private async inLane<T>(work: (lane: number) => Promise<T>): Promise<T> {
    const lane = this.freeLanes.pop() ?? (await new Promise<number>((resolve) => this.waiting.push(resolve)));
    try {
      return await work(lane);
    } catch (error) {
      throw withoutCredentials(error, await this.endpoint.authorization().catch(() => ""));
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.freeLanes.push(lane);
      else next(lane);
    }
  }
}

/** @throws TypeError for a base that is no URL: the configuration has checked it */
function apiUrl(base: string, path: string): URL {
  return new URL(`${base.replace(/\/+$/, "")}/api/v1/${path}`);
}

function statusFault(status: number): CollectError {
  return new CollectError("http_status", `the server answered ${status}`, { status });
}

/** 422 "cannot execute" is how limits on samples are said; 413, 429 and 50x are said by proxies in between. */
const OVERLOAD_STATUS: ReadonlySet<number> = new Set([413, 422, 429, 502, 503, 504]);

/** Faults a smaller question may get past become `overloaded`; all others stay what they are. */
function asOverload(error: unknown): unknown {
  if (!(error instanceof CollectError)) return error;
  const asksForLess =
    (error.status !== null && OVERLOAD_STATUS.has(error.status)) ||
    error.fault === "timeout" ||
    error.fault === "body_size_limit";
  if (!asksForLess || error.fault === "overloaded") return error;
  return new CollectError("overloaded", error.message, {
    cause: error,
    ...(error.status === null ? {} : { status: error.status }),
  });
}

function judge(said: Envelope): void {
  if (said.status !== "success") {
    const isLimit = ["timeout", "execution", "canceled", "too_many_requests", "unavailable"].includes(said.errorType);
    const fault = isLimit ? "overloaded" : said.errorType === "bad_data" ? "bad_config" : "malformed";
    throw new CollectError(fault, `the server said ${JSON.stringify(said.status)}: ${brief(said.error)}`);
  }
  if (said.isPartial || said.warnings.length > 0) {
    throw new CollectError("partial", `the server says its answer is not whole: ${brief(said.warnings.join("; "))}`);
  }
  if (said.resultType !== "matrix" && said.resultType !== "vector") {
    throw new CollectError("malformed", `expected a matrix or a vector, got ${JSON.stringify(brief(said.resultType))}`);
  }
}

/** Foreign words in an error message: one line, short. */
function brief(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line || "no reason given";
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8")) as unknown;
  } catch (cause) {
    throw new CollectError("malformed", "the answer is not JSON", { cause });
  }
}
