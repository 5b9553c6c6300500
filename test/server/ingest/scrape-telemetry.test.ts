import { metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import { type CollectionResult, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import { staticTargets } from "../../../collectors/discovery/static-targets.ts";
import { ScrapeTelemetry } from "../../../server/ingest/scrape-telemetry.ts";

class Reader extends MetricReader {
  protected override onForceFlush = async (): Promise<void> => {};
  protected override onShutdown = async (): Promise<void> => {};
}

const job = {
  source: "lab",
  target: staticTargets(["http://a:9400/metrics?token=s3cret"], new Map())[0]!,
  intervalMs: 15_000,
  timeoutMs: 10_000,
  maxBodyBytes: 1,
  headers: () => ({}),
  caFile: null,
};
const found = { samples: 240, cards: 8, duplicateSeries: 0, refusedValues: 0 };

afterEach(() => {
  metrics.disable();
  trace.disable();
});

test("without providers a scrape is told to nobody, at no harm", () => {
  const telemetry = new ScrapeTelemetry();
  telemetry.succeeded(telemetry.start(job), 5, found);
  telemetry.failed(telemetry.start(job), 5, new CollectError("tls", "expired"));
});

test("a scrape is a span, a duration, and samples or a failure by fault; tokens of the URL stay out", async () => {
  const reader = new Reader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const spans = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  const telemetry = new ScrapeTelemetry();
  telemetry.succeeded(telemetry.start(job), 1500, found);
  telemetry.succeeded(telemetry.start(job), 1500, found);
  telemetry.failed(telemetry.start(job), 1000, new CollectError("tls", "expired"));

  const told = await reader.collect();
  expect(pointsOf(told, "dapan_scrape_samples_total")).toMatchObject([{ value: 480 }]);
  expect(pointsOf(told, "dapan_scrape_failures_total")).toMatchObject([{ value: 1, attributes: { fault: "tls" } }]);
  expect(pointsOf(told, "dapan_scrape_duration_seconds")).toMatchObject([{ value: { count: 3, sum: 4 } }]);

  const ended = spans.getFinishedSpans();
  expect(ended.map((s) => [s.name, s.status.code])).toEqual([
    ["scrape", SpanStatusCode.UNSET],
    ["scrape", SpanStatusCode.UNSET],
    ["scrape", SpanStatusCode.ERROR],
  ]);
  expect(ended[0]?.attributes).toEqual({ "dapan.source": "lab", "url.full": "http://a:9400/metrics" });
  expect(JSON.stringify(ended.map((s) => s.attributes))).not.toContain("s3cret");
});

function pointsOf(told: CollectionResult, name: string): readonly unknown[] {
  const all = told.resourceMetrics.scopeMetrics.flatMap((s) => s.metrics);
  return all.find((m) => m.descriptor.name === name)?.dataPoints ?? [];
}
