import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, type Service, startProgram, whyMissing } from "./program.ts";

/** Debian's package; 1.79 is what the lanes are written against. */
export const victoriaMetricsMissing = (): string | null =>
  whyMissing("victoria-metrics", "apt-get install victoria-metrics");

export type VictoriaMetrics = Service & {
  /** Stores samples in Prometheus' text format with timestamps in ms; resolves when questions can see them. */
  load(text: string): Promise<void>;
};

/** A real VictoriaMetrics on a free loopback port, in a directory of its own. */
export async function startVictoriaMetrics(flags: readonly string[] = []): Promise<VictoriaMetrics> {
  const dir = await mkdtemp(path.join(tmpdir(), "dapan-victoria-metrics-"));
  const port = await freePort();
  const service = await startProgram({
    name: "victoria-metrics",
    command: "victoria-metrics",
    args: [
      `-storageDataPath=${dir}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      "-retentionPeriod=10y",
      "-loggerLevel=ERROR",
      "-memory.allowedPercent=20",
      ...flags,
    ],
    url: `http://127.0.0.1:${port}`,
    ready: "/health",
    cleanUp: () => rm(dir, { recursive: true, force: true }),
  });
  return {
    ...service,
    async load(text) {
      const answer = await fetch(`${service.url}/api/v1/import/prometheus`, { method: "POST", body: text });
      if (!answer.ok) throw new Error(`import: ${answer.status} ${await answer.text()}`);
      await fetch(`${service.url}/internal/force_flush`);
    },
  };
}
