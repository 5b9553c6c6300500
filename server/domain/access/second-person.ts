import type { Permission } from "../../../db/model/access.ts";

/** Which changes wait for a second person (四眼) where the configuration says so: auth.secondPerson. */

export const SECOND_KINDS = ["prices", "mapping", "channels"] as const;
export type SecondKind = (typeof SECOND_KINDS)[number];

/** The one table: paths of procedures by what they change. */
const ACTIONS: ReadonlyMap<string, SecondKind> = new Map([
  ["alerts.enableChannel", "channels"],
  ["alerts.removeChannel", "channels"],
  ["alerts.saveChannel", "channels"],
  ["alerts.saveRoutes", "channels"],
  ["mapping.applyYaml", "mapping"],
  ["mapping.archive", "mapping"],
  ["mapping.save", "mapping"],
  ["mapping.saveFeature", "mapping"],
  ["pricing.end", "prices"],
  ["pricing.import.start", "prices"],
  ["pricing.set", "prices"],
  ["pricing.setRates", "prices"],
  ["usage.setOtherCosts", "prices"],
  ["usage.setUnitPrices", "prices"],
]);

/** Who decides these has this right too: a features.yaml says prices, and is shown to whoever decides. */
const ALSO: ReadonlyMap<string, Permission> = new Map([["mapping.applyYaml", "prices.write"]]);

/** What somebody needs beside the right to an action, to be its second person; null = nothing. */
export const secondNeeds = (action: string): Permission | null => ALSO.get(action) ?? null;

export const SECOND_ACTIONS: readonly string[] = [...ACTIONS.keys()];

/**
 * Whether this change waits for a second person. A features.yaml names prices too, and changes both: either kind holds it.
 */
export function waitsForSecond(action: string, kinds: readonly SecondKind[]): boolean {
  const kind = ACTIONS.get(action);
  if (kind === undefined) return false;
  return kinds.includes(kind) || (action === "mapping.applyYaml" && kinds.includes("prices"));
}
