import type { Route } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import { type Group, isCallForHelp } from "./grouping.ts";
import { freeAt, lastHour, readWord, type Word, writeWord } from "./said.ts";

/** `nextAt` of a group that has nothing to say: the year 9999. */
const NEVER = 253_402_300_799_000;

/** Why a group speaks now, or why it does not. */
export type SpeakReason = "first" | "new_firing" | "resolved" | "all_resolved" | "repeat" | "escalated";
export type QuietReason =
  | "group_wait" // its fellows may follow
  | "group_interval" // it spoke a moment ago
  | "nothing_new"
  | "told_enough" // what is new was told three times in the last hour
  | "over"; // all of it ended, and whoever heard of it knows

export type Saying = {
  readonly group: Group; // as it stands afterwards
  readonly reason: SpeakReason;
  readonly firing: readonly Incident[]; // all that fires, told before or not
  readonly resolved: readonly Incident[];
};

export type Turn =
  | { readonly saying: Saying; readonly group: Group; readonly nextAt: number }
  | { readonly saying: null; readonly why: QuietReason; readonly group: Group; readonly nextAt: number };

/** What a channel is told of, and how. */
export type Listener = {
  readonly route: Pick<Route, "groupWaitMs" | "groupIntervalMs" | "repeatMs">;
  readonly sendsResolved: boolean;
};

/**
 * One group: does it speak now, and why, or why not? As Alertmanager's needsUpdate. `nextAt` is when to ask again, unix
 * ms; Infinity = when something happens.
 */
export function turnOf(
  before: Group,
  firing: readonly Incident[],
  byFingerprint: ReadonlyMap<string, Incident>,
  { route, sendsResolved }: Listener,
  now: number,
): Turn {
  const words = new Map<string, Word>();
  const resolved: Incident[] = [];
  let isChanged = false;
  for (const [fingerprint, text] of Object.entries(before.said)) {
    const word = readWord(text)!;
    const one = byFingerprint.get(fingerprint);
    const kept = keptWord(word, one, sendsResolved, now);
    if (kept !== null) words.set(fingerprint, kept);
    isChanged ||= kept?.status !== word.status;
    if (kept?.status === "firing" && one?.phase === "resolved") resolved.push(one);
  }
  const news = newsOf([...firing.filter((one) => isNew(one, words.get(one.fingerprint))), ...resolved], words, now);
  const settled = isChanged ? { ...before, said: saidOf(words) } : before;
  const due = dueOf(before, { news, route, now, isWatched: firing.some(({ ackedBy }) => ackedBy === "") });
  if (firing.length === 0 && resolved.length === 0)
    return {
      saying: null,
      why: words.size === 0 ? "over" : "nothing_new",
      group: waiting(settled, NEVER),
      nextAt: Infinity,
    };
  if (now < due.at) return { saying: null, why: due.why, group: waiting(settled, due.nextAt), nextAt: due.at };
  const reason = reasonOf(before, news, firing.length);
  tell(words, firing, resolved, news.due, now);
  const group = { ...before, seq: before.seq + 1, lastAt: now, nextAt: NEVER, said: saidOf(words) };
  return { saying: { group, reason, firing, resolved }, group, nextAt: now + route.repeatMs };
}

/**
 * A word as it still stands; null = forgotten. What a person silenced is taken back, so that it is told anew should it
 * still fire when the silence ends (ALR-13). What ended is remembered for an hour, to know how often it was told.
 */
function keptWord(word: Word, one: Incident | undefined, sendsResolved: boolean, now: number): Word | null {
  const isSilenced = one?.suppressedBy === "silence" || one?.suppressedBy === "maintenance";
  const isNobodysNews = one === undefined || isSilenced || (one.phase === "resolved" && !sendsResolved);
  if (word.status === "firing" && !isNobodysNews) return word;
  const told = lastHour(word.told, now);
  return told.length === 0 ? null : { ...word, status: "resolved", told };
}

/** Not told yet, told to be over, or worse than it was told. */
const isNew = ({ severity }: Incident, word: Word | undefined): boolean =>
  word === undefined || word.status === "resolved" || severity < word.severity;

type News = {
  readonly count: number;
  readonly resolved: number; // of those due
  readonly due: ReadonlySet<string>; // fingerprints that may make the group speak
  readonly freeAt: number; // when the first of the others may, unix ms
};

function newsOf(changed: readonly Incident[], words: ReadonlyMap<string, Word>, now: number): News {
  const due = new Set<string>();
  let [resolved, soonest] = [0, Infinity];
  for (const { fingerprint, phase } of changed) {
    const at = freeAt(words.get(fingerprint), now);
    if (at > now) soonest = Math.min(soonest, at);
    else {
      due.add(fingerprint);
      if (phase === "resolved") resolved += 1;
    }
  }
  return { count: changed.length, resolved, due, freeAt: soonest };
}

type Due = { readonly at: number; readonly nextAt: number; readonly why: QuietReason };

/** When the group may speak next, and what to remember of it. A clock that was set back never makes it wait longer. */
function dueOf(
  { lastAt, nextAt }: Group,
  {
    news,
    route,
    now,
    isWatched,
  }: {
    readonly news: News;
    readonly route: Listener["route"];
    readonly now: number;
    readonly isWatched: boolean; // something fires that nobody acknowledged
  },
): Due {
  const { groupWaitMs, groupIntervalMs, repeatMs } = route;
  if (lastAt === null) {
    const at = Math.min(nextAt, now + groupWaitMs);
    return { at, nextAt: at, why: "group_wait" };
  }
  const spokeAt = Math.min(lastAt, now);
  if (news.due.size > 0) {
    const fromNow = Math.max(spokeAt + groupIntervalMs, now + groupWaitMs);
    const at = Math.min(nextAt, fromNow); // the first thing new sets the time, those after it join
    return { at, nextAt: at, why: now < spokeAt + groupIntervalMs ? "group_interval" : "group_wait" };
  }
  const at = Math.min(news.freeAt, isWatched ? spokeAt + Math.max(repeatMs, groupIntervalMs) : Infinity);
  return { at, nextAt: NEVER, why: news.count > 0 ? "told_enough" : "nothing_new" };
}

function reasonOf(before: Group, news: News, firing: number): SpeakReason {
  if (before.lastAt === null) return isCallForHelp(before) ? "escalated" : "first";
  if (news.due.size > news.resolved) return "new_firing";
  if (news.resolved > 0) return firing === 0 ? "all_resolved" : "resolved";
  return "repeat";
}

/** Everything is said at once; only what made the group speak counts as told. */
function tell(
  words: Map<string, Word>,
  firing: readonly Incident[],
  resolved: readonly Incident[],
  due: ReadonlySet<string>,
  now: number,
): void {
  for (const { fingerprint, phase, severity } of [...firing, ...resolved]) {
    const before = lastHour(words.get(fingerprint)?.told ?? [], now);
    const told = due.has(fingerprint) ? [...before, now] : before;
    words.set(fingerprint, { status: phase === "resolved" ? "resolved" : "firing", severity, told });
  }
}

const waiting = (group: Group, nextAt: number): Group => (group.nextAt === nextAt ? group : { ...group, nextAt });

const saidOf = (words: ReadonlyMap<string, Word>): Group["said"] =>
  Object.fromEntries([...words].map(([fingerprint, word]) => [fingerprint, writeWord(word)]));
