import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { BUILT_IN_RULES } from "../../server/domain/health/built-in.ts";
import { startPostgres } from "../services/postgres.ts";
import { freePort, type Service, startProgram } from "../services/program.ts";
import { cpuSecondsOf, startPrometheus } from "../services/prometheus.ts";
import { startVictoriaMetrics } from "../services/victoria-metrics.ts";
import type { BenchRow } from "./row.ts";

const TARGETS = 1_250;
const WARM_S = 30;
const PEER_S = 60;
const OURS_S = 300; // one slot of five minutes is closed within it, so the commit is counted

type Use = { readonly cpuPerM: number; readonly cores: number; readonly residentMib: number; readonly peakMib: number };

/**
 * The whole scrape path for 1,250 targets of 8 cards × 30 metrics every 15 s: read, parse, map, take in, journal, close,
 * commit. Prometheus and VictoriaMetrics scrape the same server in turn; they keep every raw sample, we keep slots.
 */
export async function benchScrapePath(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const encoding of ["plain", "gzip"] as const) {
    const fleet = await serveTargets(encoding);
    try {
      const prometheus = await usePrometheus(fleet.targets);
      const victoria = await useVictoria(fleet.targets);
      const ours = await useDapan(fleet.sd, "postgres", { judges: false });
      rows.push(...compared(encoding, ours, prometheus, victoria));
      const judging = await useDapan(fleet.sd, "postgres");
      rows.push(withRules(encoding, judging));
      if (encoding === "plain") rows.push(...ofProcess("PostgreSQL", judging, "≤ 350"));
      if (encoding === "plain") rows.push(...ofProcess("PGlite", await useDapan(fleet.sd, "pglite"), "≤ 600"));
    } finally {
      fleet.stop();
    }
  }
  return rows;
}

/** What judging every card every 15 s adds: no part of scraping, and nothing Prometheus does here. */
const withRules = (encoding: string, { cpuPerM, databaseCpuPerM }: Ours): BenchRow => ({
  name: `scrape path, ${encoding}, and all ${BUILT_IN_RULES.length} rules of health every 15 s`,
  value: cpuPerM,
  unit: "CPU-s per million samples",
  note: `${OURS_S} s at 15 s; PostgreSQL itself took ${databaseCpuPerM.toFixed(2)} more`,
});

function compared(encoding: "plain" | "gzip", ours: Ours, prometheus: Use, victoria: Use): BenchRow[] {
  const name = `scrape path, ${encoding}`;
  const goals = encoding === "plain" ? (["≤ 0.35", "≤ 0.25"] as const) : (["≤ 0.45", "≤ 0.3"] as const);
  const unit = "CPU-s per million samples";
  const note = `${OURS_S} s at 15 s; PostgreSQL itself took ${ours.databaseCpuPerM.toFixed(2)} more`;
  return [
    { name, value: ours.cpuPerM, unit, note },
    {
      name: `${name}, Prometheus 2.42`,
      value: prometheus.cpuPerM,
      unit,
      note: `${PEER_S} s; ${prometheus.residentMib.toFixed(0)} MiB resident`,
    },
    {
      name: `${name}, VictoriaMetrics 1.79`,
      value: victoria.cpuPerM,
      unit,
      note: `${PEER_S} s; ${victoria.residentMib.toFixed(0)} MiB resident`,
    },
    { name: `${name}, ours / Prometheus`, value: ours.cpuPerM / prometheus.cpuPerM, unit: "×", goal: goals[0] },
    { name: `${name}, ours / VictoriaMetrics`, value: ours.cpuPerM / victoria.cpuPerM, unit: "×", goal: goals[1] },
  ];
}

function ofProcess(engine: string, ours: Ours, memoryGoal: string): BenchRow[] {
  const name = `10,000 cards at 15 s on ${engine}`;
  return [
    {
      name: `${name}: memory`,
      value: ours.residentMib,
      unit: "MiB resident",
      goal: memoryGoal,
      note: `peak ${ours.peakMib.toFixed(0)} MiB`,
    },
    { name: `${name}: CPU`, value: ours.cores, unit: "cores", goal: "≤ 0.15" },
    { name: `${name}: event-loop delay p99`, value: ours.loopP99Ms, unit: "ms", goal: "≤ 20" },
  ];
}

