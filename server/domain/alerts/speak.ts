import type { Channel, Route } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { liesIn, placeOf } from "./silence-times.ts";

/** A group of incidents on one channel, and what was last said of it. */
export type Group = {
  readonly channelId: number;
  readonly routeId: number;
  readonly key: string;
  readonly seq: number;
  readonly bornAt: number;
  readonly nextAt: number;
  readonly lastAt: number | null;
  readonly said: Readonly<Record<string, string>>; // fingerprint → "firing"
};

/** Why a group speaks now. */
export const SPEAK_REASONS = ["first", "new_firing", "resolved", "all_resolved", "repeat", "escalated"] as const;
export type SpeakReason = (typeof SPEAK_REASONS)[number];

export type Saying = {
  readonly group: Group; // as it stands afterwards
  readonly reason: SpeakReason;
  readonly firing: readonly Incident[];
  readonly resolved: readonly Incident[];
};

export type SpeakInput = {
  readonly incidents: readonly Incident[]; // open ones, and resolved ones a group has yet to speak of
  readonly groups: readonly Group[];
  readonly routes: readonly Route[];
  readonly channels: readonly Pick<Channel, "id" | "enabled" | "sendsResolved">[];
  readonly now: UnixMs;
};

export type Speech = {
  readonly sayings: readonly Saying[];
  readonly born: readonly Group[]; // new, and still waiting
  readonly over: readonly Group[]; // everything was said, or there is nothing to say
  readonly escalated: readonly { readonly fingerprint: string; readonly step: number }[];
  readonly nextAt: UnixMs | null; // when a word falls due
};

/** Nodes of one rule in one cluster from which they are told together: a rack or a region, not its nodes one by one. */
export const TOGETHER_FROM = 6;

/**
 * What is to be said now. Each incident that may be told is in exactly one group for each route and channel; a group
 * waits a moment for its fellows, speaks when something in it is new, and repeats itself while it lasts. In T it speaks at
 * most 1 + ⌈T / interval⌉ times.
 */
export function speak(input: SpeakInput): Speech {
  const { now } = input;
  const known = new Map(input.groups.map((group) => [nameOf(group), group]));
  const wanted = membership(input, known);
  const byFingerprint = new Map(input.incidents.map((one) => [one.fingerprint, one]));
  const speech = { sayings: [] as Saying[], born: [] as Group[], over: [] as Group[] };
  let nextAt = Infinity;
  for (const name of [...new Set([...known.keys(), ...wanted.keys()])].sort()) {
    const want = wanted.get(name);
    const before = known.get(name);
    const route = input.routes.find(({ id }) => id === (want?.group ?? before)?.routeId);
    const channel = input.channels.find(({ id }) => id === (want?.group ?? before)?.channelId);
    if (route === undefined || channel === undefined || !channel.enabled) {
      if (before !== undefined) speech.over.push(before);
      continue;
    }
    const group = before ?? want!.group;
    const turn = turnOf(
      group,
      before !== undefined,
      want?.firing ?? [],
      byFingerprint,
      route,
      channel.sendsResolved,
      now,
    );
    if (turn.saying !== null) speech.sayings.push(turn.saying);
    if (turn.isOver && before !== undefined) speech.over.push(before);
    if (!turn.isOver && turn.saying === null && before === undefined) speech.born.push(group);
    nextAt = Math.min(nextAt, turn.nextAt);
  }
  const escalations = escalationsOf(input);
  return {
    ...speech,
    escalated: escalations.now,
    nextAt: Number.isFinite(Math.min(nextAt, escalations.nextAt)) ? unixMs(Math.min(nextAt, escalations.nextAt)) : null,
  };
}

type Turn = { readonly saying: Saying | null; readonly isOver: boolean; readonly nextAt: number };

/** One group: does it speak, why, and when may it next? */
function turnOf(
  group: Group,
  isKnown: boolean,
  firing: readonly Incident[],
  byFingerprint: ReadonlyMap<string, Incident>,
  route: Route,
  sendsResolved: boolean,
  now: UnixMs,
): Turn {
  const firingKeys = new Set(firing.map(({ fingerprint }) => fingerprint));
  const told = Object.keys(group.said);
  const resolved = told.flatMap((key) => {
    const one = byFingerprint.get(key);
    return one?.phase === "resolved" ? [one] : [];
  });
  const isQuiet = (key: string) => !firingKeys.has(key) && byFingerprint.get(key)?.phase !== "resolved"; // suppressed since, or moved
  const fresh = firing.filter(({ fingerprint }) => group.said[fingerprint] === undefined);
  const hasResolved = sendsResolved && resolved.length > 0;
  const stillTold = told.filter((key) => firingKeys.has(key) || (isQuiet(key) && byFingerprint.has(key)));
  if (fresh.length === 0 && stillTold.length === 0 && !hasResolved)
    return { saying: null, isOver: isKnown, nextAt: Infinity };
  const hasNews = fresh.length > 0 || hasResolved;
  const repeatAt = group.lastAt === null || firing.length === 0 ? Infinity : group.lastAt + route.repeatMs;
  const dueAt = hasNews ? group.nextAt : Math.max(repeatAt, group.nextAt);
  if (now < dueAt) return { saying: null, isOver: false, nextAt: dueAt };
  const said = Object.fromEntries([
    ...stillTold.map((key) => [key, "firing"] as const),
    ...firing.map(({ fingerprint }) => [fingerprint, "firing"] as const),
  ]);
  const after: Group = {
    ...group,
    seq: group.seq + 1,
    lastAt: now,
    nextAt: now + route.groupIntervalMs,
    said,
  };
  const reason = reasonOf(group, fresh.length, resolved.length, firing.length);
  const isOver = Object.keys(said).length === 0;
  const saying = { group: after, reason, firing, resolved: sendsResolved ? resolved : [] };
  return { saying, isOver, nextAt: isOver ? Infinity : now + route.repeatMs };
}

