import type { Feature } from "../../../db/model/feature.ts";
import type { Sight } from "./sight.ts";

/**
 * Whether somebody's teams own a feature; null = everybody's are theirs. A team is its name, letter by letter: "*" is no
 * wildcard, and a feature of no team is nobody's. A renamed team takes its features along only where they are renamed too.
 */
export function isOfTeams({ team }: Pick<Feature, "team">, teams: readonly string[] | null): boolean {
  return teams === null || (team !== "" && teams.includes(team));
}

/** The features somebody may see by id. */
export const featuresSeen = <F extends Pick<Feature, "id" | "team">>(
  features: readonly F[],
  { teams }: Pick<Sight, "teams">,
): ReadonlyMap<number, F> =>
  new Map(features.flatMap((feature) => (isOfTeams(feature, teams) ? [[feature.id, feature] as const] : [])));
