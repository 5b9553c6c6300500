import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Config } from "../../config/config.ts";
import { readSecret } from "../../config/secrets.ts";
import { looksLikeOurs } from "../../domain/access/said-token.ts";
import { applyCatalogue } from "./apply-catalogue.ts";
import { judgeEntries, putEntries, takePush } from "./keep-entries.ts";
import { counterSources, dropSource, keepHours, listSources, saveSource } from "./keep-sources.ts";
import { listOtherCosts, listUnitPrices, putOtherCosts, putUnitPrices } from "./keep-terms.ts";
import { type CounterReaders, tryCounters } from "./counter-readers.ts";
import type { UsagePort } from "./usage-port.ts";
import { Reads } from "./usage-reads.ts";

export type UsageParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly readers: CounterReaders;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Units, revenue and other costs over the tables. This process is where they are written. */
export function createUsage({ db, clock, config, readers, env }: UsageParts): UsagePort {
  const health = new Map<number, { readonly error: string; readonly at: UnixMs }>();
  const listeners = new Set<() => void>();
  const reads = new Reads({
    db,
    clock,
    zone: () => config().timeZone,
    errorOf: (sourceId) => health.get(sourceId)?.error ?? "",
  });
  const changed = (window: Window | null = null): void => {
    reads.forget(window);
    for (const tell of listeners) tell();
  };
  const parts = { db, clock, config, onLines: changed };
  const note = (sourceId: number, error: string | null): void => {
    if (error === null) health.delete(sourceId);
    else health.set(sourceId, { error: error.slice(0, 512), at: clock.now() });
  };
  return {
    units: (days, featureIds) => reads.units(days, featureIds),
    revenue: (days, featureIds) => reads.revenue(days, featureIds),
    otherCosts: (days, featureIds) => reads.otherCosts(days, featureIds),
    sourcesOf: (featureId, days) => reads.sourcesOf(featureId, days),
    unitLines: (featureId, days, limit) => reads.unitLines(featureId, days, limit),
    revenueLines: (featureId, days, limit) => reads.revenueLines(featureId, days, limit),

    push: (push, entries) => takePush(parts, push, entries),
    async pushSecret() {
      const { usageToken } = config();
      const secret = usageToken === null ? null : await readSecret(usageToken, env);
      if (secret !== null && looksLikeOurs(secret))
        throw new Error('the token of usageTokenFile or usageTokenEnv has "dpn_" in it, as those of the page of tokens: choose another'); // prettier-ignore
      return secret;
    },
    judge: (entries, source) => judgeEntries(parts, entries, source),
    put: (entries, source, said) => putEntries(parts, entries, source, said),

    sources: (feature) => listSources(parts, feature, health),
    async saveSource(wish, said) {
      await saveSource(parts, wish, said);
      changed();
    },
    async removeSource(source, said) {
      await dropSource(parts, source, said);
      changed();
    },
    testQuery: (promql) => tryCounters(readers, clock, config(), promql),

    unitPrices: (feature) => listUnitPrices(db, feature),
    async setUnitPrices(changes, said) {
      const applied = await putUnitPrices(parts, changes, said);
      if (applied.revisionId !== null) changed();
      return applied;
    },
    otherCostRows: (feature) => listOtherCosts(db, feature),
    async setOtherCosts(changes, said) {
      const applied = await putOtherCosts(parts, changes, said);
      if (applied.revisionId !== null) changed();
      return applied;
    },

    counters: {
      list: () => counterSources(parts, note),
      commit: (source, hours, readTo) => keepHours(parts, source, hours, readTo),
      note,
    },
    applyCatalogue: (tx, catalogue, said) => applyCatalogue(tx, parts, catalogue, { ...said, now: () => clock.now() }),
    changed: () => changed(),
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}
