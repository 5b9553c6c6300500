/** A small fleet's past as dcgm-exporter would have told it, sample by sample. */
export type HistorySpec = {
  readonly from: number; // unix ms
  readonly to: number;
  readonly stepMs: number;
  readonly nodes: number;
  readonly cardsPerNode: number;
  /** Whether the exporter of a node was read at an instant; absent = always. */
  readonly isRead?: (node: number, at: number) => boolean;
  /** Whether Prometheus itself ran; when not, there is no `up` either. */
  readonly isUp?: (at: number) => boolean;
  readonly labels?: Readonly<Record<string, string>>; // added to every series
  readonly phaseMs?: number;
};

export type HistorySample = { readonly series: string; readonly at: number; readonly value: number };

const METRICS: readonly (readonly [string, (card: number, step: number) => number])[] = [
  ["DCGM_FI_DEV_GPU_UTIL", (card, step) => ((card + (step >> 5)) % 3 === 0 ? 0 : 40 + ((card * 7 + step * 13) % 60))],
  ["DCGM_FI_DEV_FB_USED", (card, step) => 10 + card * 100 + (step % 11)],
  ["DCGM_FI_DEV_POWER_USAGE", (card, step) => 60 + ((card * 31 + step * 17) % 3000) / 10],
  ["DCGM_FI_DEV_GPU_TEMP", (card, step) => 30 + ((card + step) % 50)],
  ["DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", (card, step) => 1_000_000_000 + card * 1000 + step * 9_000_000],
  ["DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", (card, step) => Math.floor((card + step) / 40)],
];

/** Every sample, metric by metric and series by series, as the text formats want them grouped. */
export function cardHistory(spec: HistorySpec): HistorySample[] {
  const { from, to, stepMs, nodes, cardsPerNode, isRead = () => true, isUp = () => true, phaseMs = 0 } = spec;
  const samples: HistorySample[] = [];
  const more = Object.entries(spec.labels ?? {})
    .map(([k, v]) => `,${k}="${v}"`)
    .join("");
  const each = (node: number, series: string, value: (step: number, at: number) => number | null): void => {
    const offset = phaseMs + node * 137; // targets are not read in the same millisecond
    for (let at = from + offset; at < to; at += stepMs) {
      const said = isUp(at) ? value(Math.round((at - from - offset) / stepMs), at) : null;
      if (said !== null) samples.push({ series, at, value: said });
    }
  };
  for (const [metric, value] of METRICS) {
    for (let card = 0; card < nodes * cardsPerNode; card += 1) {
      const node = Math.floor(card / cardsPerNode);
      const pod = (step: number): string =>
        (card + (step >> 5)) % 3 === 0 ? "" : `,exported_namespace="train",exported_pod="job-${card}-${step >> 5}"`;
      const labels = `gpu="${card % cardsPerNode}",UUID="GPU-${String(card).padStart(8, "0")}-aaaa",device="nvidia${card % cardsPerNode}",modelName="NVIDIA A100-SXM4-80GB",Hostname="node-${node}",instance="10.0.0.${node}:9400",job="dcgm",namespace="gpu-operator",pod="dcgm-exporter-${node}",container="exporter"${more}`;
      const steps = Math.ceil((to - from) / stepMs);
      for (let part = 0; part << 5 < steps; part += 1) {
        each(node, `${metric}{${labels}${pod(part << 5)}}`, (step, at) =>
          step >> 5 === part && isRead(node, at) ? value(card, step) : null,
        );
      }
    }
  }
  for (let node = 0; node < nodes; node += 1) {
    each(node, `up{instance="10.0.0.${node}:9400",job="dcgm"${more}}`, (_, at) => (isRead(node, at) ? 1 : 0));
  }
  return samples;
}

const metricOf = (series: string): string => series.slice(0, series.indexOf("{"));

/** For promtool: OpenMetrics, timestamps in seconds. */
export function asOpenMetrics(samples: readonly HistorySample[]): string {
  let text = "";
  let metric = "";
  for (const { series, at, value } of samples) {
    if (metricOf(series) !== metric) text += `# TYPE ${(metric = metricOf(series))} gauge\n`;
    text += `${series} ${value} ${(at / 1000).toFixed(3)}\n`;
  }
  return `${text}# EOF\n`;
}

/** For VictoriaMetrics: Prometheus' text format, timestamps in ms. */
export const asText = (samples: readonly HistorySample[]): string =>
  samples.map(({ series, at, value }) => `${series} ${value} ${at}\n`).join("");
