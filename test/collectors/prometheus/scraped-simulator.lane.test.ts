import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { cardExporters } from "../../../collectors/card-exporters.ts";
import { readKube } from "../../../collectors/kube/kube.ts";
import { PrometheusPuller } from "../../../collectors/prometheus/pull.ts";
import { type FleetServer, serveFleet } from "../../../collectors/simulator/serve.ts";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { prometheusMissing, startPrometheus } from "../../services/prometheus.ts";
import type { Service } from "../../services/program.ts";
import { startVictoriaMetrics, victoriaMetricsMissing } from "../../services/victoria-metrics.ts";
import { tinySource } from "./tiny-exporters.ts";

const STEP = 1_000;

/** Scrapes the simulator's card exporters and kube-state-metrics every second. */
function scrapeConfigs(simulator: FleetServer): string {
  const jobs = [
    {
      job_name: "cards",
      scrape_interval: "1s",
      scrape_timeout: "1s",
      http_sd_configs: [{ url: `${simulator.url}/sd` }],
    },
    ...simulator.targets
      .filter(({ job }) => job === "kube-state-metrics")
      .map(({ url, labels }, i) => ({
        job_name: `ksm-${i}`,
        scrape_interval: "1s",
        metrics_path: new URL(url).pathname,
        static_configs: [{ targets: [new URL(url).host], labels: { cluster: labels["cluster"] ?? "" } }],
      })),
  ];
  return jobs.map((job) => `  - ${JSON.stringify(job)}\n`).join(""); // JSON is YAML
}

const kinds = [
  {
    name: "Prometheus",
    missing: prometheusMissing(),
    start: (configs: string): Promise<Service> => startPrometheus({ scrapeConfigs: configs }),
  },
  {
    name: "VictoriaMetrics",
    missing: victoriaMetricsMissing(),
    async start(configs: string): Promise<Service> {
      const dir = await mkdtemp(path.join(tmpdir(), "dapan-scrape-"));
      await writeFile(path.join(dir, "scrape.yml"), `scrape_configs:\n${configs}`);
      const service = await startVictoriaMetrics([
        `-promscrape.config=${path.join(dir, "scrape.yml")}`,
        "-search.latencyOffset=1s", // instant questions (Kubernetes facts) are answered 30 s late otherwise
      ]);
      const stop = async (): Promise<void> => {
        await service.stop();
        await rm(dir, { recursive: true, force: true });
      };
      return { ...service, stop };
    },
  },
];

for (const { name, missing } of kinds) if (missing !== null) console.log(`skipped: ${name} lanes: ${missing}`);

test.concurrent.each(kinds)(
  "$name scraping the simulator: every scrape is a frame, a dead exporter is silence",
  async ({ missing, start }) => {
    if (missing !== null) return;
    const simulator = await serveFleet({ clock: systemClock, seed: 7, cards: 40, faults: 0 });
    const service = await start(scrapeConfigs(simulator));
    const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
    try {
      const source = tinySource({ url: service.url, intervalMs: STEP, exporters: cardExporters });
      const puller = new PrometheusPuller(source, { fetcher, clock: systemClock });
      const read = async (from: number, to: number) =>
        (await puller.pullWindow({ from: unixMs(from), to: unixMs(to) }, new AbortController().signal)).reports;

      for (
        let i = 0;
        i < 60 && (await puller.pullLive(new AbortController().signal)).frames.length < simulator.fleet.nodes.length;
        i += 1
      )
        await wait(500);
      const from = Date.now();
      await wait(6_000);
      const dead = simulator.fleet.nodes[0]!;
      simulator.setDown(dead.name, true);
      const down = Date.now();
      await wait(6_000);
      const to = Date.now() - 3_000; // servers take a moment to show what they have

      const reports = await read(from, to);
      const frames = reports.filter((r) => r.kind === "frame" && r.at >= from);
      const upOf = await rawUp(service.url, from, to);
      const said = frames.map((f) => ({ node: decodeURIComponent(f.origin.split("/").at(-1)!), at: f.at }));
      expect(byNode(said)).toEqual(byNode(upOf)); // no scrape lost, none made up, each at its own millisecond
      const uuids = new Set(frames.flatMap((f) => (f.kind === "frame" ? f.cards.map((c) => c.uuid) : [])));
      expect(uuids.size).toBe(40);

      const silent = reports.filter((r) => r.kind === "silence" && r.at >= from);
      expect(silent.length).toBe(1);
      expect(silent[0]!.at).toBeGreaterThan(down - STEP);
      expect(frames.filter((f) => f.origin === silent[0]!.origin && f.at > silent[0]!.at)).toEqual([]);

      const again = await read(from, to);
      expect(again).toEqual(reports);

      const kube = await readKube(puller.client, [], unixMs(to));
      expect(kube.nodes.length).toBe(simulator.fleet.nodes.length);
      expect(kube.nodes.every((n) => n.capacity.size === 1 && n.labels.has("topology_kubernetes_io_region"))).toBe(
        true,
      );
      expect(kube.pods.every((p) => p.phase === "Running" && p.owner !== null && p.cards.size === 1)).toBe(true);
    } finally {
      await fetcher.close();
      await service.stop();
      await simulator.stop();
    }
  },
  90_000,
);

type Scrape = { readonly node: string; readonly at: number };

/** Instants by node. npu-exporter stamps its samples itself, milliseconds off the scrape: there the count must do. */
function byNode(scrapes: readonly Scrape[]): Map<string, readonly number[] | number> {
  const nodes = new Map<string, number[]>();
  for (const { node, at } of scrapes) nodes.set(node, [...(nodes.get(node) ?? []), at]);
  const sorted = [...nodes].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([node, at]) => [node, node.includes("npu") ? at.length : at.toSorted((a, b) => a - b)]));
}

/** Successful scrapes of the card exporters by the server's own account. */
async function rawUp(url: string, from: number, to: number): Promise<Scrape[]> {
  const query = new URLSearchParams({ query: `up{job!~"ksm.*"}[${to - from}ms]`, time: String((to - 1) / 1000) });
  const answer = (await (await fetch(`${url}/api/v1/query?${query}`)).json()) as {
    data: { result: { metric: { node: string }; values: [number, string][] }[] };
  };
  return answer.data.result.flatMap(({ metric, values }) =>
    values
      .filter(([t, v]) => v === "1" && t * 1000 >= from)
      .map(([t]) => ({ node: metric.node, at: Math.round(t * 1000) })),
  );
}
