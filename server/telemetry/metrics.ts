import { metrics } from "@opentelemetry/api";
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

/**
 * The registry of one process. With `isGlobal` it is also the one that parts find through the OpenTelemetry API
 * (they make their instruments at first use); without, tests do not share counters.
 */
export function createMetrics(isGlobal = false): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": "dapan" }),
    readers: [reader],
  });
  if (isGlobal) metrics.setGlobalMeterProvider(provider);
  const serializer = new PrometheusSerializer("", false, undefined, true, true); // no target_info, no otel_scope_name
  return {
    instruments: makeInstruments(provider.getMeter("dapan")),
    async text() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
    async stop() {
      if (isGlobal) metrics.disable();
      await provider.shutdown();
    },
  };
}
