import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BotServer } from "../../../collectors/simulator/serve-bots.ts";
import type { Database } from "../../../db/database.ts";
import { addChannel, nextChannelId } from "../../../db/store/channels.ts";
import { putMessages } from "../../../db/store/outbox.ts";
import { systemClock } from "../../../server/clock.ts";
import { sealChannel } from "../../../server/secrets/channel-secrets.ts";
import { open } from "../../db/databases.ts";
import { startFakeBots } from "../../services/fake-bots.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../../services/postgres.ts";
import { CHILD_KEY, CHILD_LEASE_MS, type NotifyChild, startChild } from "./notify-stage.ts";
import { message, SETTINGS, WHSEC } from "./stage.ts";
import { testBox } from "../../tools/test-box.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: killed and paused notifiers (PostgreSQL): ${why}`);

/** Real kills and pauses; kill.test.ts has fifty in virtual time. */
const FAILPOINTS = ["before-send", "after-send", "after-mark"] as const;
const PAUSES = 3;
const nap = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(why !== null)("notifiers on one PostgreSQL", () => {
  let postgres: PostgresService;
  let db: Database;
  let bots: BotServer;
  let channelId = 0;
  let group = 0;
  const children = new Set<NotifyChild>();
  beforeAll(async () => {
    postgres = await startPostgres();
    db = await open({ url: postgres.url });
    bots = await startFakeBots({ "webhook/w": { secret: WHSEC } });
    const id = await nextChannelId(db);
    const sealed = await sealChannel(testBox(CHILD_KEY), db, id, {
      url: bots.url("webhook/w"),
      secret: WHSEC,
      previousSecret: "",
    });
    channelId = (await addChannel(db, {
      id,
      name: "w",
      kind: "webhook",
      language: "en",
      sendsResolved: true,
      settings: SETTINGS,
      shownAddress: "",
      sealed,
      by: "test",
      at: systemClock.now(),
    }))!;
  });
  afterAll(async () => {
    for (const one of children) one.process.kill("SIGKILL");
    await db?.close();
    await bots?.stop();
    await postgres?.stop();
  });
  const start = async (failpoint = ""): Promise<NotifyChild> => {
    const child = await startChild(postgres.url, failpoint);
    children.add(child);
    return child;
  };
  const end = async (child: NotifyChild): Promise<void> => {
    child.process.kill("SIGKILL");
    await child.ended;
    children.delete(child);
  };
  const put = async (count: number): Promise<string[]> =>
    await putMessages(
      db,
      Array.from({ length: count }, () => message(channelId, ++group, { at: systemClock.now() })),
    );
  const drained = async (ids: readonly string[]): Promise<void> => {
    for (let i = 0; i < 200; i++) {
      const [left] = await db.query<{ n: number }>(
        "SELECT count(*)::int4 AS n FROM outbox WHERE id = ANY($1) AND state <> 'delivered'",
        [ids],
      );
      if (left?.n === 0) return;
      await nap(50);
    }
    throw new Error("messages were not delivered within 10 s");
  };
  /** How often each arrived. */
  const arrivals = (ids: readonly string[]): number[] =>
    ids.map((id) => bots.bots.accepted("webhook/w").filter((one) => one.id === id).length);

  test("killed before a send, after it and after the mark: nothing is lost, at most one repeat a kill, under the same id (WHK-01)", async () => {
    const all: string[] = [];
    for (const failpoint of FAILPOINTS) {
      const child = await start(failpoint);
      all.push(...(await put(3)));
      await child.ended;
      children.delete(child);
    }
    const last = await start();
    await drained(all);
    await end(last);
    const counts = arrivals(all);
    expect(counts.filter((n) => n === 0)).toEqual([]);
    expect(counts.reduce((sum, n) => sum + n, 0) - all.length).toBeLessThanOrEqual(FAILPOINTS.length);
  }, 60_000);

  test.each([2, 3])(
    "%i processes: no message twice while all of them run; at most one for each pause beyond a lease (WHK-09)",
    async (processes) => {
      const running = await Promise.all(Array.from({ length: processes }, () => start()));
      const steady = await put(40);
      await drained(steady);
      expect(new Set(arrivals(steady))).toEqual(new Set([1]));

      const all: string[] = [];
      for (let pause = 0; pause < PAUSES; pause++) {
        const sleeper = running[pause % running.length]!;
        const caught = sleeper.claimed();
        all.push(...(await put(10)));
        await Promise.race([caught, nap(500)]);
        sleeper.process.kill("SIGSTOP");
        all.push(...(await put(2)));
        await nap(CHILD_LEASE_MS + 300);
        sleeper.process.kill("SIGCONT");
        await drained(all);
      }
      const counts = arrivals(all);
      expect(counts.filter((n) => n === 0)).toEqual([]);
      expect(counts.reduce((sum, n) => sum + n, 0) - all.length).toBeLessThanOrEqual(PAUSES);
      await Promise.all(running.map(end));
    },
    60_000,
  );
});
