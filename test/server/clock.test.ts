import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../db/model/clock.ts";
import { systemClock } from "../../server/clock.ts";
import { manualClock } from "../tools/manual-clock.ts";

describe("the machine's clock", () => {
  test("says the time in whole milliseconds and durations that never go back", () => {
    expect(Number.isInteger(systemClock.now())).toBe(true);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(50);
    const a = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(a);
  });

  test("runs a task once after its time, or never when called off", async () => {
    const ran: string[] = [];
    systemClock.after(10, () => ran.push("kept"));
    systemClock.after(10, () => ran.push("called off")).cancel();
    await systemClock.sleep(40);
    expect(ran).toEqual(["kept"]);
  });

  test("waits for nothing in its turn: neither before who came first, nor until a timer ticks", async () => {
    const turns: string[] = [];
    setImmediate(() => turns.push("before"));
    const sleep = systemClock.sleep(0).then(() => turns.push("sleep"));
    const after = new Promise<void>((resolve) => setImmediate(() => resolve(void turns.push("after"))));
    await Promise.all([sleep, after]);
    expect(turns).toEqual(["before", "sleep", "after"]);
  });

  test("waits longer than a 32-bit timer can", async () => {
    let ran = false;
    const timer = systemClock.after(2 ** 31 + 5_000, () => (ran = true));
    await systemClock.sleep(20);
    expect(ran).toBe(false);
    timer.cancel();
  });

  test("does not keep the process for a timer, but for a sleep", () => {
    const run = (line: string): string => {
      const script = `import { systemClock as c } from "./server/clock.ts"; ${line}`;
      return execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]).toString();
    };
    expect(run("c.after(60000, () => {});")).toBe("");
    expect(run("c.sleep(50).then(() => process.stdout.write('slept'));")).toBe("slept");
  });
});

describe.each<[string, () => { clock: Clock; pass: (ms: number) => Promise<void> }]>([
  ["the machine's clock", () => ({ clock: systemClock, pass: (ms) => systemClock.sleep(ms) })],
  ["a clock of tests", () => {
    const clock = manualClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  }],
])("a sleep on %s", (_, open) => {
  test("ends after its time", async () => {
    const { clock, pass } = open();
    let slept = false;
    const sleeping = clock.sleep(20).then(() => (slept = true));
    await Promise.all([sleeping, pass(30)]);
    expect(slept).toBe(true);
  });

  test("is broken off with the reason of the signal, before or during", async () => {
    const { clock } = open();
    const abort = new AbortController();
    const during = clock.sleep(60_000, abort.signal);
    abort.abort(new Error("stopping"));
    await expect(during).rejects.toThrow("stopping");
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow("stopping");
  });
}); // prettier-ignore

describe("a clock of tests", () => {
  test("runs what falls due in order, also what is added on the way", async () => {
    const clock = manualClock();
    const ran: string[] = [];
    clock.after(20, () => ran.push(`b ${clock.monotonicMs()}`));
    clock.after(10, () => {
      ran.push(`a ${clock.monotonicMs()}`);
      clock.after(5, () => ran.push(`c ${clock.monotonicMs()}`));
    });
    await clock.advance(20);
    expect(ran).toEqual(["a 10", "c 15", "b 20"]);
    expect(clock.pending()).toBe(0);
  });

  test("jumps on the wall without a timer noticing", async () => {
    const clock = manualClock();
    const before = clock.now();
    let ran = false;
    clock.after(1_000, () => (ran = true));
    clock.jump(3_600_000);
    expect([clock.now() - before, clock.monotonicMs(), ran]).toEqual([3_600_000, 0, false]);
  });
});
