import type { Window } from "../../db/model/time.ts";
import { oneOf, printSelector, type Matcher } from "./selector.ts";

/** A question for raw samples: which metrics, of which series, in which half-open window. */
export type RangeQuery = {
  readonly names: readonly string[]; // metric names
  readonly matchers: readonly Matcher[];
  readonly window: Window;
};

/**
 * The form of a raw range selector for `POST /api/v1/query`.
 *
 * Raw samples only: `query_range` and `*_over_time` paint over holes and count edges twice, so no fact is read with them
 * (measured: 126 points for 120 samples). A range ends with the last millisecond of the window and reaches one further
 * back than needed: Prometheus 2 closes it on the left and Prometheus 3 and VictoriaMetrics leave it open, so the answer
 * may hold one sample too many, and the reader cuts it. Never one too few.
 */
export function rawRangeForm(query: RangeQuery): string {
  const { from, to } = query.window;
  const matchers = [oneOf("__name__", query.names), ...query.matchers];
  return new URLSearchParams({
    query: printSelector(matchers, to - from),
    time: seconds(to - 1),
  }).toString();
}

/** The form of a question for label values in a window, `POST /api/v1/label/…/values` having no POST: a query string. */
export function labelValuesQuery(query: RangeQuery): string {
  return new URLSearchParams({
    "match[]": printSelector([oneOf("__name__", query.names), ...query.matchers]),
    start: seconds(query.window.from),
    end: seconds(query.window.to),
  }).toString();
}

/**
 * The form of an instant question about series as they stand at `at`. For what is true now, never for card time: it looks
 * up to 5 minutes back. `onlySet` leaves out series whose value is not 1, as of a state set.
 */
export function instantForm(matchers: readonly Matcher[], at: number, onlySet = false): string {
  const query = `${printSelector(matchers)}${onlySet ? " == 1" : ""}`;
  return new URLSearchParams({ query, time: seconds(at) }).toString();
}

/** The form of an expression as it stands at `at`. */
export const expressionForm = (expr: string, at: number): string =>
  new URLSearchParams({ query: expr, time: seconds(at) }).toString();

/** Milliseconds as the API's seconds, exactly. */
function seconds(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(ms) / 1000);
  return `${sign}${whole}.${String(Math.abs(ms) % 1000).padStart(3, "0")}`;
}

/** Two smaller questions that together ask the same, or null when the window is at its floor. Borders fall on whole seconds. */
export function halveWindow(query: RangeQuery, floorMs: number): readonly [RangeQuery, RangeQuery] | null {
  const { from, to } = query.window;
  if (to - from < 2 * floorMs) return null;
  const middle = (from + Math.floor((to - from) / 2000) * 1000) as typeof from;
  return [
    { ...query, window: { from, to: middle } },
    { ...query, window: { from: middle, to } },
  ];
}

/** The same by metric names; null when there is one left. */
export function halveNames(query: RangeQuery): readonly [RangeQuery, RangeQuery] | null {
  const half = query.names.length >> 1;
  if (half === 0) return null;
  return [
    { ...query, names: query.names.slice(0, half) },
    { ...query, names: query.names.slice(half) },
  ];
}

/**
 * The same by the values of a label: one half is said to have one of the first values, the other not to, so whatever
 * series there are, new or without the label, each falls into exactly one half. Null with fewer than two values.
 */
export function halveByLabel(
  query: RangeQuery,
  label: string,
  values: readonly string[],
): readonly [RangeQuery, RangeQuery] | null {
  const half = values.length >> 1;
  if (half === 0) return null;
  const first = oneOf(label, values.slice(0, half));
  const rest: Matcher = { ...first, op: first.op === "=" ? "!=" : "!~" };
  return [
    { ...query, matchers: [...query.matchers, first] },
    { ...query, matchers: [...query.matchers, rest] },
  ];
}
