import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, type Service, startProgram, whyMissing } from "./program.ts";

/** Debian's package; 2.42 is what the lanes are written against. */
export const prometheusMissing = (): string | null => whyMissing("prometheus", "apt-get install prometheus");

export type PrometheusOptions = {
  /** The `scrape_configs` part of prometheus.yml, as YAML; absent = it scrapes nothing. */
  readonly scrapeConfigs?: string;
  /** OpenMetrics texts (with timestamps in seconds and `# EOF`) to start with as history. */
  readonly history?: readonly string[];
  readonly flags?: readonly string[];
  readonly externalLabels?: Readonly<Record<string, string>>;
};

/** A real Prometheus on a free loopback port, in a directory of its own. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Service> {
  const dir = await mkdtemp(path.join(tmpdir(), "dapan-prometheus-"));
  const port = await freePort();
  const data = path.join(dir, "data");
  for (const text of options.history ?? []) await createBlocks(dir, data, text);
  const labels = Object.entries(options.externalLabels ?? {});
  const external = labels.length === 0 ? "" : `  external_labels: ${JSON.stringify(Object.fromEntries(labels))}\n`;
  const config = `global:\n  scrape_interval: 1s\n${external}scrape_configs:\n${options.scrapeConfigs ?? "  []\n"}`;
  await writeFile(path.join(dir, "prometheus.yml"), config);
  return startProgram({
    name: "prometheus",
    command: "prometheus",
    args: [
      `--config.file=${path.join(dir, "prometheus.yml")}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--storage.tsdb.retention.time=10y",
      "--log.level=warn",
      ...(options.flags ?? []),
    ],
    url: `http://127.0.0.1:${port}`,
    ready: "/-/ready",
    cleanUp: () => rm(dir, { recursive: true, force: true }),
  });
}

/** Turns an OpenMetrics text into blocks as if Prometheus had scraped it. */
async function createBlocks(dir: string, data: string, text: string): Promise<void> {
  const file = path.join(dir, "history.om");
  await writeFile(file, text);
  const done = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", "--quiet", file, data], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`promtool could not make blocks: ${done.stderr}${done.stdout}`);
}

/** CPU seconds a process has used, from /proc; NaN where there is none. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100; // utime, stime in ticks of 10 ms
  } catch {
    return NaN;
  }
}
