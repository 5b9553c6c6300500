import { readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { metrics as globalMetrics } from "@opentelemetry/api";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { createMetrics } from "../../../server/telemetry/metrics.ts";
import { watchProcess } from "../../../server/telemetry/process-metrics.ts";
import { span } from "../../../server/telemetry/span.ts";
import { startTracing, type Tracing } from "../../../server/telemetry/tracing.ts";
import { manualClock } from "../../tools/manual-clock.ts";

function stageLog() {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _e, done) => (lines.push(String(chunk)), done()) });
  return { log: createLog("info", manualClock(unixMs(0)), sink), lines };
}

describe("logs", () => {
  test("secrets are hidden at the top and one level down", () => {
    const { log, lines } = stageLog();
    log.info(
      {
        password: "s3",
        token: "s3",
        req: { headers: { authorization: "s3", cookie: "s3" } },
        db: { password: "s3", databaseUrl: "s3" },
      },
      "x",
    );
    expect(lines.join("")).not.toContain("s3");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      time: "1970-01-01T00:00:00.000Z",
      password: "(hidden)",
    });
  });

  const hostile = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
        "\r\n", "\n", '"', "\\", '"}\n{"level":"fatal","msg":"', "\u001B[2J", "\u009B31m", "\u0085", "\v", "\f", "\0", "\u007F",
        "\u2028", "\u2029", "\u202Egpj.exe", "\u2066", "\uD800", "__proto__", "%s%o%j",
      ), // prettier-ignore
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(""));

  test("an event is one line of JSON that says what it was told, whatever that is, and moves no terminal (AUT-20)", () => {
    const { log, lines } = stageLog();
    fc.assert(
      fc.property(hostile, hostile, (name, said) => {
        lines.length = 0;
        log.warn({ pod: name, [`label ${name}`]: [name], error: new Error(said) }, said);
        const whole = lines.join("");
        expect(whole.endsWith("\n")).toBe(true);
        expect(whole.slice(0, -1)).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u);
        const event = JSON.parse(whole) as Record<string, unknown>;
        expect(event).toMatchObject({ level: "warn", pod: name });
      }),
    );
  });
});

describe("metrics", () => {
  test("every series is ours by name, and parts find the registry through the API", async () => {
    const registry = createMetrics(true);
    const stop = watchProcess(registry.instruments, 5_000);
    globalMetrics.getMeter("dapan").createCounter("dapan_test_things", { description: "x" }).add(2, { a: 'b"\n' });
    registry.instruments.httpRequests.add(1, { route: "/", method: "GET", status: "200" });
    registry.instruments.httpSeconds.record(0.003, { route: "/" });
    const text = await registry.text();
    stop();
    await registry.stop();
    const names = text
      .split("\n")
      .filter((l) => l !== "" && !l.startsWith("#"))
      .map((l) => /^[a-z_]+/.exec(l)?.[0]);
    expect(names.every((n) => n?.startsWith("dapan_"))).toBe(true);
    expect(text).toContain('dapan_test_things_total{a="b\\"\\n"} 2');
    expect(text).toContain("dapan_process_start_time_seconds 5");
    expect(text).toMatch(/^dapan_process_cpu_seconds_total [\d.]+$/m);
    expect(text).toMatch(/^dapan_event_loop_delay_seconds\{quantile="0.99"\} \d/m);
    expect(text).not.toContain("otel_scope");
  });

  test("two registries do not share counters", async () => {
    const [a, b] = [createMetrics(), createMetrics()];
    a.instruments.errors.add(1);
    expect(await a.text()).toContain("dapan_internal_errors_total 1");
    expect(await b.text()).not.toContain("dapan_internal_errors_total 1");
  });
});

describe("traces", () => {
  let tracing: Tracing | null = null;
  afterEach(async () => {
    await tracing?.stop();
    tracing = null;
  });

  test("without an exporter there is no span, and the work runs", async () => {
    tracing = startTracing("dapan", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_SDK_DISABLED: "true" });
    expect(tracing.on).toBe(false);
    expect(await span("x", {}, async (active) => active)).toBe(null);
  });

  test("spans reach the collector that the environment names, errors with them, and logs carry their ids", async () => {
    const bodies: string[] = [];
    const collector = http.createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      request.on("end", () => {
        bodies.push(`${request.url} ${text}`);
        response.end("{}");
      });
    });
    collector.listen(0, "127.0.0.1");
    await once(collector, "listening");
    const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = url; // the exporter itself reads the process's environment
    tracing = startTracing("dapan", { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const { log, lines } = stageLog();
    const failing = span("commit slot", { "dapan.slot": 1 }, async () => {
      log.info("inside");
      throw new Error("disk full");
    });
    await expect(failing).rejects.toThrow("disk full");
    await tracing.stop();
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    collector.close();
    const sent = bodies.join("");
    expect(sent).toMatch(/^\/v1\/traces /);
    expect(sent).toContain("commit slot");
    expect(sent).toContain("disk full");
    const { traceId } = JSON.parse(lines[0] ?? "") as { traceId: string };
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(sent).toContain(traceId);
  });
});

describe("documents", () => {
  test("every metric we make is listed in the manual", () => {
    const manual = readFileSync("docs/operations.md", "utf8");
    const files = readdirSync("server", { recursive: true, encoding: "utf8" })
      .filter((f) => f.endsWith(".ts"))
      .map((f) => `server/${f}`);
    const made = files.flatMap((file) => [
      ...readFileSync(file, "utf8").matchAll(
        /(?:create(Counter|ObservableCounter|Histogram|UpDownCounter|ObservableGauge)|(counter|seconds|gauge|total))\(\s*"(dapan_\w+)"/g,
      ),
    ]);
    expect(made.length).toBeGreaterThan(10);
    for (const [, api = "", own = "", name = ""] of made) {
      const isCounter = api === "Counter" || api === "ObservableCounter" || own === "counter" || own === "total";
      expect(manual).toContain(`\`${isCounter && !name.endsWith("_total") ? `${name}_total` : name}\``);
    }
  });
});