async function serveTargets(encoding: "plain" | "gzip") {
  const flags = ["--static", "--targets", String(TARGETS), ...(encoding === "plain" ? ["--plain"] : [])];
  const child = spawn(process.execPath, ["--import", "tsx", "test/bench/serve-fleet.ts", ...flags], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { sd, targets } = JSON.parse(line.toString()) as { sd: string; targets: string[] };
  return { sd, targets, stop: () => child.kill("SIGTERM") };
}

/** The same list of targets as Prometheus and VictoriaMetrics read it. */
function scrapeConfigs(targets: readonly string[]): string {
  const groups = targets.map((t) => {
    const { host, pathname } = new URL(t);
    return `      - {targets: ["${host}"], labels: {__metrics_path__: "${pathname}"}}`;
  });
  return `  - job_name: cards\n    scrape_interval: 15s\n    static_configs:\n${groups.join("\n")}\n`;
}

async function usePrometheus(targets: readonly string[]): Promise<Use> {
  const service = await startPrometheus({ scrapeConfigs: scrapeConfigs(targets) });
  return await use(service, PEER_S, "prometheus_tsdb_head_samples_appended_total");
}

async function useVictoria(targets: readonly string[]): Promise<Use> {
  const dir = await mkdtemp(join(tmpdir(), "dapan-bench-"));
  const file = join(dir, "scrape.yml");
  await writeFile(file, `scrape_configs:\n${scrapeConfigs(targets)}`);
  try {
    return await use(
      await startVictoriaMetrics([`-promscrape.config=${file}`]),
      PEER_S,
      'vm_rows_inserted_total{type="promscrape"}',
    );
  } finally {
    await rm(dir, { recursive: true });
  }
}

type Ours = Use & { readonly databaseCpuPerM: number; readonly loopP99Ms: number };

async function useDapan(sd: string, engine: "postgres" | "pglite", { judges = true } = {}): Promise<Ours> {
  const dir = await mkdtemp(join(tmpdir(), "dapan-bench-"));
  const postgres = engine === "postgres" ? await startPostgres() : null;
  const port = await freePort();
  const config = {
    listen: { host: "127.0.0.1", port },
    ...(postgres ? { databaseUrl: postgres.url } : { dataDir: join(dir, "data") }),
    egress: { allow: ["127.0.0.0/8"] },
    sources: [{ name: "bench", type: "http_sd", url: sd }],
    telemetry: { logLevel: "warn" },
  };
  await writeFile(join(dir, "dapan.yaml"), JSON.stringify(config));
  try {
    const service = await startProgram({
      name: "dapan",
      command: process.execPath,
      args: ["bin/dapan.js", "serve", "--config", join(dir, "dapan.yaml")],
      url: `http://127.0.0.1:${port}`,
      ready: "/readyz",
      cleanUp: async () => {},
    });
    const databaseCpu = () => (postgres ? familyCpu(postgres.pid()) : Promise.resolve(0));
    if (!judges) await switchOffRules(service.url);
    let database = 0;
    const seen = await use(service, OURS_S, "dapan_scrape_samples_total", {
      begin: async () => void (database = -(await databaseCpu())),
      end: async (metrics) => ({
        databaseCpu: database + (await databaseCpu()),
        loopP99Ms: 1000 * metricOf(metrics, 'dapan_event_loop_delay_seconds{quantile="0.99"}'),
      }),
    });
    return {
      ...seen,
      databaseCpuPerM: seen.extra!.databaseCpu / (seen.samples / 1e6),
      loopP99Ms: seen.extra!.loopP99Ms,
    };
  } finally {
    await postgres?.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** As a person would: the same fleet is scraped, and nothing judged. */
async function switchOffRules(url: string): Promise<void> {
  for (const rule of BUILT_IN_RULES) {
    const { status } = await fetch(`${url}/api/trpc/alerts.saveRule`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rule, enabled: false, why: "bench" }),
    });
    if (status !== 200) throw new Error(`rule ${rule.id} could not be switched off: ${status}`);
  }
}

type Extra = { databaseCpu: number; loopP99Ms: number };
type Around = { begin(): Promise<void>; end(metrics: string): Promise<Extra> };

/** Warms a service up, then watches it for a while, then stops it. */
async function use(service: Service, seconds: number, samplesMetric: string, around?: Around) {
  try {
    await wait(WARM_S * 1000);
    await around?.begin();
    const before = {
      cpu: await cpuSecondsOf(service.pid),
      samples: metricOf(await metricsOf(service.url), samplesMetric),
      at: performance.now(),
    };
    await wait(seconds * 1000);
    const cpu = (await cpuSecondsOf(service.pid)) - before.cpu;
    const metrics = await metricsOf(service.url); // once: looking resets the loop's delays
    const samples = metricOf(metrics, samplesMetric) - before.samples;
    const cores = cpu / ((performance.now() - before.at) / 1000);
    const extra = (await around?.end(metrics)) ?? null;
    return { cpuPerM: cpu / (samples / 1e6), samples, cores, extra, ...(await memoryOf(service.pid)) };
  } finally {
    await service.stop();
  }
}

const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** The sum over all series of a metric, or of one series when labels are given. */
function metricOf(text: string, series: string): number {
  const name = series.split("{")[0]!;
  const labels = /\{(.*)\}/.exec(series)?.[1] ?? "";
  let sum = NaN;
  for (const line of text.split("\n"))
    if ((line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels))
      sum = (Number.isNaN(sum) ? 0 : sum) + Number(line.slice(line.lastIndexOf(" ")));
  return sum;
}

async function memoryOf(pid: number): Promise<{ residentMib: number; peakMib: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kib = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { residentMib: kib("VmRSS"), peakMib: kib("VmHWM") };
}

/** A postmaster and its backends; what ended backends used is in the postmaster's account of its children. */
async function familyCpu(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
  const own = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
  const ended = (Number(own[13]) + Number(own[14])) / 100;
  const living = await Promise.all([pid, ...children].map(cpuSecondsOf));
  return living.filter((s) => !Number.isNaN(s)).reduce((a, b) => a + b, ended);
}
