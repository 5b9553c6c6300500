import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { type Instruments, makeInstruments } from "./instruments.ts";

export type Metrics = {
  readonly instruments: Instruments;
  /** All series in Prometheus text format 0.0.4. */
  readonly text: () => Promise<string>;
  stop(): Promise<void>;
};

/** The registry of one process: made once in compose.ts and handed down, so tests do not share counters. */
export function createMetrics(): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": "dapan" }),
    readers: [reader],
  });
  const serializer = new PrometheusSerializer("", false, undefined, true, true); // no target_info, no otel_scope_name
  return {
    instruments: makeInstruments(provider.getMeter("dapan")),
    async text() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
    stop: () => provider.shutdown(),
  };
}
