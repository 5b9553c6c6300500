import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { StormFigures } from "../server/usecases/alerts/storm-child.ts";
import type { BenchRow } from "./row.ts";

const CHILD = fileURLToPath(new URL("../server/usecases/alerts/storm-child.ts", import.meta.url));

/** 100,000 findings over 20 rules within a minute, through the engine, its tables and the outbox (WHK-10). */
export async function benchStorm(): Promise<BenchRow[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", CHILD, "4"]);
  const one = JSON.parse(stdout) as StormFigures;
  const found = `${one.findings.toLocaleString("en")} findings over 20 rules`;
  return [
    {
      name: `${found}: memory grown at the worst moment`,
      value: one.liveMiB,
      unit: "MiB",
      goal: "≤ 64",
      note: `garbage aside; ${Math.round(one.retainedMiB)} MiB of it stay while the storm lasts, for ${one.open.toLocaleString("en")} open incidents; resident at most ${Math.round(one.peakMiB)} MiB more, with what the embedded database takes to write them`,
    },
    {
      name: `${found}: messages left`,
      value: one.outbox,
      unit: "rows",
      goal: `≤ ${one.groups}`,
      note: `groups × endpoints: ${one.groups / one.channels} × ${one.channels}`,
    },
    {
      name: `${found}: the pure step of all incidents, at worst`,
      value: one.slowestStepMs,
      unit: "CPU-ms",
      note: `four rounds of it cost ${Math.round(one.cpuMs).toLocaleString("en")} CPU-ms, the embedded database among it`,
    },
  ];
}
