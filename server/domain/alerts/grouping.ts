import type { Incident } from "../../../db/model/incident.ts";
import { fingerprintOf } from "./fingerprint.ts";
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
 * whole region speaks up it is one group, and so it is where a cluster fell: its other nodes, perhaps all there is of other
 * clusters, may have gone with it. An incident stays where it was told.
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
  for (const { key, said } of known.values()) for (const fingerprint in said) toldIn.set(fingerprint, key);
  const keys = incidents.map((one) => ({ one, own: prefix + ownKey(one), told: toldIn.get(one.fingerprint) }));
  const crowded = crowdedRegions(keys, prefix, now - route.groupIntervalMs);
  const fallen = new Set(incidents.filter(isOfRegion).map(({ region }) => region));
  const members = new Map<string, Member>();
  for (const { one, own, told } of keys) {
    const isWithRegion = isOfRegion(one) || (one.scope === "node" && fallen.has(one.region));
    const isTogether = told === undefined && (isWithRegion || crowded.has(one.region));
    const key = told ?? (isTogether ? prefix + regionKey(one.region) : own);
    const member = members.get(key);
    // Moving in with others never makes an incident wait anew. Those called to help are called at once.
    const before = isTogether ? known.get(own) : undefined;
    const isWaiting = before !== undefined && before.lastAt === null;
    if (member !== undefined && !isWaiting) {
      member.firing.push(one);
      continue;
    }
    const born = isWaiting ? before : { bornAt: now, nextAt: now + (isEscalated ? 0 : route.groupWaitMs) };
    const group = member?.group ?? known.get(key) ?? newGroup(channelId, route.id, key, born);
    const isSooner = group.lastAt === null && born.nextAt < group.nextAt;
    members.set(key, {
      group: isSooner ? { ...group, ...timesOf(born) } : group,
      firing: [...(member?.firing ?? []), one],
    });
  }
  return members;
}

type Keyed = { readonly one: Incident; readonly own: string; readonly told: string | undefined };

/** Regions where so many speak up within an interval, or already speak as one, that they are told together. */
function crowdedRegions(keys: readonly Keyed[], prefix: string, youngFrom: number): ReadonlySet<string> {
  const young = new Map<string, Set<string>>();
  const together = new Map<string, Set<string>>();
  for (const { one, own, told } of keys) {
    if (isOfRegion(one)) continue;
    if (told === prefix + regionKey(one.region)) add(together, one.region, own);
    if (told === undefined || (one.firedAt ?? 0) > youngFrom) add(young, one.region, own);
  }
  const isCrowd = ([, some]: readonly [string, ReadonlySet<string>]) => some.size > MOST_APART;
  return new Set([...[...young].filter(isCrowd), ...[...together].filter(isCrowd)].map(([region]) => region));
}

const ESCALATED = "escalated ";

/** A group on a channel that is called because nobody acknowledged. */
export const isCallForHelp = ({ key }: Group): boolean => key.startsWith(ESCALATED);

/** What is about a cluster or a region as a whole is the region's. */
const isOfRegion = ({ scope }: Incident): boolean => scope === "cluster" || scope === "region";

const regionKey = (region: string): string => bounded(`region ${region}`);
const ownKey = ({ ruleId, poolId, nodeKey, region, cluster }: Incident): string =>
  bounded(nodeKey === "" ? `${ruleId}|${poolId}|${region}/${cluster}` : `${ruleId}|${poolId}|${nodeKey}`);

/**
 * Others name places at any length and with any characters. What is too long for an index cannot be written: the end
 * becomes its hash. Nor can NUL and halves of characters.
 */
const MOST_KEY = 512;
const bounded = (key: string): string =>
  (key.length <= MOST_KEY ? key : `${key.slice(0, MOST_KEY)} ${fingerprintOf("group", { key })}`).replaceAll(
    /\0|\p{Cs}/gu,
    "\ufffd",
  );

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
  else if (set.size <= MOST_APART) set.add(value); // more than enough is enough
}
