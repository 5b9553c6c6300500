import type { Logger } from "pino";
import type { ConfigHolder } from "../context.ts";
import type { Config, ConfigFault, ConfigReading } from "./config.ts";

export type ReloadingConfig = ConfigHolder & {
  /** Reads again. A wrong file changes nothing but `faults()`. True when the new one is in force. */
  reload(): boolean;
};

/** The config in force, from start to stop. @param load reads the file again; null when there is none (demo) */
export function holdConfig(first: Config, load: (() => ConfigReading) | null, log: Logger): ReloadingConfig {
  let current = first;
  let faults: readonly ConfigFault[] = [];
  const listeners = new Set<(config: Config) => void>();
  const refuse = (found: readonly ConfigFault[]): false => {
    faults = found;
    log.error({ faults: found }, `configuration not reloaded: ${found.length} faults; the old one stays in force`);
    return false;
  };
  return {
    current: () => current,
    faults: () => faults,
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
    reload() {
      if (load === null) return false;
      const reading = load();
      if (!reading.ok) return refuse(reading.faults);
      const waiting = needsRestart(first, reading.config);
      if (waiting.length > 0) log.warn({ keys: waiting }, `takes effect at the next start: ${waiting.join(", ")}`);
      current = reading.config;
      faults = [];
      for (const tell of listeners) tellSafely(() => tell(reading.config), log);
      log.info({ sources: current.sources.length }, "configuration reloaded");
      return true;
    },
  };
}

/** One part that cannot take the new config must not keep the others on the old one. */
function tellSafely(tell: () => void, log: Logger): void {
  try {
    tell();
  } catch (error) {
    log.error({ err: error }, "a part could not take the new configuration; restart to be sure");
  }
}

/** Keys whose new value a running process does not take. */
export function needsRestart(old: Config, now: Config): string[] {
  const keys = ["database", "secretKey", "egress", "storage"] as const;
  const changed: string[] = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (old.listen.host !== now.listen.host || old.listen.port !== now.listen.port) changed.unshift("listen");
  if (old.telemetry.serviceName !== now.telemetry.serviceName) changed.push("telemetry.serviceName");
  return changed;
}
