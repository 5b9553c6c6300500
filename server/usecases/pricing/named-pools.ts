import type { AliasesPort, LiveFleetPort } from "../../context.ts";
import { namedModel } from "../../domain/pricing/named.ts";
import type { BoardPast } from "../board/ports.ts";

type Aliases = () => ReadonlyMap<string, string>;

/** The live fleet as pages show it: a pool of an unknown name that a person tied to a model has that model. */
export const liveNamed = (live: LiveFleetPort, aliases: Aliases): LiveFleetPort => ({
  asOf: () => live.asOf(),
  counts: () => live.counts(),
  rows: () => live.rows(),
  row: (uuid) => live.row(uuid),
  pools: () => named(live.pools(), aliases()),
  identity: (uuid) => live.identity(uuid),
  readings: (uuid) => live.readings(uuid),
  version: () => live.version(),
  changesSince: (version) => live.changesSince(version),
  onChange: (callback) => live.onChange(callback),
});

/** The same of past moments, with the names that were known at the moment of knowledge. */
export const pastNamed = (past: BoardPast, aliases: Pick<AliasesPort, "at">): BoardPast => ({
  ...past,
  pools: async (knownAt = null) => named(await past.pools(), await aliases.at(knownAt)),
});

/** Pools with the models their names were tied to. */
export function named<P extends { readonly model: string }>(
  pools: readonly P[],
  aliases: ReadonlyMap<string, string>,
): readonly P[] {
  if (aliases.size === 0) return pools;
  return pools.map((pool) => ({ ...pool, model: namedModel(pool.model, aliases) }));
}
