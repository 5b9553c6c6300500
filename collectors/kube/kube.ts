import type { KubeFacts } from "../../db/model/kube.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { PrometheusClient } from "../prometheus/client.ts";
import { MATRIX_LIMITS, MatrixReader } from "../prometheus/matrix.ts";
import { instantForm } from "../prometheus/query.ts";
import type { Matcher } from "../prometheus/selector.ts";
import { SeriesCache } from "../prometheus/series-cache.ts";
import { CARD_RESOURCES, kubeFacts, type KubeSeries } from "./kube-facts.ts";

type Question = { readonly name: string; readonly matchers?: readonly Matcher[]; readonly onlySet?: boolean };

const cards: Matcher = { name: "resource", op: "=~", value: CARD_RESOURCES };
const ready: Matcher = { name: "condition", op: "=", value: "Ready" };

/** What is asked of kube-state-metrics; state sets only where they are set. */
const QUESTIONS: readonly Question[] = [
  { name: "kube_node_info" },
  { name: "kube_node_labels" },
  { name: "kube_node_status_condition", matchers: [ready], onlySet: true },
  { name: "kube_node_spec_unschedulable" },
  { name: "kube_node_status_capacity", matchers: [cards] },
  { name: "kube_pod_info" },
  { name: "kube_pod_owner" },
  { name: "kube_pod_labels" },
  { name: "kube_pod_status_phase", onlySet: true },
  { name: "kube_pod_start_time" },
  { name: "kube_pod_created" },
  { name: "kube_pod_container_resource_requests", matchers: [cards] },
  { name: "kube_replicaset_owner" },
  { name: "kube_job_owner" },
];

/**
 * Kubernetes at an instant, as kube-state-metrics told this Prometheus. Clusters without a `cluster` label are "".
 * VictoriaMetrics answers instant questions as of 30 s ago (-search.latencyOffset).
 *
 * @param matchers of the source, without a metric name
 * @throws CollectError as PrometheusClient.ask: facts are whole or there are none
 */
export async function readKube(client: PrometheusClient, matchers: readonly Matcher[], at: UnixMs): Promise<KubeFacts> {
  const reader = new MatrixReader(new SeriesCache(), MATRIX_LIMITS); // series of pods come and go: nothing is kept
  const described: Omit<KubeSeries, "value">[] = [];
  const series: KubeSeries[] = [];
  const sink = {
    describe: (name: string, labels: ReadonlyMap<string, string>): number => described.push({ name, labels }) - 1,
    take(ref: number, _: Float64Array, values: Float64Array, count: number): void {
      if (count > 0) series.push({ ...described[ref]!, value: values[count - 1]! });
    },
  };
  const own = matchers.filter((m) => m.name !== "__name__");
  const ask = ({ name, matchers: more = [], onlySet = false }: Question) =>
    client.ask(instantForm([{ name: "__name__", op: "=", value: name }, ...own, ...more], at, onlySet), sink, reader);
  await Promise.all(QUESTIONS.map(ask));
  return { at, ...kubeFacts(series) };
}
