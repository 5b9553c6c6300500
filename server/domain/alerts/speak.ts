import type { Channel, Route } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { type Escalated, escalationOf } from "./escalation.ts";
import { type Group, groupsOf, type Member } from "./grouping.ts";
import { type Destination, destinationsOf, escalatingRoute, isTellable, routesOf } from "./routing.ts";
import { isSaidFiring, readWord } from "./said.ts";
import { type Saying, turnOf } from "./turn.ts";

export type SpeakInput = {
  readonly incidents: readonly Incident[]; // open ones, and resolved ones a channel still believes to fire
  readonly groups: readonly Group[];
  readonly routes: readonly Route[];
  readonly channels: readonly Pick<Channel, "id" | "enabled" | "sendsResolved">[];
  readonly now: UnixMs;
};

export type Speech = {
  readonly sayings: readonly Saying[];
  readonly born: readonly Group[]; // new or changed without a word: to be kept
  readonly over: readonly Group[]; // everything was said, or there is nothing to say: to be forgotten
  readonly escalated: readonly { readonly fingerprint: string; readonly step: number }[];
  readonly nextAt: UnixMs | null; // when a word falls due
};

/**
 * What is to be said now, and why. Each incident that may be told is in exactly one group for each route and channel
 * a group waits a moment for its fellows, speaks when something in it is new, and repeats itself while nobody
 * looks after it. In T it speaks at most 1 + ⌈T / interval⌉ times.
 */
export function speak(input: SpeakInput): Speech {
  const { now, groups, channels } = input;
  const byFingerprint = new Map(input.incidents.map((one) => [one.fingerprint, one]));
  const known = knownBy(groups);
  const rising = escalations(input);
  const speech = { sayings: [] as Saying[], born: [] as Group[], over: [] as Group[] };
  let nextAt = Math.min(Infinity, ...[...rising.values()].map((one) => one.nextAt));
  const met = new Set<Group>();
  for (const { destination, incidents } of audiences(input, rising)) {
    const channel = channels.find(({ id }) => id === destination.channelId);
    if (channel === undefined || !channel.enabled) continue; // its groups are over
    const ours = known.get(audienceOf(destination.channelId, destination.route.id)) ?? new Map<string, Group>();
    const members = groupsOf(destination, incidents, ours, now);
    const listener = { route: destination.route, sendsResolved: channel.sendsResolved };
    for (const { group, firing } of [...members.values(), ...silentOnes(members, ours)]) {
      const before = ours.get(group.key);
      const turn = turnOf(group, firing, byFingerprint, listener, now);
      if (turn.saying !== null) speech.sayings.push(turn.saying);
      else if (turn.why === "over") continue;
      else if (turn.group !== before) speech.born.push(turn.group);
      if (before !== undefined) met.add(before);
      nextAt = Math.min(nextAt, turn.nextAt);
    }
  }
  speech.over.push(...groups.filter((group) => !met.has(group))); // nothing left to say, or nobody to say it to
  const escalated = [...rising].flatMap(([fingerprint, { steps }]) =>
    steps > byFingerprint.get(fingerprint)!.escalation ? [{ fingerprint, step: steps }] : [],
  );
  return { ...speech, escalated, nextAt: Number.isFinite(nextAt) ? unixMs(Math.max(now, nextAt)) : null };
}

type Audience = { readonly destination: Destination; readonly incidents: Incident[] };

/** Who is to hear of what: every channel of every route, those without an incident too, for what they heard before. */
function audiences({ incidents, routes }: SpeakInput, rising: ReadonlyMap<string, Escalated>): readonly Audience[] {
  const found = new Map<string, Audience>();
  const nameOf = ({ route, channelId }: Destination) => audienceOf(channelId, route.id);
  for (const route of routes)
    for (const channelId of channelsOf(route)) {
      const destination = { route, channelId, isEscalated: !route.channelIds.includes(channelId) };
      found.set(nameOf(destination), { destination, incidents: [] });
    }
  const listening = new Map<string, readonly Audience[]>(); // by routes and steps
  for (const one of incidents) {
    if (!isTellable(one)) continue;
    const taken = routesOf(one, routes);
    const steps = rising.get(one.fingerprint)?.steps ?? one.escalation;
    const name = `${steps} ${taken.map(({ id }) => id).join(" ")}`;
    const some = listening.get(name) ?? destinationsOf(taken, steps).map((to) => found.get(nameOf(to))!);
    listening.set(name, some);
    for (const audience of some) audience.incidents.push(one);
  }
  return [...found.values()];
}

const channelsOf = ({ channelIds, escalations }: Route): ReadonlySet<number> =>
  new Set([...channelIds, ...escalations.flatMap((step) => step.channelIds)]);

/** Groups of which nothing fires any more may still have something to say. */
const silentOnes = (members: ReadonlyMap<string, Member>, known: ReadonlyMap<string, Group>): readonly Member[] =>
  [...known.values()].flatMap((group) => (members.has(group.key) ? [] : [{ group, firing: [] }]));

/** Groups by who hears them, then by key. */
function knownBy(groups: readonly Group[]): ReadonlyMap<string, ReadonlyMap<string, Group>> {
  const known = new Map<string, Map<string, Group>>();
  for (const group of groups) {
    const name = audienceOf(group.channelId, group.routeId);
    const some = known.get(name) ?? new Map<string, Group>();
    known.set(name, some.set(group.key, group));
  }
  return known;
}

const audienceOf = (channelId: number, routeId: number): string => `${channelId}/${routeId}`;

/** How far each incident that may be told has gone up, by fingerprint; only those on routes that escalate. */
function escalations({ incidents, routes, groups, now }: SpeakInput): ReadonlyMap<string, Escalated> {
  if (routes.every((route) => route.escalations.length === 0)) return new Map();
  const told = toldTimes(groups, routes);
  const rising = new Map<string, Escalated>();
  for (const one of incidents.filter(isTellable)) {
    const route = escalatingRoute(routesOf(one, routes));
    if (route === undefined) continue;
    const toldAt = route.channelIds.length === 0 ? one.firedAt : (told.get(`${route.id} ${one.fingerprint}`) ?? null);
    rising.set(one.fingerprint, escalationOf(one, route, toldAt, now));
  }
  return rising;
}

/** When it was first said on a route's own channels that something fires, by route and fingerprint. */
function toldTimes(groups: readonly Group[], routes: readonly Route[]): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  for (const { routeId, channelId, said } of groups) {
    if (routes.find(({ id }) => id === routeId)?.channelIds.includes(channelId) !== true) continue;
    for (const [fingerprint, text] of Object.entries(said)) {
      const at = isSaidFiring(text) ? readWord(text)?.told.at(-1) : undefined;
      const name = `${routeId} ${fingerprint}`;
      if (at !== undefined) told.set(name, Math.min(at, told.get(name) ?? Infinity));
    }
  }
  return told;
}
