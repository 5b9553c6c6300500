/** When a failing endpoint is tried again, and when it is given up: decisions only. */
import type { DeliveryClass } from "../../db/model/channel.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import type { AnswerMeans } from "./platform.ts";

/** Pitfalls WHK-02: 5 s, 30 s, 2 m, 5 m, 10 m, then every 10 m, each with up to a fifth more. */
const SCHEDULE_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS] as const;
const LONGEST_MS = 10 * MINUTE_MS;
const JITTER = 0.2;
/** Whoever says "too fast" without saying how long. */
const RATE_PAUSE_MS = MINUTE_MS;
/** A report that may have been posted waits one interval before it is said again; an alert does not. */
const DIGEST_PAUSE_MS = 10 * MINUTE_MS;
/** Svix' rule: five days of nothing but failures. */
export const GIVE_UP_MS = 5 * DAY_MS;
/** A message that is refused for what it is. */
export const BAD_BODY_TRIES = 3;

/**
 * The pause after a failure.
 * @param failures in a row, this one counted: 1 = the first
 * @param random in [0, 1)
 */
export function pauseMs(failures: number, means: AnswerMeans, random: number): number {
  const step = SCHEDULE_MS[failures - 1] ?? LONGEST_MS;
  const asked = means.retryAfterMs ?? (means.class === "rate_limited" ? RATE_PAUSE_MS : 0);
  return Math.max(Math.round(step * (1 + JITTER * random)), asked);
}

/** How an endpoint has been doing; `failingSince` null = its last try went through. */
export type EndpointHealth = {
  readonly failingSince: number | null;
  readonly pausedUntil: number | null;
  readonly failures: number;
};
export const HEALTHY: EndpointHealth = { failingSince: null, pausedUntil: null, failures: 0 };

/** What becomes of the message and of its channel after one try. `pausedUntil` holds the whole channel back. */
export type Aftermath = {
  readonly message: "delivered" | "waits" | "dead";
  readonly health: EndpointHealth;
  readonly disable: "" | "auth" | "gone" | "five_days"; // "" = the channel goes on
};

/** @param badBodies tries of this message that were refused for what it is, this one counted */
export function aftermath(
  before: EndpointHealth,
  means: AnswerMeans,
  {
    now,
    badBodies,
    isDigest,
    random,
  }: { readonly now: number; readonly badBodies: number; readonly isDigest: boolean; readonly random: number },
): Aftermath {
  if (means.class === "ok") return { message: "delivered", health: HEALTHY, disable: "" };
  const failures = before.failures + 1;
  const failingSince = before.failingSince ?? now;
  const pause = Math.max(pauseMs(failures, means, random), waitsLonger(means.class, isDigest) ? DIGEST_PAUSE_MS : 0);
  const paused = { failingSince, failures, pausedUntil: now + pause };
  if (means.class === "gone") return { message: "waits", health: paused, disable: "gone" };
  if (means.class === "auth") return { message: "waits", health: paused, disable: "auth" };
  const isGivenUp = now - failingSince >= GIVE_UP_MS;
  if (isGivenUp) return { message: "waits", health: paused, disable: "five_days" };
  if (means.class !== "bad_body" || badBodies < BAD_BODY_TRIES)
    return { message: "waits", health: paused, disable: "" };
  // The first message given up lets the queue move on at once; a run of them is an endpoint that takes nothing.
  const isFirst = failures <= BAD_BODY_TRIES;
  return { message: "dead", health: { ...paused, pausedUntil: isFirst ? null : paused.pausedUntil }, disable: "" };
}

const waitsLonger = (kind: DeliveryClass, isDigest: boolean): boolean => isDigest && kind === "maybe_posted";
