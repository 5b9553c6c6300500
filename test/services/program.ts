import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A program somebody else wrote, started for a test. */
export type Service = {
  readonly url: string; // http://127.0.0.1:port, without a slash
  readonly pid: number;
  stop(): Promise<void>;
};

/** Why lanes with this program cannot run here; null when they can. With DAPAN_REQUIRE_LANES=1 a reason is an error. */
export function whyMissing(command: string, howToGet: string): string | null {
  if (spawnSync("which", [command]).status === 0) return null;
  const why = `no ${command} found: ${howToGet}`;
  if (process.env["DAPAN_REQUIRE_LANES"] === "1") throw new Error(why);
  return why;
}

/** A loopback port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

type Start = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly url: string;
  readonly ready: string; // path that answers 200 when the program is ready
  readonly cleanUp: () => Promise<void>;
};

const READY_MS = 30_000;

/** Starts a program and waits until it answers. @throws with what it printed when it does not */
export async function startProgram({ name, command, args, url, ready, cleanUp }: Start): Promise<Service> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const keep = (data: Buffer): void => void (printed = (printed + data.toString()).slice(-4_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const stop = async (): Promise<void> => {
    await end(child);
    await cleanUp();
  };
  for (const until = Date.now() + READY_MS; Date.now() < until; await wait(50)) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}${ready}`).catch(() => null);
    if (answer?.ok) return { url, pid: child.pid!, stop };
  }
  await stop();
  throw new Error(`${name} did not become ready: ${printed}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}