function reasonOf(group: Group, fresh: number, resolved: number, firing: number): SpeakReason {
  if (group.lastAt === null) return group.key.startsWith(ESCALATED) ? "escalated" : "first";
  if (fresh > 0) return "new_firing";
  if (resolved > 0) return firing === 0 ? "all_resolved" : "resolved";
  return "repeat";
}

type Member = { readonly group: Group; readonly firing: Incident[] };
const ESCALATED = "escalated ";

/** Which incidents belong to which group on which channel. An incident stays where it was told. */
function membership(input: SpeakInput, known: ReadonlyMap<string, Group>): ReadonlyMap<string, Member> {
  const { now, routes } = input;
  const members = new Map<string, Member>();
  const tellable = input.incidents.filter(isTellable).sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const toldIn = new Map<string, string>(); // channel/route/fingerprint → key
  for (const { channelId, routeId, key, said } of known.values())
    for (const fingerprint of Object.keys(said)) toldIn.set(`${channelId}/${routeId}/${fingerprint}`, key);
  const crowd = new Map<string, number>(); // how many of one rule and cluster
  for (const one of tellable) crowd.set(crowdOf(one), (crowd.get(crowdOf(one)) ?? 0) + 1);
  for (const one of tellable) {
    const isCrowd = (crowd.get(crowdOf(one)) ?? 0) >= TOGETHER_FROM;
    for (const { route, channelId, prefix } of destinations(one, routes, now)) {
      const key =
        toldIn.get(`${channelId}/${route.id}/${one.fingerprint}`) ?? `${prefix}${isCrowd ? crowdOf(one) : keyOf(one)}`;
      const group: Group = {
        channelId,
        routeId: route.id,
        key,
        seq: 0,
        bornAt: now,
        nextAt: now + (prefix === "" ? route.groupWaitMs : 0), // who is called to help is called at once
        lastAt: null,
        said: {},
      };
      const name = nameOf(group);
      const member = members.get(name) ?? { group: known.get(name) ?? group, firing: [] };
      members.set(name, member);
      member.firing.push(one);
    }
  }
  return members;
}

const isTellable = (one: Incident): boolean => one.phase === "firing" && one.suppressedBy === null && !one.isHistoric;

const crowdOf = ({ ruleId, region, cluster }: Incident): string => `${ruleId}|${region}|${cluster}`;
const keyOf = ({ ruleId, poolId, nodeKey, region, cluster }: Incident): string =>
  nodeKey === "" ? `${ruleId}|${region}|${cluster}|${poolId}` : `${ruleId}|${poolId}|${nodeKey}`;

type Destination = { readonly route: Route; readonly channelId: number; readonly prefix: string };

/** Channels of the first route that matches, and of those after it that it goes on to; then of the steps of escalation taken. */
function* destinations(one: Incident, routes: readonly Route[], now: UnixMs): Generator<Destination> {
  for (const route of routesOf(one, routes)) {
    for (const channelId of route.channelIds) yield { route, channelId, prefix: "" };
    const steps = route.escalations.slice(0, stepsDue(one, route, now));
    const called = new Set(route.channelIds);
    for (const channelId of steps.flatMap(({ channelIds }) => channelIds)) {
      if (called.has(channelId)) continue;
      called.add(channelId);
      yield { route, channelId, prefix: ESCALATED };
    }
  }
}

/** Routes that take an incident. */
export function routesOf(one: Incident, routes: readonly Route[]): readonly Route[] {
  const place = placeOf(one);
  const taken: Route[] = [];
  for (const route of routes) {
    const isTaken =
      (route.severities.length === 0 || route.severities.includes(one.severity)) &&
      (route.ruleIds.length === 0 || route.ruleIds.includes(one.ruleId)) &&
      liesIn(route.where, place);
    if (!isTaken) continue;
    taken.push(route);
    if (!route.goesOn) break;
  }
  return taken;
}

/** Steps taken already stay taken; further ones only while nobody acknowledged. */
function stepsDue(one: Incident, route: Route, now: UnixMs): number {
  if (one.ackedBy !== "" || one.firedAt === null) return one.escalation;
  const fired = one.firedAt;
  return Math.max(one.escalation, route.escalations.filter(({ afterMs }) => now - fired >= afterMs).length);
}

function escalationsOf({ incidents, routes, now }: SpeakInput) {
  const taken: { fingerprint: string; step: number }[] = [];
  let nextAt = Infinity;
  for (const one of incidents.filter(isTellable)) {
    for (const route of routesOf(one, routes)) {
      const step = stepsDue(one, route, now);
      if (step > one.escalation) taken.push({ fingerprint: one.fingerprint, step });
      const next = route.escalations[step];
      if (next !== undefined && one.ackedBy === "" && one.firedAt !== null)
        nextAt = Math.min(nextAt, one.firedAt + next.afterMs);
    }
  }
  const most = new Map<string, number>();
  for (const { fingerprint, step } of taken) most.set(fingerprint, Math.max(step, most.get(fingerprint) ?? 0));
  return { now: [...most].map(([fingerprint, step]) => ({ fingerprint, step })), nextAt };
}

const nameOf = ({ channelId, routeId, key }: Pick<Group, "channelId" | "routeId" | "key">): string =>
  `${channelId}/${routeId}/${key}`;
