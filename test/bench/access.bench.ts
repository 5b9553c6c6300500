import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism } from "node:os";
import { setTimeout as nap } from "node:timers/promises";
import type { Database } from "../../db/database.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import { addLink, followLink, revokeLink } from "../../db/store/report-links.ts";
import { heavyAtOnce } from "../../server/api/heavy-limit.ts";
import { systemClock } from "../../server/clock.ts";
import { hashOf } from "../../server/usecases/access/sessions.ts";
import { freshDataDir, open } from "../db/databases.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import type { BenchRow } from "./row.ts";

const SAMPLES = Number(process.env["DAPAN_BENCH_SAMPLES"] ?? "500");
const FLOOD_S = 10;
const A_SECOND = 50;
const LIGHT = "/api/trpc/fleet.summary";
const ASKED = JSON.stringify({ from: "2026-11-01", to: "2026-11-02", scope: { vendors: [], regions: [], models: [], billings: [], teams: [] } }); // prettier-ignore
const HEAVY = `/api/trpc/patrol.coverage?input=${encodeURIComponent(ASKED)}`;

type Answer = { readonly status: number; readonly ms: number };
type Console = Awaited<ReturnType<typeof startConsole>>;

/** What strangers who try passwords and links learn from the time it takes, and what floods do to everybody else. */
export async function benchAccess(): Promise<BenchRow[]> {
  const dataDir = await freshDataDir();
  const rows: BenchRow[] = [];
  const console = await startConsole(dataDir);
  rows.push(...(await flood(console)), await unknownPeople(console));
  await console.close();
  const db = await open({ dataDir });
  rows.push(await links(db));
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  const onPostgres = await startConsole(service.url);
  rows.push(await besideHeavyOnes(onPostgres));
  await onPostgres.close();
  await service.stop();
  return rows;
}

/** Starts the console as a process of its own: what it uses is its own, and the callers are not on its loop. */
async function startConsole(at: string) {
  const child = fork("test/bench/access-console.ts", [at], { execArgv: ["--import", "tsx"] });
  child.once("exit", (code) => code !== 0 && process.exit(1)); // it has said why
  const { url, cookie } = await heard<Opened>(child);
  const agent = new Agent({ keepAlive: true });
  const ask = (path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      const sent = request(`${url}${path}`, { agent, method: body === undefined ? "GET" : "POST", headers });
      sent.on("error", reject).on("response", (answer) => {
        answer.resume().on("end", () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - from }));
      });
      sent.end(body);
    });
  return {
    light: () => ask(LIGHT, { cookie }),
    heavy: () => ask(HEAVY, { cookie }),
    signIn: (email: string, from: string) =>
      ask(
        "/api/sign-in",
        { "content-type": "application/json", "x-forwarded-for": from },
        JSON.stringify({ email, password: "wrong" }),
      ),
    /** Its clock goes on by an hour, and the most memory it held since it was last asked is told. */
    hourLater: async (): Promise<{ readonly peak: number; readonly rss: number }> => {
      child.send("an hour later");
      return await heard(child);
    },
    close: async () => {
      agent.destroy();
      child.disconnect();
      await once(child, "exit");
    },
  };
}
type Opened = { readonly url: string; readonly cookie: string };

const heard = async <T>(child: ChildProcess): Promise<T> => ((await once(child, "message")) as [T])[0];

const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

/** Light questions, twenty a second for as long as `work` takes. */
async function lightWhile(console: Console, work: Promise<unknown>): Promise<number[]> {
  const waits: Promise<Answer>[] = [];
  const over = work.then(() => true);
  do waits.push(console.light());
  while (!(await Promise.race([over, nap(50, false)])));
  const answers = await Promise.all(waits);
  if (answers.some(({ status }) => status !== 200)) throw new Error("a light question was not answered");
  return answers.map(({ ms }) => ms);
}

