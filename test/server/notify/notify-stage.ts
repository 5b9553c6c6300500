import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const CHILD_KEY = 5; // of testBox
export const CHILD_LEASE_MS = 1_200;

const CHILD = join(import.meta.dirname, "notify-child.ts");

export type NotifyChild = {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  /** Resolves at its next claim. */
  claimed(): Promise<void>;
};

/** Starts a notifier of its own process and resolves when it works. */
export async function startChild(url: string, failpoint = ""): Promise<NotifyChild> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, url, failpoint], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let waiting: (() => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => reject(new Error(`the child ended before it was ready: ${complaint}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "ready") resolve();
      if (line !== "claimed") return;
      for (const tell of waiting) tell();
      waiting = [];
    });
  });
  return { process: child, ended, claimed: () => new Promise((resolve) => waiting.push(resolve)) };
}
