import { SECOND_MS } from "../../db/model/time.ts";
import type { FleetDelta } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import { lastDay, withLastDay } from "./last-day.ts";
import { cursorAt, versionOf } from "./live-cursor.ts";

type LiveDeps = Pick<Deps, "board" | "clock" | "live" | "startedAt">;
export type LiveMessage = { readonly cursor: string; readonly delta: FleetDelta };

/** Least time between two messages to one reader: a page need not blink more often. */
const PACE_MS = SECOND_MS;

/**
 * What changes in the fleet from `cursor` on, until `signal`. Without a cursor it begins now.
 * A cursor of an earlier process, or one too old to be remembered, gets `reload` first.
 */
export async function* fleetLive(
  deps: LiveDeps,
  cursor: string | null,
  signal: AbortSignal,
): AsyncGenerator<LiveMessage> {
  let version = cursor === null ? deps.live.version() : versionOf(deps, cursor);
  if (version === null) {
    version = deps.live.version();
    yield message(deps, { version, rows: [], reload: true }, await lastDayByCard(deps));
  }
  while (!signal.aborted) {
    await nextChange(deps, version, signal);
    if (signal.aborted) return;
    const byCard = await lastDayByCard(deps);
    const changes = deps.live.changesSince(version);
    version = changes.version;
    yield message(deps, changes, byCard);
    await deps.clock.sleep(PACE_MS, signal).catch(() => undefined); // aborted: the loop ends
  }
}

function message(deps: LiveDeps, changes: ReturnType<Deps["live"]["changesSince"]>, byCard: LastDay): LiveMessage {
  return {
    cursor: cursorAt(deps, changes.version),
    delta: {
      asOf: deps.live.asOf(),
      counts: deps.live.counts(),
      rows: changes.rows.map((row) => withLastDay(row, byCard)),
      reload: changes.reload,
    },
  };
}

type LastDay = Awaited<ReturnType<Deps["board"]["cardUtilisation"]>>;
const lastDayByCard = (deps: LiveDeps): Promise<LastDay> => deps.board.cardUtilisation(lastDay(deps.clock.now()));

/** Resolves once the fleet is past `version`, or the reader left. */
function nextChange(deps: LiveDeps, version: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = deps.live.onChange(done);
    signal.addEventListener("abort", done);
    if (signal.aborted || deps.live.version() > version) done();
  });
}
