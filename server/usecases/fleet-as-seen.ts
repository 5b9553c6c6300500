import type { CardRow } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import type { Sight } from "../domain/access/sight.ts";

type FleetDeps = Pick<Deps, "live" | "board">;

/**
 * The fleet as somebody sees it. Cards are everybody's: people with teams see where each stands and how it does, and not who
 * holds it, nor what its driver said of the programs on it. Before anything is searched or ordered by a name.
 */
export function fleetAsSeen<D extends FleetDeps>(deps: D, { teams }: Pick<Sight, "teams">): D {
  if (teams === null) return deps;
  const { live, board } = deps;
  return {
    ...deps,
    live: {
      asOf: () => live.asOf(),
      counts: () => live.counts(),
      pools: () => live.pools(),
      identity: (uuid) => live.identity(uuid),
      readings: (uuid) => live.readings(uuid),
      version: () => live.version(),
      onChange: (callback) => live.onChange(callback),
      rows: () => live.rows().map(nameless),
      row(uuid) {
        const row = live.row(uuid);
        return row === null ? null : nameless(row);
      },
      changesSince(version) {
        const changes = live.changesSince(version);
        return { ...changes, rows: changes.rows.map(nameless) };
      },
    },
    board: {
      ...board,
      cardPoints: async (...asked) => (await board.cardPoints(...asked)).map((point) => ({ ...point, holder: "" })),
      cardEvents: async (...asked) => (await board.cardEvents(...asked)).map((event) => ({ ...event, detail: "" })),
    },
  };
}

const nameless = (row: CardRow): CardRow => ({ ...row, holder: "" });
