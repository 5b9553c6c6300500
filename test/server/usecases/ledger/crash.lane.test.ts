import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { freshDataDir, open } from "../../../db/databases.ts";
import { startPostgres, whyNoPostgres } from "../../../services/postgres.ts";

/** Each 39th point once; `DAPAN_FAILPOINTS=all` takes every one. */
const STRIDE = process.env["DAPAN_FAILPOINTS"] === "all" ? 1 : 39;
const CHILD = join(import.meta.dirname, "crash-child.ts");

const why = whyNoPostgres();
if (why) console.warn(`skipped: MON-07 on PostgreSQL: ${why}`);

/** One life of the child: its lines. `killServer` is called when it waits at its point. */
async function live(args: readonly string[], killServer: (() => Promise<void>) | null): Promise<string[]> {
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
  return lines;
}

const said = (lines: readonly string[], word: string): unknown => {
  const line = lines.find((l) => l.startsWith(`${word} `));
  return line === undefined ? undefined : JSON.parse(line.slice(word.length + 1));
};

/** Kills at one point after the other until there is no such point. @returns how many there are */
async function killAtEach(target: string, killServer: (round: number) => (() => Promise<void>) | null) {
  for (let round = 0, point = 1; ; round += 1, point += STRIDE) {
    const lines = await live([target, String(round), String(point)], killServer(round));
    if (round > 0) {
      expect(said(lines, "left")).toEqual({ faults: [], isThen: true, wasBegun: true });
      expect(said(lines, "finished")).toEqual({ isOracle: true, faults: [] });
    }
    if (lines.includes("completed")) return point;
  }
}

describe("MON-07, M-11: killed at every statement, COMMIT and answer of a booking and of a pass over older hours", () => {
  test(
    "PGlite: the books add up, say of the past what they said, and end where a calm life ends",
    { timeout: 1_800_000 },
    async () => {
      const dataDir = await freshDataDir();
      await (await open({ dataDir })).close();
      const points = await killAtEach(dataDir, () => null);
      console.info(`MON-07 on PGlite: killed at each of the points below ${points}, step ${STRIDE}`);
      expect(points).toBeGreaterThan(80);
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
      const points = await killAtEach(service.url, (round) => (round % 2 === 0 ? crash : null));
      console.info(`MON-07 on PostgreSQL: killed at each of the points below ${points}, step ${STRIDE}`);
      expect(points).toBeGreaterThan(80);
      await service.stop();
    },
  );
});
