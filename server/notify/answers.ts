/** What answers of platforms mean, where their bodies and statuses agree. Sources: facts of each platform's file. */
import type { DeliveryClass } from "../../db/model/channel.ts";
import { HOUR_MS, SECOND_MS } from "../../db/model/time.ts";
import { cutUnits, oneLine } from "./plain.ts";
import type { Answer, AnswerMeans } from "./platform.ts";

/** Kept of an answer: a `delivery` row shows it. */
const MOST_SAID = 512;
/** Whoever asks for a longer pause is asked again hourly. "ours". */
const LONGEST_PAUSE_MS = HOUR_MS;

export const means = (kind: DeliveryClass, answer: Answer, text = answer.body): AnswerMeans => ({
  class: kind,
  retryAfterMs: kind === "ok" ? null : pauseAsked(answer),
  text: cutUnits(oneLine(text), MOST_SAID),
});

/** As `means`, with a pause the platform prescribes in its documents; a longer one in the answer wins. */
export function meansPause(answer: Answer, atLeastMs: number, text = answer.body): AnswerMeans {
  const said = means("rate_limited", answer, text);
  return { ...said, retryAfterMs: Math.max(said.retryAfterMs ?? 0, atLeastMs) };
}

/** By status alone: HTTP's own semantics (RFC 9110). A redirect is a failure: the address to use is the one set up. */
export function byStatus(answer: Answer): AnswerMeans {
  const { status } = answer;
  if (status >= 200 && status < 300) return means("ok", answer);
  if (status === 429) return means("rate_limited", answer);
  if (status === 410) return means("gone", answer);
  if (status === 401 || status === 403 || status === 404) return means("auth", answer);
  if (status >= 400 && status < 500 && status !== 408 && status !== 425) return means("bad_body", answer);
  return means("unavailable", answer);
}

/** The object a body is; null when it is none. */
export function jsonOf(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

/** The first of some fields that is a text; "" = none is. */
export const textAt = (body: Readonly<Record<string, unknown>>, ...names: readonly string[]): string =>
  names.map((name) => body[name]).find((value): value is string => typeof value === "string") ?? "";

/** Milliseconds asked for by Retry-After (seconds or a date) or Feishu's x-ogw-ratelimit-reset (seconds); null = none. */
function pauseAsked({ headers, at }: Answer): number | null {
  const asked = [headers["retry-after"], headers["x-ogw-ratelimit-reset"]].flatMap((text) => {
    if (text === undefined || text.trim() === "") return [];
    if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(text)) return [Number(text) * SECOND_MS];
    const date = Date.parse(text);
    return Number.isNaN(date) ? [] : [date - at];
  });
  return asked.length === 0 ? null : Math.min(Math.max(...asked, 0), LONGEST_PAUSE_MS);
}
