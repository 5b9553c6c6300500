import { existsSync, readFileSync } from "node:fs";

/**
 * The most memory this process ever had resident, in MiB. `resourceUsage().maxRSS` starts at what the parent had when it
 * started us (Linux carries it over exec): growth below the test runner's own would go unseen.
 */
export function peakMiB(): number {
  if (!existsSync("/proc/self/status")) return process.resourceUsage().maxRSS / 1024;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) / 1024;
}
