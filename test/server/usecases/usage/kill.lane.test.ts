import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDataDir, open } from "../../../db/databases.ts";
import { childPush } from "./child-push.ts";
import { freshFeatures } from "./usage-stage.ts";

const CHILD = path.join(import.meta.dirname, "push-child.ts");
/** Each fifth point; `DAPAN_FAILPOINTS=all` takes every one. */
const STRIDE = process.env["DAPAN_FAILPOINTS"] === "all" ? 1 : 5;

let dataDir = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
  const db = await open({ dataDir });
  await freshFeatures(db, ["chat", "draw"]);
  await db.close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function live(round: number, point: number): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, dataDir, String(round), String(point)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complaint = "";
  child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0 && code !== null) throw new Error(`the child ended with ${code}: ${complaint}`);
  return said;
}

async function stored(round: number) {
  const db = await open({ dataDir });
  try {
    const { from } = childPush(round).entries[0]!;
    const units = await db.query<{ ok: number }>(
      "SELECT ok_micro AS ok FROM usage_line WHERE from_ms = $1 ORDER BY 1",
      [from],
    );
    const money = await db.query<{ amount: number }>(
      "SELECT amount_micro AS amount FROM revenue_line WHERE from_ms = $1",
      [from],
    );
    const keys = await db.query("SELECT key FROM usage_push WHERE key = $1", [`round-${round}`]);
    return [units.map(({ ok }) => ok), money.map(({ amount }) => amount), keys.length];
  } finally {
    await db.close();
  }
}

const NOTHING = [[], [], 0];
const ALL = [[5, 11], [7], 1];

test(
  "M-11: killed at any point of a push it is stored whole or not at all, and sent again it counts once",
  { timeout: 600_000 },
  async () => {
    let wasLeftOut = 0;
    let wasKept = 0;
    for (let point = 1, round = 0; ; point += STRIDE, round += 1) {
      const said = await live(round, point);
      const left = await stored(round);
      expect([NOTHING, ALL]).toContainEqual(left);
      if (said.includes("answer")) expect(left).toEqual(ALL); // answered = committed
      if (said.includes("completed")) break;
      if (left[2] === 0) wasLeftOut += 1;
      else wasKept += 1;
      const again = await live(round, 0);
      expect(again).toContain('answer {"');
      expect(JSON.parse(again.slice("answer ".length).split("\n")[0]!)).toMatchObject({
        lines: 2,
        added: 3,
        replaced: 0,
      });
      expect(await stored(round)).toEqual(ALL);
    }
    expect(wasLeftOut).toBeGreaterThan(1);
    expect(wasKept + wasLeftOut).toBeGreaterThan(2);
  },
);
