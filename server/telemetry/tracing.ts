import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { turnSpansOn } from "./span.ts";

export type Tracing = { readonly on: boolean; stop(): Promise<void> };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Exports spans over OTLP/HTTP when the standard variables name a collector, and does nothing otherwise. The exporter
 * reads the rest (headers, time-outs, sampler) from OTEL_… itself. Its connection goes to the operator's own collector,
 * named in the environment and not in the config, and so stands outside the egress policy.
 */
export function startTracing(serviceName: string, env: Env): Tracing {
  if (!wanted(env)) return { on: false, stop: async () => undefined };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": env["OTEL_SERVICE_NAME"] ?? serviceName }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  turnSpansOn(true);
  return {
    on: true,
    async stop() {
      turnSpansOn(false);
      await provider.shutdown();
    },
  };
}

function wanted(env: Env): boolean {
  if (env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_TRACES_EXPORTER"] === "none") return false;
  return [env["OTEL_EXPORTER_OTLP_ENDPOINT"], env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]].some(
    (url) => (url ?? "") !== "",
  );
}
