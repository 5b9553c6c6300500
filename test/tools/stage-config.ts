import { systemClock } from "../../server/clock.ts";
import { holdConfig } from "../../server/config/holder.ts";
import { readConfig } from "../../server/config/read.ts";
import type { ConfigHolder } from "../../server/context.ts";
import { createLog } from "../../server/telemetry/log.ts";

/** A configuration that nobody reloads: everything as it comes, in Shanghai. */
export function stageConfig(log = createLog("silent", systemClock)): ConfigHolder {
  const reading = readConfig("timeZone: Asia/Shanghai", "dapan.yaml", {});
  if (!reading.ok) throw new Error("the stage's config is wrong");
  return holdConfig(reading.config, null, log);
}
