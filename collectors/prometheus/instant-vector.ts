import { CollectError } from "../collector.ts";

/** One series of an answer. Labels are hostile. */
export type InstantSeries = { readonly labels: ReadonlyMap<string, string>; readonly value: number };

/** "Bad request" and "cannot execute" come with an envelope that says what is wrong with the expression. */
export const ANSWERS_WITH_WORDS: ReadonlySet<number> = new Set([400, 422]);

/**
 * The series of an instant answer; NaN values are left out, for they say nothing.
 * @throws CollectError `bad_config` when the expression is at fault, `overloaded` when it asks for too much, `partial` when
 *   the answer is not whole, `malformed` for anything else that is no vector
 */
export function vectorOf(said: unknown, limit: number): InstantSeries[] {
  if (!isRecord(said)) throw new CollectError("malformed", "the answer is not an object");
  if (said["status"] !== "success") {
    const isBad = said["errorType"] === "bad_data";
    throw new CollectError(isBad ? "bad_config" : "overloaded", `the server says: ${brief(said["error"])}`);
  }
  const warnings = said["warnings"];
  if (said["isPartial"] === true || (Array.isArray(warnings) && warnings.length > 0))
    throw new CollectError("partial", `the server says its answer is not whole: ${brief(warnings)}`);
  const data = said["data"];
  if (!isRecord(data)) throw new CollectError("malformed", "the answer has no data");
  if (data["resultType"] !== "vector" || !Array.isArray(data["result"]))
    throw new CollectError(
      "bad_config",
      `expected a vector, got a ${brief(data["resultType"])}: ask for series, as \`up == 0\` does`,
    );
  if (data["result"].length > limit)
    throw new CollectError(
      "sample_limit",
      `${data["result"].length} series; at most ${limit}: make the expression narrower`,
    );
  return data["result"].map(seriesOf).filter(({ value }) => !Number.isNaN(value));
}

function seriesOf(one: unknown): InstantSeries {
  const metric = isRecord(one) ? one["metric"] : undefined;
  const value = isRecord(one) ? one["value"] : undefined;
  if (!isRecord(metric) || !Array.isArray(value) || typeof value[1] !== "string")
    throw new CollectError("malformed", "a series without labels or without a value");
  return {
    labels: new Map(Object.entries(metric).map(([name, text]) => [name, String(text)])),
    value: numberOf(value[1]),
  };
}

/** As Prometheus writes numbers: "+Inf", "-Inf", "NaN", "1e+06". */
function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return text === "" ? Number.NaN : Number(text);
}

const brief = (said: unknown): string =>
  (typeof said === "string" ? said : said === undefined ? "no reason given" : JSON.stringify(said))
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 200);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
