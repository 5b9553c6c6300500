import type { CostFilter } from "../../../db/model/ledger-views.ts";
import { featuresSeen } from "../../domain/access/team-scope.ts";
import type { LedgerFacts } from "./ledger-facts.ts";

/** Whose money somebody may see; null = everybody's, and nobody's. */
export type Teams = readonly string[] | null;

/** The ledger's facts as far as they are of these teams: names of other features, and pools only others held, are left out. */
export function factsOfTeams(facts: LedgerFacts, teams: Teams): LedgerFacts {
  if (teams === null) return facts;
  const features = featuresSeen([...facts.features.values()], { teams });
  const days = facts.days.map((day) => ({
    ...day,
    poolIds: new Set([...day.lines.poolId].filter((_, line) => features.has(day.lines.featureId[line]!))),
  }));
  return {
    ...facts,
    features,
    featureIds: new Set([...facts.featureIds].filter((id) => features.has(id))),
    days,
    poolIds: new Set(days.flatMap(({ poolIds }) => [...poolIds])),
  };
}

/** A filter that lets nothing through but what is of these teams. No team = nothing. */
export function filterOfTeams(filter: CostFilter, teams: Teams): CostFilter {
  if (teams === null) return filter;
  return { ...filter, team: (filter.team ?? teams).filter((team) => team !== "" && teams.includes(team)) };
}
