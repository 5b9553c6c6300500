import type { Incident } from "../../../db/model/incident.ts";
import type { Destination } from "./routing.ts";

/** A group of incidents on one channel, and what was last said of it. */
export type Group = {
  readonly channelId: number;
  readonly routeId: number;
  readonly key: string;
  readonly seq: number; // messages so far
  readonly bornAt: number;
  readonly nextAt: number; // not before; NEVER = nothing is waiting to be said
  readonly lastAt: number | null; // null = nothing was said yet
  readonly said: Readonly<Record<string, string>>; // by fingerprint, see said.ts
};

/** A group and those of it that may be told. */
export type Member = { readonly group: Group; readonly firing: Incident[] };

/** Groups of one region that may begin within one interval; what goes beyond is told as one (ALR-04). Ours. */
export const MOST_APART = 3;

/**
 * Which of the incidents for one channel belong to which of its groups: those of one pool, node and rule together. Where a
 * whole region speaks up it is one group. An incident stays where it was told.
 *
 * @param known groups of the channel and route, by key
 * @returns by key; each incident is in exactly one
 */
export function groupsOf(
  { route, channelId, isEscalated }: Destination,
  incidents: readonly Incident[],
  known: ReadonlyMap<string, Group>,
  now: number,
): ReadonlyMap<string, Member> {
  const prefix = isEscalated ? ESCALATED : "";
  const toldIn = new Map<string, string>();
  for (const { key, said } of known.values()) for (const fingerprint of Object.keys(said)) toldIn.set(fingerprint, key);
  const crowded = crowdedRegions(incidents, prefix, toldIn, now - route.groupIntervalMs);
  const members = new Map<string, Member>();
  for (const one of incidents) {
    const own = prefix + ownKey(one);
    const isTogether = crowded.has(one.region) || isOfRegion(one);
    const key = toldIn.get(one.fingerprint) ?? (isTogether ? prefix + regionKey(one) : own);
    // Those called to help are called at once; and moving in with others never makes an incident wait anew.
    const before = isTogether ? known.get(own) : undefined;
    const nextAt = now + (isEscalated ? 0 : route.groupWaitMs);
    const born = before?.lastAt === null ? before : { bornAt: now, nextAt };
    const member = members.get(key) ?? {
      group: known.get(key) ?? newGroup(channelId, route.id, key, born),
      firing: [],
    };
    const { group } = member;
    const isSooner = group.lastAt === null && born.nextAt < group.nextAt;
    members.set(key, isSooner ? { ...member, group: { ...group, ...timesOf(born) } } : member);
    member.firing.push(one);
  }
  return members;
}

/** Regions where so many speak up within an interval, or already speak as one, that they are told together. */
function crowdedRegions(
  incidents: readonly Incident[],
  prefix: string,
  toldIn: ReadonlyMap<string, string>,
  youngFrom: number,
): ReadonlySet<string> {
  const young = new Map<string, Set<string>>();
  const together = new Map<string, Set<string>>();
  for (const one of incidents) {
    const key = toldIn.get(one.fingerprint);
    const isInRegion = key === prefix + regionKey(one);
    if (isInRegion && !isOfRegion(one)) add(together, one.region, ownKey(one));
    if (!isOfRegion(one) && (key === undefined || (one.firedAt ?? 0) > youngFrom)) add(young, one.region, ownKey(one));
  }
  const isCrowd = ([, keys]: readonly [string, Set<string>]) => keys.size > MOST_APART;
  return new Set([...[...young].filter(isCrowd), ...[...together].filter(isCrowd)].map(([region]) => region));
}

const ESCALATED = "escalated ";

/** A group on a channel that is called because nobody acknowledged. */
export const isCallForHelp = ({ key }: Group): boolean => key.startsWith(ESCALATED);

/** What is about a cluster or a region as a whole is the region's. */
const isOfRegion = ({ scope }: Incident): boolean => scope === "cluster" || scope === "region";

const regionKey = ({ region }: Incident): string => `region ${region}`;
const ownKey = ({ ruleId, poolId, nodeKey, region, cluster }: Incident): string =>
  nodeKey === "" ? `${ruleId}|${poolId}|${region}/${cluster}` : `${ruleId}|${poolId}|${nodeKey}`;

const timesOf = ({ bornAt, nextAt }: Pick<Group, "bornAt" | "nextAt">) => ({ bornAt, nextAt });

const newGroup = (channelId: number, routeId: number, key: string, times: Pick<Group, "bornAt" | "nextAt">): Group => ({
  channelId,
  routeId,
  key,
  seq: 0,
  ...timesOf(times),
  lastAt: null,
  said: {},
});

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
