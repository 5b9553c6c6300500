import { describe, expect, test } from "vitest";
import { type Host, runUntilSignal, type Stoppable } from "../../../server/cli/lifecycle.ts";
import { manualClock } from "../../tools/manual-clock.ts";

/** A process that can be signalled by hand. */
function stageHost() {
  const tasks = new Map<NodeJS.Signals, Set<(signal: NodeJS.Signals) => void>>();
  const exits: number[] = [];
  const host: Host = {
    on: (signal, task) => tasks.set(signal, (tasks.get(signal) ?? new Set()).add(task)),
    off: (signal, task) => tasks.get(signal)?.delete(task),
    exit: (code) => void exits.push(code),
  };
  const signal = (name: NodeJS.Signals) => tasks.get(name)?.forEach((task) => task(name));
  const listening = () => [...tasks.values()].reduce((sum, set) => sum + set.size, 0);
  return { host, exits, signal, listening };
}

async function stage(running: Stoppable) {
  const clock = manualClock();
  const said: string[] = [];
  const staged = stageHost();
  const code = runUntilSignal(async () => running, { host: staged.host, clock, say: (line) => void said.push(line) });
  await clock.advance(0);
  return { ...staged, clock, said, code };
}

describe("signals", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s stops, and the exit is good", async (name) => {
    let stopped = 0;
    const { signal, code, listening } = await stage({ stop: async () => void stopped++ });
    signal(name);
    expect(await code).toBe(0);
    expect(stopped).toBe(1);
    expect(listening()).toBe(0);
  });

  test("a stop that hangs is given up after 10 s", async () => {
    const { signal, code, clock, said } = await stage({ stop: () => new Promise(() => undefined) });
    signal("SIGTERM");
    await clock.advance(9_999);
    expect(said).toHaveLength(1);
    await clock.advance(1);
    expect(await code).toBe(1);
    expect(said.at(-1)).toContain("not stopped within 10 s");
  });

  test("a second signal ends the process at once", async () => {
    const { signal, exits } = await stage({ stop: () => new Promise(() => undefined) });
    signal("SIGTERM");
    expect(exits).toEqual([]);
    signal("SIGINT");
    expect(exits).toEqual([130]);
    signal("SIGTERM");
    expect(exits).toEqual([130, 143]);
  });

  test("a stop that fails says so and is a bad exit", async () => {
    const { signal, code, said } = await stage({ stop: async () => Promise.reject(new Error("disk full")) });
    signal("SIGTERM");
    expect(await code).toBe(1);
    expect(said.at(-1)).toContain("disk full");
  });

  test("SIGHUP reloads and does not stop", async () => {
    let reloads = 0;
    const { signal, code } = await stage({ stop: async () => undefined, reload: () => reloads++ });
    signal("SIGHUP");
    signal("SIGHUP");
    expect(reloads).toBe(2);
    signal("SIGTERM");
    expect(await code).toBe(0);
  });

  test("a signal during start-up stops what has started", async () => {
    const { host, signal } = stageHost();
    const clock = manualClock();
    let stopped = false;
    let begin: (running: Stoppable) => void = () => undefined;
    const start = () => new Promise<Stoppable>((resolve) => (begin = resolve));
    const code = runUntilSignal(start, { host, clock, say: () => undefined });
    signal("SIGTERM");
    begin({ stop: async () => void (stopped = true) });
    expect(await code).toBe(0);
    expect(stopped).toBe(true);
  });

  test("a start that fails is thrown on, and nothing listens any more", async () => {
    const { host, listening } = stageHost();
    const failing = runUntilSignal(async () => Promise.reject(new Error("no port")), {
      host,
      clock: manualClock(),
      say: () => undefined,
    });
    await expect(failing).rejects.toThrow("no port");
    expect(listening()).toBe(0);
  });
});
