/**
 * A child process that the pull benchmark reads: answers `/api/v1/query` for raw range selectors as Prometheus 2.42 does,
 * with the series of `cards` cards in nodes of eight, scraped every `--interval` ms. Prints its port when it listens.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { parseSelector } from "../../collectors/prometheus/selector.ts";

const { values: args } = parseArgs({
  options: { cards: { type: "string", default: "10000" }, interval: { type: "string", default: "30000" } },
});
const CARDS = Number(args.cards);
const INTERVAL = Number(args.interval);

const METRICS = new Map<string, (card: number, step: number) => string>([
  ["DCGM_FI_DEV_GPU_UTIL", (card, step) => String((card * 7 + step * 13) % 101)],
  ["DCGM_FI_DEV_FB_USED", (card, step) => String(1_000 + ((card * 31 + step) % 70_000))],
  ["DCGM_FI_DEV_FB_FREE", (card, step) => String(80_000 - ((card * 31 + step) % 70_000))],
  ["DCGM_FI_DEV_POWER_USAGE", (card, step) => `${60 + ((card + step) % 600)}.${(card * 7 + step) % 1000}`],
  ["DCGM_FI_DEV_GPU_TEMP", (card, step) => String(30 + ((card + step) % 50))],
  ["DCGM_FI_DEV_MEMORY_TEMP", (card, step) => String(30 + ((card + step) % 60))],
  ["DCGM_FI_DEV_SM_CLOCK", (card, step) => String(1_200 + ((card + step) % 200))],
  [
    "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
    (card, step) => String(1_000_000_000_000 + card * 1_000 + (step % 1e6) * 9_000_000),
  ],
  [
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    (card, step) => `0.${String((card * 9973 + step * 31) % 1_000_000).padStart(6, "0")}`,
  ],
  [
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    (card, step) => `0.${String((card * 7919 + step * 17) % 1_000_000).padStart(6, "0")}`,
  ],
  ["DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", () => "0"],
  ["DCGM_FI_DEV_XID_ERRORS", () => "0"],
]);

const NODES = Math.ceil(CARDS / 8);
const targetOf = (node: number): string => `"instance":"10.1.${node >> 8}.${node & 255}:9400","job":"dcgm-exporter"`;
const labelsOf = Array.from({ length: CARDS }, (_, card) => {
  const [node, gpu] = [card >> 3, card & 7];
  const uuid = `GPU-${String(card).padStart(8, "0")}-2222-3333-4444-555555555555`;
  return `"DCGM_FI_DRIVER_VERSION":"550.127.08","Hostname":"gpu-node-${node}","UUID":"${uuid}","container":"exporter","device":"nvidia${gpu}","exported_container":"worker","exported_namespace":"train","exported_pod":"llm-worker-${card}","gpu":"${gpu}",${targetOf(node)},"modelName":"NVIDIA A100-SXM4-80GB","namespace":"gpu-operator","pci_bus_id":"00000000:${(gpu * 16 + 13).toString(16).toUpperCase()}:00.0","pod":"dcgm-exporter-${node}"`;
});

/** Instants of a node's scrapes in `[from, to]`, as the API prints them, and their ordinals. */
function scrapes(node: number, from: number, to: number): readonly (readonly [string, number])[] {
  const phase = (node * 7919) % INTERVAL;
  const found: (readonly [string, number])[] = [];
  for (let step = Math.ceil((from - phase) / INTERVAL); step * INTERVAL + phase <= to; step += 1) {
    found.push([`${(step * INTERVAL + phase) / 1000}`, step]);
  }
  return found;
}

function answer(query: string, time: number): string {
  const [, selector = "", range = "0"] = /^(.*)\[(\d+)ms\]$/s.exec(query) ?? [];
  const to = Math.round(time * 1000);
  const from = to - Number(range);
  const wanted = parseSelector(selector).find((m) => m.name === "__name__");
  const names = wanted?.value.split("|") ?? [];
  const items: string[] = [];
  const nodes = Array.from({ length: NODES }, (_, node) => scrapes(node, from, to));
  for (const name of names) {
    if (name === "up") {
      nodes.forEach((at, node) =>
        items.push(
          `{"metric":{"__name__":"up",${targetOf(node)}},"values":[${at.map(([t]) => `[${t},"1"]`).join(",")}]}`,
        ),
      );
    }
    const value = METRICS.get(name);
    if (value === undefined) continue;
    labelsOf.forEach((labels, card) => {
      const values = nodes[card >> 3]!.map(([t, step]) => `[${t},"${value(card, step)}"]`).join(",");
      items.push(`{"metric":{"__name__":"${name}",${labels}},"values":[${values}]}`);
    });
  }
  return `{"status":"success","data":{"resultType":"matrix","result":[${items.join(",")}]}}`;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const form = new URLSearchParams(Buffer.concat(parts).toString());
    const body = Buffer.from(answer(form.get("query") ?? "{}", Number(form.get("time"))));
    response.writeHead(200, { "content-type": "application/json" });
    response.write(body); // without a length, as both do: in one chunk
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(String((server.address() as AddressInfo).port)));
process.on("disconnect", () => process.exit(0));
process.stdin.on("end", () => process.exit(0)).resume();
