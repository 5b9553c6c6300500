import { type Attributes, context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("dapan");
let on = false;

/** Called once by the one who starts an exporter: from here on spans are made. */
export function turnSpansOn(value: boolean): void {
  on = value;
}

/**
 * Runs `work` inside a span called `name`. Without an exporter it only runs `work`: no span, no allocation beyond the call,
 * so it may stand on paths that run a thousand times a second (build `attributes` cheaply).
 */
export function span<T>(name: string, attributes: Attributes, work: (span: Span | null) => Promise<T>): Promise<T> {
  if (!on) return work(null);
  return tracer.startActiveSpan(name, { attributes }, async (active) => {
    try {
      return await work(active);
    } catch (error) {
      active.recordException(error instanceof Error ? error : String(error));
      active.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      active.end();
    }
  });
}

/** Ids of the running span, for log lines; {} outside one. */
export function traceIds(): { traceId?: string; spanId?: string } {
  const active = on ? trace.getSpan(context.active()) : undefined;
  if (active === undefined) return {};
  const { traceId, spanId } = active.spanContext();
  return { traceId, spanId };
}
