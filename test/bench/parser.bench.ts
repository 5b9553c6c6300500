import { pathToFileURL } from "node:url";
import parsePrometheus from "parse-prometheus-text-format";
import { CardTarget } from "../../collectors/card-target.ts";
import { ExpositionReader } from "../../collectors/exposition/reader.ts";
import { unixMs } from "../../db/model/units.ts";
import type { BenchRow } from "./row.ts";

const NODES = 200;
const ROUNDS = 7; // medians of
const CARDS = 8;

/** Thirty metrics of dcgm-exporter, all of one kind of value each: whole, six decimals, or a large counter. */
const DEVICE =
  "SM_CLOCK MEM_CLOCK MEMORY_TEMP GPU_TEMP PCIE_REPLAY_COUNTER GPU_UTIL MEM_COPY_UTIL ENC_UTIL DEC_UTIL XID_ERRORS " +
  "FB_FREE FB_USED FB_RESERVED ECC_SBE_VOL_TOTAL ECC_DBE_VOL_TOTAL ECC_SBE_AGG_TOTAL ECC_DBE_AGG_TOTAL NVLINK_BANDWIDTH_TOTAL " +
  "VGPU_LICENSE_STATUS UNCORRECTABLE_REMAPPED_ROWS CORRECTABLE_REMAPPED_ROWS ROW_REMAP_FAILURE POWER_USAGE " +
  "TOTAL_ENERGY_CONSUMPTION POWER_VIOLATION";
const PROFILING = "GR_ENGINE_ACTIVE PIPE_TENSOR_ACTIVE DRAM_ACTIVE PCIE_TX_BYTES PCIE_RX_BYTES";
const METRICS = [
  ...DEVICE.split(" ").map((name) => `DCGM_FI_DEV_${name}`),
  ...PROFILING.split(" ").map((name) => `DCGM_FI_PROF_${name}`),
];

/** A body as dcgm-exporter prints it for one node: 240 samples, about 75 kB. Deterministic. */
export function dcgmBody(node: number, round: number, podTag = ""): Buffer {
  let seed = node * 7919 + round * 104_729 + 1;
  const next = (below: number): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
  const value = (metric: string): string => {
    if (metric.endsWith("_ACTIVE")) return (next(1e6) / 1e6).toFixed(6);
    if (metric.endsWith("POWER_USAGE")) return (60 + next(640e6) / 1e6).toFixed(6);
    if (/ENERGY|VIOLATION|BYTES/.test(metric)) return String(next(2e9) * 1_000);
    return String(next(100));
  };
  let text = "";
  for (const metric of METRICS) {
    text += `# HELP ${metric} What the field means, with its unit (in %).\n# TYPE ${metric} gauge\n`;
    for (let card = 0; card < CARDS; card++) {
      const uuid = `GPU-${String(node).padStart(8, "0")}-a20d-2bcc-74ab-b9060454d81${card}`;
      text += `${metric}{gpu="${card}",UUID="${uuid}",pci_bus_id="00000000:${card}D:00.0",device="nvidia${card}",modelName="NVIDIA A100-SXM4-80GB",Hostname="gpu-node-${node}",DCGM_FI_DRIVER_VERSION="550.127.08",container="worker",namespace="training",pod="llm-pretrain-worker-${node}-${card}${podTag}"} ${value(metric)}\n`;
    }
  }
  return Buffer.from(text);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** CPU seconds of this process that `work` takes. Other processes of a shared machine do not count. */
function cpuSeconds(work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

const place = { vendor: "bench", region: "", zone: "", cluster: "", billing: "owned" } as const;
const at = unixMs(1_790_000_000_000);

/** The parser and the collectors alone: no network, no store. */
export async function benchParser(): Promise<BenchRow[]> {
  const bodies = [0, 1].map((round) => Array.from({ length: NODES }, (_, node) => dcgmBody(node, round)));
  const moved = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: NODES }, (_, node) => dcgmBody(node, 0, `-${round}`)),
  );
  const megabytes = bodies[0]!.reduce((sum, body) => sum + body.length, 0) / 1e6;
  const samples = NODES * CARDS * 30;
  let ref = 0;
  const readers = Array.from({ length: NODES }, () => new ExpositionReader(() => ref++));
  const targets = Array.from({ length: NODES }, () => new CardTarget());
  const frame = (node: number, body: Buffer): void =>
    void targets[node]!.toFrame(body, "text", { origin: `n${node}`, at, reachMs: 30_000, place, node: "" });
  const readAll = (): void =>
    bodies.forEach((round) => round.forEach((body, node) => readers[node]!.read(body, "text")));
  const frameAll = (): void => bodies.forEach((round) => round.forEach((body, node) => frame(node, body)));
  for (let i = 0; i < 3; i++) {
    readAll();
    frameAll();
  }
  const peerBodies = bodies[1]!.slice(0, 10).map((body) => body.toString());
  const peerMegabytes = peerBodies.reduce((sum, text) => sum + text.length, 0) / 1e6;
  for (const text of peerBodies) parsePrometheus(text);

  const known: number[] = [];
  const framed: number[] = [];
  const peer: number[] = [];
  const fresh: number[] = [];
  const churn: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    known.push((8 * megabytes) / cpuSeconds(() => [0, 1, 2, 3].forEach(readAll)));
    peer.push(peerMegabytes / cpuSeconds(() => peerBodies.forEach((text) => parsePrometheus(text))));
    framed.push((8 * megabytes) / cpuSeconds(() => [0, 1, 2, 3].forEach(frameAll)));
    fresh.push(
      (cpuSeconds(() => bodies[0]!.forEach((body) => new ExpositionReader(() => 0).read(body, "text"))) * 1e6) /
        samples,
    );
    churn.push((cpuSeconds(() => moved[round]!.forEach((body, node) => frame(node, body))) * 1e6) / samples);
    bodies[0]!.forEach((body, node) => frame(node, body)); // back to the series of the other rounds
  }
  const ratio = median(known.map((speed, i) => speed / peer[i]!));
  return [
    {
      name: "parser, known series",
      value: median(known),
      unit: "MB/s per core",
      goal: "≥ 800",
      note: `${NODES} targets × 240 samples, ${Math.round((megabytes * 1e3) / NODES)} kB a body`,
    },
    {
      name: "parser, known series, against parse-prometheus-text-format 1.1.1",
      value: ratio,
      unit: "×",
      goal: "≥ 30",
      note: `the peer: ${median(peer).toFixed(1)} MB/s; alternating`,
    },
    {
      name: "body to frame of cards, known series",
      value: median(framed),
      unit: "MB/s per core",
      note: `${((megabytes * 1e6) / samples / median(framed)).toFixed(3)} CPU-s per M samples`,
    },
    {
      name: "parser, new series",
      value: median(fresh),
      unit: "CPU-s per M samples",
      goal: "≤ 10",
      note: "first body of a target",
    },
    {
      name: "body to frame of cards, every label set new",
      value: median(churn),
      unit: "CPU-s per M samples",
      goal: "≤ 10",
      note: "all pods of a node changed",
    },
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.table(await benchParser());
