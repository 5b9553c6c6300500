import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type FleetChild = {
  readonly targets: readonly string[];
  readonly samplesPerBody: number;
  readonly bytesPerBody: number;
  stop(): void;
};

/** Ready-made bodies of 8 cards × 30 metrics, served by a process of their own so that their cost is not the client's. */
export async function startStaticFleet(targets: number): Promise<FleetChild> {
  const args = ["--import", "tsx", "test/bench/serve-fleet.ts", "--static", "--targets", String(targets)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as Omit<FleetChild, "stop">;
    return { ...said, stop: () => void child.kill("SIGTERM") };
  }
  throw new Error("the fleet of the benchmark ended before it listened");
}
