import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { startNotifier } from "../../../server/notify/notifier.ts";
import { aChannel, message, openStage } from "./stage.ts";

const KILLS = 50;
const POINTS = ["before send", "after send", "after mark"] as const;

/**
 * A killed process in virtual time: from the failpoint on, nothing it asks for ever answers. The next process takes over
 * the same tables. Real kills: replicas.lane.test.ts.
 */
test("fifty kills: nothing is lost, at most one repeat a kill, none without, and people can tell (WHK-01)", async () => {
  const stage = openStage([aChannel(1, "feishu", { name: "duty" }), aChannel(2, "webhook", { name: "w" })]);
  await stage.notifier.stop();
  const never = (): Promise<never> => new Promise(() => undefined);
  let kills = 0;
  let group = 0;
  const left: { id: number; channelId: number }[] = [];
  for (const round of Array.from({ length: KILLS + 1 }, (_, i) => i)) {
    const point = round === KILLS ? null : POINTS[round % POINTS.length];
    let isDead = false;
    let calls = 0;
    const dieHere = (here: string): boolean => {
      if (isDead) return true;
      if (here !== point || ++calls <= round % 4) return false;
      kills++;
      return (isDead = true);
    };
    const alive =
      <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        isDead ? never() : work(...args);
    const { store, parts } = stage;
    const process = startNotifier({
      ...parts,
      store: {
        due: alive((...args) => store.due(...args)),
        channels: alive(() => store.channels()),
        claim: alive((...args) => store.claim(...args)),
        putClaimed: alive((...args) => store.putClaimed(...args)),
        isOurs: alive((...args) => store.isOurs(...args)),
        giveBack: alive((...args) => store.giveBack(...args)),
        put: alive((...args) => store.put(...args)),
        attempts: alive((...args) => store.attempts(...args)),
        heartbeatsSince: alive((...args) => store.heartbeatsSince(...args)),
        shelve: alive(() => store.shelve()),
        settle: alive(async (...args) => {
          const isOurs = await store.settle(...args);
          return dieHere("after mark") ? await never() : isOurs;
        }),
      },
      sender: {
        ...parts.sender,
        post: alive(async (request) => {
          if (dieHere("before send")) return await never();
          const answer = await parts.sender.post(request);
          return dieHere("after send") ? await never() : answer;
        }),
      },
    });
    for (let i = 0; i < 4; i++) {
      group++;
      for (const channelId of [1, 2]) {
        left.push({ id: group, channelId });
        await store.put([message(channelId, group, { at: stage.clock.now() })]);
      }
    }
    process.wake();
    await stage.clock.advance(3 * MINUTE_MS);
    if (round === KILLS) await process.stop();
  }
  expect(kills).toBeGreaterThanOrEqual(45);
  const times = (path: string, no: number): number =>
    stage.bots.accepted(path).filter(({ body }) => new RegExp(`#${no} |"incident":${no},`).test(body)).length;
  const counts = left.map(({ id, channelId }) => times(channelId === 1 ? "feishu/duty" : "webhook/w", id));
  expect(counts.filter((n) => n === 0)).toEqual([]);
  for (const [channelId, path] of [
    [1, "feishu/duty"],
    [2, "webhook/w"],
  ] as const) {
    const rows = [...stage.store.rows.values()].filter(
      (row) => row.channelId === channelId && row.state === "delivered",
    );
    const repeats = stage.bots.accepted(path).length - rows.length;
    expect(repeats).toBeGreaterThan(5); // the kills fell where they hurt
    expect(repeats).toBeLessThanOrEqual(kills);
  }
  const ids = new Map<string, Set<string>>();
  for (const { id, body } of stage.bots.accepted("webhook/w")) ids.set(id, (ids.get(id) ?? new Set()).add(body));
  for (const bodies of ids.values()) expect(bodies.size).toBe(1);
  const repeats = stage.bots.accepted("feishu/duty").filter(({ text }) => text.includes("可能重复"));
  expect(repeats.length).toBeGreaterThan(0);
}, 60_000);
