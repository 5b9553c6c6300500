import type { Clock } from "../../db/model/clock.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import { CollectError } from "../collector.ts";
import type { PrometheusClient } from "./client.ts";
import type { MatrixSink } from "./matrix.ts";
import { halveByLabel, halveNames, halveWindow, rawRangeForm, type RangeQuery } from "./query.ts";

/** Windows are not cut below this; then series are (facts/pitfalls.md, PUL-06). */
const WINDOW_FLOOR_MS = MINUTE_MS;
/** An answer is meant to stay below this: two of them in memory are little beside the rest. "ours". */
const MOST_BYTES = 16 << 20;
const LEAST_BYTES = 1 << 10;
/** After so many windows without a refusal a larger question is tried again. */
const CALM_WINDOWS = 12;
/** Questions one window may cost at most: a server that refuses everything must not be asked for ever. */
const MOST_REQUESTS = 4_096;
/** 429 asks for patience; 502 and 503 may be a server that restarts, or a question that takes too long. */
const RETRIES: ReadonlyMap<number, number> = new Map([
  [429, 4],
  [502, 1],
  [503, 1],
]);
/** So many answers of 502 or 503 in a row and the server is not overloaded but gone: smaller questions do not help. */
const MOST_GONE = 6;
const BACKOFF_MS = 1_000;

/** Bytes of one series in an answer: its labels, and per sample `[1700000000.123,"97.5"],`. Measured on dcgm-exporter. */
const LABEL_BYTES = 450;
const SAMPLE_BYTES = 24;

type Piece = {
  readonly query: RangeQuery;
  readonly share: number;
  readonly values: readonly string[] | null;
  readonly depth: number;
};

/** What the splitter knows about sizes beforehand. */
export type SizeHints = { countOf(name: string): number; readonly intervalMs: number };

/**
 * Asks a large question in pieces the server can answer: first fewer metrics, then shorter windows, then by the values
 * of a label. What a server refused is remembered, so the next window starts with pieces of the right size.
 */
export class Splitter {
  private readonly client: PrometheusClient;
  private readonly clock: Clock;
  private readonly hints: SizeHints;
  private readonly shardLabel: string;
  private budget = MOST_BYTES;
  private calm = 0;
  private gone = 0;

  constructor(client: PrometheusClient, clock: Clock, hints: SizeHints, shardLabel: string) {
    this.client = client;
    this.clock = clock;
    this.hints = hints;
    this.shardLabel = shardLabel;
  }

  /**
   * Reads everything these questions ask for into the sink; samples may be handed over more than once.
   * @throws CollectError when a piece cannot be had: then nothing the sink got may be used
   */
  async run(queries: readonly RangeQuery[], sink: MatrixSink, signal: AbortSignal): Promise<void> {
    const todo: Piece[] = queries.map((query) => ({ query, share: 1, values: null, depth: 0 })).toReversed();
    this.gone = 0;
    let requests = 0;
    let wasRefused = false;
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let piece = todo.pop(); piece !== undefined && failures.length === 0; piece = todo.pop()) {
        try {
          signal.throwIfAborted();
          const parts = this.sizeOf(piece) > this.budget ? await this.split(piece) : null;
          if (parts !== null) {
            todo.push(parts[1], parts[0]);
            continue;
          }
          if ((requests += 1) > MOST_REQUESTS) throw tooMany(piece.query);
          const smaller = await this.ask(piece, sink, signal);
          if (smaller === null) continue;
          wasRefused = true;
          todo.push(smaller[1], smaller[0]);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    // A second worker may find the list empty while the first is about to split a piece: so start again until it is done.
    while (todo.length > 0 && failures.length === 0) await Promise.all([work(), work()]);
    if (failures.length > 0) throw failures[0];
    this.calm = wasRefused ? 0 : this.calm + 1;
    if (this.calm >= CALM_WINDOWS && this.budget < MOST_BYTES) {
      this.budget = Math.min(MOST_BYTES, this.budget * 2);
      this.calm = 0;
    }
  }

  /** Null when the piece was read; its halves when it was too much for the server. */
  private async ask(piece: Piece, sink: MatrixSink, signal: AbortSignal): Promise<readonly [Piece, Piece] | null> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.client.ask(rawRangeForm(piece.query), sink);
        this.gone = 0;
        return null;
      } catch (error) {
        if (!(error instanceof CollectError) || error.fault !== "overloaded") throw error;
        const retries = RETRIES.get(error.status ?? 0);
        if (retries !== undefined) {
          if (error.status !== 429 && (this.gone += 1) >= MOST_GONE) throw error;
          await this.clock.sleep(this.backoff(piece, attempt), signal);
          if (attempt < retries) continue;
          if (error.status === 429) throw error; // fewer questions would help, smaller ones do not
        }
        this.learn(piece);
        const halves = await this.split(piece);
        if (halves === null) throw error;
        return halves;
      }
    }
  }

  /** Doubles with each refusal; spread by what is asked, so that the two lanes do not come back together. */
  private backoff({ query, depth }: Piece, attempt: number): number {
    const spread = (query.names.length * 7 + depth * 13 + attempt * 31) % 100;
    return Math.min(30_000, BACKOFF_MS * 2 ** Math.max(attempt, depth)) * (1 + spread / 200);
  }

  private learn(piece: Piece): void {
    const size = this.sizeOf(piece);
    if (size > 0) this.budget = Math.max(LEAST_BYTES, Math.min(this.budget, Math.floor(size / 2)));
  }

  /** Bytes the answer should have; 0 for metrics never seen. */
  private sizeOf({ query, share }: Piece): number {
    const series = query.names.reduce((sum, name) => sum + this.hints.countOf(name), 0) * share;
    const samples = (query.window.to - query.window.from) / this.hints.intervalMs;
    return series * (LABEL_BYTES + SAMPLE_BYTES * samples);
  }

  private async split(piece: Piece): Promise<readonly [Piece, Piece] | null> {
    const plain = halveNames(piece.query) ?? halveWindow(piece.query, WINDOW_FLOOR_MS);
    const depth = piece.depth + 1;
    if (plain !== null)
      return [
        { ...piece, query: plain[0], depth },
        { ...piece, query: plain[1], depth },
      ];
    const values = piece.values ?? (await this.client.labelValues(this.shardLabel, piece.query));
    const halves = halveByLabel(piece.query, this.shardLabel, values);
    if (halves === null) return null;
    const half = values.length >> 1;
    const share = piece.share / 2;
    return [
      { query: halves[0], share, values: values.slice(0, half), depth },
      { query: halves[1], share, values: values.slice(half), depth },
    ];
  }
}

function tooMany(query: RangeQuery): CollectError {
  return new CollectError(
    "overloaded",
    `more than ${MOST_REQUESTS} questions for one window and still refused (${query.names[0] ?? ""}): raise the server's query limits or narrow the matchers`,
  );
}