async function flood(console: Console): Promise<BenchRow[]> {
  const before = at(await lightWhile(console, nap(FLOOD_S * 1_000)), 0.95);
  const { rss } = await console.hourLater();
  const tries: Promise<Answer>[] = [];
  const work = async (): Promise<void> => {
    for (let n = 0; n < FLOOD_S * A_SECOND; n++) {
      tries.push(console.signIn(`person-${n}@example.com`, `10.0.${n >> 8}.${n & 255}`));
      await nap(1_000 / A_SECOND);
    }
    await Promise.all(tries);
  };
  const during = at(await lightWhile(console, work()), 0.95);
  const { peak } = await console.hourLater();
  const ended = (await Promise.all(tries)).map(({ status }) => status);
  const words = [...new Set(ended)].map((one) => `${ended.filter((s) => s === one).length} × ${one}`).join(", ");
  return [
    {
      name: `a light question while ${A_SECOND} a second try to sign in, each elsewhere and as somebody else: p95, of p95 without them`,
      value: during / before,
      unit: "×",
      goal: "≤ 2",
      note: `${during.toFixed(1)} ms, ${before.toFixed(1)} ms before; tries: ${words}`,
    },
    {
      name: "memory that flood takes",
      value: (peak - rss) / 2 ** 20,
      unit: "MiB resident",
      goal: "≤ 64",
      note: `${(peak / 2 ** 20).toFixed(0)} MiB at most, ${(rss / 2 ** 20).toFixed(0)} before, with the embedded database`,
    },
  ];
}

async function unknownPeople({ signIn, hourLater }: Console): Promise<BenchRow> {
  const took: Record<string, number[]> = { known: [], unknown: [] };
  for (let n = 0; n < SAMPLES; n++)
    for (const [who, email] of n % 2 === 0 ? PEOPLE : PEOPLE.toReversed()) {
      const { status, ms } = await signIn(email, "10.1.0.1");
      if (status !== 401) throw new Error(`a try was answered ${status}`);
      took[who]?.push(ms);
      await hourLater();
    }
  return differing("signing in as nobody and as somebody with a wrong password", took);
}
const PEOPLE = [
  ["known", "li@example.com"],
  ["unknown", "nobody@example.com"],
] as const;

async function links(db: Database): Promise<BenchRow> {
  const now = systemClock.now();
  const link = { id: hashOf("revoked"), hint: "", who: "", createdAt: now, expiresAt: now + HOUR_MS };
  await addLink(db, 1, link);
  await revokeLink(db, link.id, now);
  const took: Record<string, number[]> = { revoked: [], unknown: [] };
  for (let n = 0; n < 4 * SAMPLES; n++)
    for (const who of n % 2 === 0 ? ["revoked", "unknown"] : ["unknown", "revoked"]) {
      const from = performance.now();
      await followLink(db, hashOf(who === "revoked" ? who : `${n}`), now);
      took[who]?.push(performance.now() - from);
    }
  return differing("a link that was revoked and one that never was", took);
}

/** By how much the medians of two kinds differ. */
function differing(name: string, took: Readonly<Record<string, readonly number[]>>): BenchRow {
  const medians = Object.entries(took).map(([who, all]) => ({ who, ms: at(all, 0.5), count: all.length }));
  const [a, b] = medians.map(({ ms }) => ms) as [number, number];
  const note = medians.map(({ who, ms, count }) => `${who} ${ms.toPrecision(3)} ms of ${count}`).join(", ");
  return { name: `${name}: medians differ`, value: (Math.abs(a - b) / Math.min(a, b)) * 100, unit: "%", goal: "≤ 10", note }; // prettier-ignore
}

async function besideHeavyOnes(console: Console): Promise<BenchRow> {
  const before = at(await lightWhile(console, nap(FLOOD_S * 1_000)), 0.95);
  const heavy = Promise.all(Array.from({ length: 10 }, () => console.heavy()));
  const during = at(await lightWhile(console, heavy), 0.95);
  const ended = (await heavy).map(({ status, ms }) => `${status} after ${(ms / 1_000).toFixed(1)} s`);
  return {
    name: "a light question beside ten heavy ones of the same person, PostgreSQL: p95, more than without them",
    value: (during / before - 1) * 100,
    unit: "%",
    goal: "≤ 20",
    note: `${during.toFixed(1)} ms, ${before.toFixed(1)} ms before; heavy: ${ended.join(", ")}; ${heavyAtOnce(availableParallelism())} at once`,
  };
}
