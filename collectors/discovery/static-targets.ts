import { CollectError } from "../collector.ts";
import { makeTarget, PLAIN_METRICS, type Target, withoutDuplicates } from "./target.ts";

/**
 * Targets written in the configuration: whole URLs, or `host:port`.
 * @throws CollectError `bad_config`, naming the entry
 */
export function staticTargets(entries: readonly string[], labels: ReadonlyMap<string, string>): readonly Target[] {
  const targets = entries.map((entry, i) => {
    try {
      return makeTarget(entry, labels, PLAIN_METRICS);
    } catch (cause) {
      const words = cause instanceof RangeError ? cause.message : "cannot be read";
      const shown = entry.includes("@") ? "" : ` ${JSON.stringify(entry.slice(0, 80))}`;
      throw new CollectError("bad_config", `targets[${i}]${shown} ${words}`, { cause });
    }
  });
  return withoutDuplicates(targets);
}
