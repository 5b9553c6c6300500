import { WHOLE_SIGHT } from "../../domain/access/sight.ts";
import type { Database } from "../../../db/database.ts";
import { DAY_MS, dayOf, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { readChannels } from "../../../db/store/channels.ts";
import { putWatch, readWatches } from "../../../db/store/patrol.ts";
import { readRoutes } from "../../../db/store/routes.ts";
import type { PatrolFacts, PatrolWatch } from "../../domain/patrol/patrol-facts.ts";
import type { Deps } from "../../context.ts";

/** What only the running process and the moment know, as one piece that is kept. */
type Watched = Pick<PatrolFacts, "watch" | "channels">;

/** How far after the end of a period its watch may have been written: a report of the weekend is made on Monday. */
const NEAR_MS = 2 * DAY_MS;

/** The watch kept nearest to the end of a period, begun in it or shortly after; nulls where there is none. */
export async function watchNear(db: Database, { from, to }: Window): Promise<Watched> {
  const kept = await looksIn(db, { from, to: shift(to, NEAR_MS) });
  const nearest = kept.toSorted((a, b) => away(a, to) - away(b, to))[0];
  if (nearest?.watch == null) return { watch: null, channels: null };
  return { ...nearest, watch: { ...nearest.watch, atWork: kept.flatMap(({ watch }) => watch?.atWork ?? []) } };
}

/** Looks kept in a window, oldest first. keepWatch wrote them; one of another shape says nothing. */
const looksIn = async (db: Database, window: Window): Promise<readonly Watched[]> =>
  ((await readWatches(db, window)) as readonly Watched[]).filter(({ watch }) => Array.isArray(watch?.atWork));

const away = ({ watch }: Watched, to: UnixMs): number => Math.abs((watch?.at ?? 0) - to);

export type WatchDeps = Pick<Deps, "alerts" | "sources" | "startedAt" | "writeTrouble">;

/** Looks at the running process now, and keeps it under the day, with when it was at work since the look before. */
export async function keepWatch(db: Database, deps: WatchDeps, at: UnixMs): Promise<void> {
  const kept = await looksIn(db, { from: shift(at, -NEAR_MS), to: at });
  const watch = await watchOf(deps, at);
  const atWork = spansOf(watch, kept.at(-1)?.watch ?? null);
  const watched: Watched = { watch: { ...watch, atWork }, channels: await channelsOf(db) };
  await putWatch(db, new Date(at).toISOString().slice(0, 10), watched, at);
}

/**
 * When rules were judged, as far as the looks of a UTC day know: one look goes on from the last one of its process; of
 * another process nobody knows what came after its last look.
 */
export function spansOf(now: PatrolWatch, last: PatrolWatch | null): readonly Window[] {
  const { at, startedAt } = now;
  const today = last !== null && dayOf(last.at) === dayOf(at) ? last.atWork : [];
  if (!now.isJudging) return today;
  const isSame = last !== null && last.startedAt === startedAt;
  const before = last?.atWork.at(-1);
  if (isSame && last.isJudging && before !== undefined)
    return [...today.filter((span) => span !== before), { from: before.from, to: at }];
  return [...today, { from: isSame ? at : unixMs(Math.min(startedAt, at)), to: at }];
}

async function watchOf({ alerts, sources, startedAt, writeTrouble }: WatchDeps, at: UnixMs): Promise<PatrolWatch> {
  const [{ rows }, { trouble }] = [await alerts.rules(), await alerts.head(WHOLE_SIGHT)];
  const targets = sources.targets();
  return {
    at,
    startedAt: unixMs(startedAt),
    atWork: [],
    rules: rows.map(({ rule, enabled, isSaid, fault }) => ({
      id: rule.id,
      family: rule.family,
      isEnabled: enabled,
      isSaid,
      hasFault: fault !== "",
    })),
    sources: [...new Set(targets.map(({ source }) => source))].map((name) => {
      const own = targets.filter(({ source }) => source === name);
      return { name, targets: own.length, down: own.filter(({ up }) => up === false).length };
    }),
    isJudging: trouble === null,
    cannotWrite: writeTrouble() ?? "",
  };
}

async function channelsOf(db: Database): Promise<PatrolFacts["channels"]> {
  const [channels, routes] = [await readChannels(db), await readRoutes(db)];
  return {
    enabled: channels.filter(({ enabled }) => enabled).length,
    routes: routes.length,
    failing: channels.filter(({ failingSince }) => failingSince !== null).map(({ name }) => name),
  };
}
