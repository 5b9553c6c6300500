import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Deps } from "../context.ts";
import type { Instruments } from "./instruments.ts";

const NANOSECONDS = 1e9;
/** The delay is looked at every so often, at instants that have nothing to do with the work; Node counts this pause in. */
const LOOK_MS = 50;

/** CPU, memory and event-loop delay of this process. Returns the way to stop measuring. */
export function watchProcess(instruments: Instruments, startedAt: number): () => void {
  const delay = monitorEventLoopDelay({ resolution: LOOK_MS });
  delay.enable();
  instruments.total("dapan_process_cpu_seconds_total", "CPU time used, user and system.", (say) => {
    const { user, system } = process.cpuUsage();
    say((user + system) / 1e6);
  });
  instruments.gauge("dapan_process_resident_memory_bytes", "Resident memory.", (say) => say(process.memoryUsage.rss()));
  instruments.gauge("dapan_process_heap_bytes", "JavaScript heap in use.", (say) =>
    say(process.memoryUsage().heapUsed),
  );
  instruments.gauge("dapan_process_start_time_seconds", "Start of the process, unix time.", (say) =>
    say(startedAt / 1000),
  );
  instruments.gauge(
    "dapan_event_loop_delay_seconds",
    "How late the event loop was since the last look, by quantile (0.5, 0.99, 1).",
    (say) => {
      const late = (ns: number) => Math.max(0, ns / NANOSECONDS - LOOK_MS / 1000);
      const seconds = (ns: number) => (Number.isFinite(ns) && ns < 1e15 ? late(ns) : 0); // 9e18 before the first tick
      say(seconds(delay.percentile(50)), { quantile: "0.5" });
      say(seconds(delay.percentile(99)), { quantile: "0.99" });
      say(seconds(delay.max), { quantile: "1" });
      delay.reset();
    },
  );
  return () => delay.disable();
}

/** What the fleet and its sources look like, for alerting on ourselves. */
export function watchFleet(
  instruments: Instruments,
  deps: Pick<Deps, "config" | "live" | "sources" | "writeTrouble">,
): void {
  instruments.gauge("dapan_cards", "Cards known, by state.", (say) => {
    for (const [state, count] of Object.entries(deps.live.counts())) say(count, { state });
  });
  instruments.gauge("dapan_targets", "Targets of a source, by whether the last reading succeeded.", (say) => {
    const counts = new Map<string, { source: string; up: string; count: number }>();
    for (const { source, up } of deps.sources.targets()) {
      const key = `${source} ${up}`;
      const known = counts.get(key) ?? { source, up: up === null ? "untried" : String(up), count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
    }
    for (const { source, up, count } of counts.values()) say(count, { source, up });
  });
  instruments.gauge("dapan_live_as_of_seconds", "Unix time of the newest knowledge.", (say) =>
    say(deps.live.asOf() / 1000),
  );
  instruments.gauge("dapan_database_writable", "1 when the last transaction committed, else 0.", (say) =>
    say(deps.writeTrouble() === null ? 1 : 0),
  );
  instruments.gauge(
    "dapan_config_ok",
    "1 when the newest configuration is in force, 0 when a reload was refused.",
    (say) => say(deps.config.faults().length === 0 ? 1 : 0),
  );
}
