import { expect, test } from "vitest";
import type { SmiEffects } from "../../../collectors/nvidia-smi/run.ts";
import { createAgent } from "../../../server/cli/agent.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const CSV = [
  "index, uuid, name, pci.bus_id, driver_version, temperature.gpu, utilization.gpu [%]",
  "0, GPU-11111111-2222-3333-4444-555555555555, NVIDIA A10, 00000000:17:00.0, 550.54, 41, 87 %",
  "",
].join("\n");

function stage(answer: () => Promise<{ code: number; stdout: string; stderr: string }>) {
  let runs = 0;
  const effects: SmiEffects = {
    spawn: () => {
      runs += 1;
      return answer();
    },
  };
  const clock = manualClock();
  return { app: createAgent(effects, "gpu-1", clock), clock, runs: () => runs };
}

const good = async () => ({ code: 0, stdout: CSV, stderr: "" });

test("the host's cards are served in DCGM's names", async () => {
  const { app } = stage(good);
  const answer = await app.inject("/metrics");
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(answer.body).toMatch(/^DCGM_FI_DEV_GPU_UTIL\{gpu="0",UUID="GPU-1{8}-.*Hostname="gpu-1".*\} 87$/m);
});

test("those who ask together get one run, and a second later there is a new one", async () => {
  const { app, clock, runs } = stage(good);
  await Promise.all([1, 2, 3].map(() => app.inject("/metrics")));
  expect(runs()).toBe(1);
  await clock.advance(1_000);
  await app.inject("/metrics");
  expect(runs()).toBe(2);
});

test("a driver that does not answer is 503 with the reason, and is tried again", async () => {
  const { app, clock, runs } = stage(async () => ({ code: 9, stdout: "", stderr: "NVIDIA-SMI has failed" }));
  const answer = await app.inject("/metrics");
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain("NVIDIA-SMI has failed");
  await clock.advance(1_000);
  await app.inject("/metrics");
  expect(runs()).toBe(2);
});
