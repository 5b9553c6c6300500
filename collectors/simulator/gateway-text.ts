/** What the entry gateway and the model servers of a cluster count (facts/other-metrics.md sections 3 and 4). */
import { family, labelText } from "../exposition-writer.ts";
import { beatOf } from "./dcgm-text.ts";
import { type Feature, FEATURES, hourStart } from "./features.ts";
import type { Fleet } from "./fleet.ts";
import { draw, mix } from "./hash.ts";

const HOUR = 3_600_000;
const SERVING = new Set(["serving", "mig", "sliced"]);

type Service = {
  readonly feature: Feature;
  readonly key: number;
  readonly cards: number;
  readonly demandAt: (hour: number) => number;
};

/** The body of a cluster's gateway at `t`: requests by status, and vLLM's counters where it serves language. "" without services. */
export function renderGateway(fleet: Fleet, cluster: string, t: number): string {
  const beat = beatOf(t);
  const services = servicesOf(fleet, cluster);
  const requests: [string, number][] = [];
  for (const service of services) {
    const { ok, failed } = requestsTo(fleet, service, beat);
    const base = [
      ["controller_class", "k8s.io/ingress-nginx"],
      ["ingress", service.feature.service],
      ["method", "POST"],
      ["namespace", service.feature.name],
      ["path", "/"],
      ["service", service.feature.service],
    ] as const;
    requests.push([labelText([...base, ["status", "200"]]), ok]);
    if (failed > 0) requests.push([labelText([...base, ["status", "503"]]), failed]); // a code that never came has no series
  }
  return (
    family("nginx_ingress_controller_requests", "The total number of client requests", "counter", requests) +
    vllmFamilies(fleet, services, beat)
  );
}

/** The services of a cluster, each with all its cards there. */
export function servicesOf(fleet: Fleet, cluster: string): Service[] {
  const cards = new Map<Feature, Service>();
  for (const node of fleet.clusters.get(cluster) ?? []) {
    if (!SERVING.has(node.role)) continue;
    const service = fleet.serviceOf(node);
    const before = cards.get(service.feature)?.cards ?? 0;
    cards.set(service.feature, { ...service, cards: before + node.size });
  }
  return FEATURES.flatMap((feature) => cards.get(feature) ?? []);
}

/** Requests from the origin to `t`: whole per hour, so the counters never fall. */
function requestsTo(fleet: Fleet, service: Service, t: number): { readonly ok: number; readonly failed: number } {
  const first = Math.floor(fleet.originMs / HOUR);
  const last = Math.floor(t / HOUR);
  let ok = 0;
  let failed = 0;
  for (let hour = first; hour <= last; hour++) {
    const counted = countRequests(service, hour, hour === last ? (t - hourStart(hour)) / HOUR : 1);
    ok += counted.ok;
    failed += counted.failed;
  }
  return { ok, failed };
}

/** Requests of one hour, or the first `share` of it. */
export function countRequests(
  service: Service,
  hour: number,
  share: number,
): { readonly ok: number; readonly failed: number } {
  const all = service.cards * 1_400 * service.demandAt(hour);
  const bad = all * failureShare(service, hour);
  return { ok: Math.floor((all - bad) * share), failed: Math.floor(bad * share) };
}

/** A full service refuses some; one hour in two hundred is a bad one. */
function failureShare(service: Service, hour: number): number {
  const load = service.demandAt(hour);
  const bad = draw(mix(service.key, hour), 95) < 0.005;
  return bad ? 0.03 : load > 0.96 ? 0.015 : 0.0004;
}

function vllmFamilies(fleet: Fleet, services: readonly Service[], t: number): string {
  const running: [string, number][] = [];
  const waiting: [string, number][] = [];
  const cache: [string, number][] = [];
  const prompt: [string, number][] = [];
  const generated: [string, number][] = [];
  const success: [string, number][] = [];
  for (const service of services) {
    if (service.feature.container !== "vllm") continue;
    const pairs = [
      ["engine", "0"],
      ["model_name", "chat-14b"],
    ] as const;
    const labels = labelText(pairs);
    const load = service.demandAt(Math.floor(t / HOUR));
    const { ok } = requestsTo(fleet, service, t);
    running.push([labels, Math.round(service.cards * 24 * load)]);
    waiting.push([labels, load > 0.9 ? Math.round(service.cards * 9 * (load - 0.9) * 10) : 0]);
    cache.push([labels, Math.round(load * 0.93 * 1e4) / 1e4]);
    prompt.push([labels, ok * 640]);
    generated.push([labels, ok * 310]);
    success.push([labelText([...pairs, ["finished_reason", "stop"]]), Math.floor(ok * 0.9)]);
    success.push([labelText([...pairs, ["finished_reason", "length"]]), ok - Math.floor(ok * 0.9)]);
  }
  return (
    family("vllm:num_requests_running", "Number of requests in model execution batches.", "gauge", running) +
    family("vllm:num_requests_waiting", "Number of requests waiting to be processed.", "gauge", waiting) +
    family("vllm:kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", "gauge", cache) +
    family("vllm:prompt_tokens_total", "Number of prefill tokens processed.", "counter", prompt) +
    family("vllm:generation_tokens_total", "Number of generation tokens processed.", "counter", generated) +
    family("vllm:request_success_total", "Count of successfully processed requests.", "counter", success)
  );
}
