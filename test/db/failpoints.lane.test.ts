import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { freshDataDir, open } from "./databases.ts";
import { JOBS, stateAfter } from "./failpoint-jobs.ts";

/** Each twelfth failpoint once; `DAPAN_FAILPOINTS=all` takes every one, and more than once (10 minutes). */
const IS_LONG = process.env["DAPAN_FAILPOINTS"] === "all";
const STRIDE = IS_LONG ? 1 : 12;
const TIMES = IS_LONG ? { pglite: 2, postgres: 5 } : { pglite: 1, postgres: 1 };
const FIRST = 1;
const CHILD = join(import.meta.dirname, "failpoint-child.ts");

const why = whyNoPostgres();
if (why) console.warn(`skipped: ROL-02 on PostgreSQL: ${why}`);

type Round = { readonly lines: readonly string[]; readonly completed: boolean };

/** One life of the child. `killServer` is called when it waits at its point. */
async function live(args: readonly string[], killServer: (() => Promise<void>) | null): Promise<Round> {
  const how = killServer === null ? "kill" : "wait";
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, ...args, how], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let complaint = "";
  child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (line === "at") void killServer!().then(() => child.kill("SIGKILL"));
  });
  const code = await ended;
  if (code !== 0 && code !== null) throw new Error(`the child ended with ${code}: ${complaint}`);
  return { lines, completed: lines.includes("completed") };
}

const said = (lines: readonly string[], word: string): unknown => {
  const line = lines.find((l) => l.startsWith(`${word} `));
  return line === undefined ? undefined : JSON.parse(line.slice(word.length + 1));
};

/** Kills at one point after the other until there is no such point; after each kill the round is old or new, and can be finished. */
async function killAtEach(
  target: string,
  times: number,
  killServer: ((round: number) => (() => Promise<void>) | null) | null,
): Promise<number> {
  let round = 0;
  let before: Round | null = null;
  const check = (lines: readonly string[]) => {
    if (before === null) return;
    const acks = before.lines.filter((line) => line.startsWith("ack ")).length;
    const left = JSON.stringify(said(lines, "left"));
    const allowed = [acks, Math.min(acks + 1, JOBS.length)].map((jobs) => JSON.stringify(stateAfter(round - 1, jobs)));
    expect(allowed).toContain(left);
    expect(said(lines, "finished")).toEqual(stateAfter(round - 1, JOBS.length));
  };
  for (let point = FIRST; ; point += STRIDE) {
    for (let time = 0; time < times; time += 1) {
      const kill = killServer?.(round) ?? null;
      const life = await live([target, String(round), String(point)], kill);
      check(life.lines);
      before = life;
      round += 1;
      if (life.completed) return point;
    }
  }
}

describe(`ROL-02: killed at every statement, COMMIT and answer of a slot's writes`, () => {
  test(
    "PGlite: every cell is old or new, never half, and the next start finishes",
    { timeout: 1_800_000 },
    async () => {
      const dataDir = await freshDataDir();
      await (await open({ dataDir })).close();
      const points = await killAtEach(dataDir, TIMES.pglite, null);
      console.info(`ROL-02 on PGlite: killed at each of the failpoints below ${points}, step ${STRIDE}`);
      expect(points).toBeGreaterThan(40);
      rmSync(dataDir, { recursive: true });
    },
  );

  test.skipIf(why !== null)(
    "PostgreSQL: the same, the server or its client killed in turn",
    { timeout: 1_800_000 },
    async () => {
      const service = await startPostgres();
      await (await open({ url: service.url })).close();
      const crash = async () => {
        await service.kill9();
        await service.start();
      };
      const points = await killAtEach(service.url, TIMES.postgres, (round) => (round % 2 === 0 ? crash : null));
      console.info(`ROL-02 on PostgreSQL: killed at each of the failpoints below ${points}, step ${STRIDE}`);
      expect(points).toBeGreaterThan(40);
      await service.stop();
    },
  );
});
