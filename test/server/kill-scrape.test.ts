import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FleetServer, serveFleet } from "../../collectors/simulator/serve.ts";
import { FIELD_COUNT } from "../../db/model/card-fields.ts";
import { readJournal } from "../../db/store/journal.ts";
import { systemClock } from "../../server/clock.ts";
import { JournalReader } from "../../server/ingest/journal-codec.ts";
import { freshDataDir, open } from "../db/databases.ts";
import { random } from "../db/batches.ts";

/** The whole program, killed in the middle of scraping. DAPAN_KILLS=50 for the long form. */
const KILLS = Math.ceil(Number(process.env["DAPAN_KILLS"] ?? 6) / 3);

let dataDir = "";
let fleet: FleetServer;
let child: ChildProcess | null = null;
beforeAll(async () => {
  dataDir = await freshDataDir();
  fleet = await serveFleet({ clock: systemClock, seed: 7, cards: 120, faults: 0 });
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await fleet.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const env = { ...process.env, DAPAN_FROM_SOURCE: "1", DATABASE_URL: "" };
  child = spawn(process.execPath, ["bin/dapan.js", "serve", "-c", path.join(dataDir, "dapan.yaml")], { env });
  let said = "";
  const listening = new Promise<void>((resolve, reject) => {
    child!.stdout!.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes("Server listening")) resolve();
    });
    child!.stderr!.on("data", (bytes: Buffer) => (said += bytes.toString()));
    child!.once("exit", () => reject(new Error(`ended before it was killed: ${said}`)));
  });
  await listening;
}

test(
  `killed ${KILLS} times while scraping, it opens every time, and what is there is whole and there once`,
  { timeout: 60_000 + KILLS * 20_000 },
  async () => {
    const config = {
      listen: { port: 0 },
      dataDir,
      egress: { allow: ["127.0.0.0/8"] },
      storage: { journalSeconds: 1 },
      sources: [
        { name: "sim", type: "http_sd", url: `${fleet.url}/sd`, scrape: { intervalSeconds: 1, timeoutSeconds: 1 } },
      ],
    };
    writeFileSync(path.join(dataDir, "dapan.yaml"), JSON.stringify(config));
    const next = random(5);
    for (let i = 0; i < KILLS; i += 1) {
      await start();
      await wait(1_500 + next() * 1_500);
      const gone = once(child!, "exit");
      child!.kill("SIGKILL");
      await gone;
    }
    const db = await open({ dataDir });
    try {
      const readers = new Map<number, JournalReader>();
      const seen = new Set<string>();
      let frames = 0;
      let readings = 0; // of cards, in the journal and in the slots that were closed meanwhile
      for (const { slot, payload } of await readJournal(db, "scrape")) {
        let reader = readers.get(slot);
        if (!reader) readers.set(slot, (reader = new JournalReader()));
        for (const report of reader.decode(payload)) {
          if (report.kind !== "frame") continue;
          frames += 1;
          readings += report.cards.length;
          expect(report.values.length).toBe(report.cards.length * FIELD_COUNT);
          expect(report.cards.length).toBe(fleet.fleet.nodes.find((n) => report.origin.includes(`/${n.name}/`))!.size);
          seen.add(`${report.origin}@${report.at}`);
        }
      }
      const [closed] = await db.query<{ readings: number }>(
        "SELECT coalesce(sum(readings), 0)::int AS readings FROM card_slot",
      );
      expect(readings + (closed?.readings ?? 0)).toBeGreaterThan((KILLS * fleet.fleet.cards) / 2);
      const twice = await db.query("SELECT slot_no, card_id FROM card_slot GROUP BY 1, 2 HAVING count(*) > 1");
      expect(twice).toEqual([]);
      expect(seen.size).toBeGreaterThanOrEqual(frames - fleet.fleet.nodes.length * KILLS); // carried frames may repeat
    } finally {
      await db.close();
    }
  },
);
