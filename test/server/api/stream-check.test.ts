import http from "node:http";
import { afterEach, expect, test } from "vitest";
import type { Actor } from "../../../db/model/access.ts";
import { NOBODY, OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { aPool, aRow, stageApi, stageFleet } from "./stage.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const viewer: Actor = { ...OPEN_ACTOR, kind: "person", id: "p1", permissions: permissionsOf(["viewer"]) };

/** A live stream opened by a viewer; `become` changes who they are on the server. */
async function streamOf() {
  let actor = viewer;
  const clock = manualClock();
  const fleet = stageFleet([aRow()], [aPool()]);
  const { app } = await stageApi({
    live: fleet.live,
    clock,
    access: {
      who: async () => actor,
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
    },
  });
  open.push(app);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  let isOver = false;
  await new Promise<void>((resolve, reject) => {
    const request = http.get(`${url}/api/trpc/fleet.live`, { headers: { accept: "text/event-stream" } }, (answer) => {
      answer.resume();
      answer.once("close", () => (isOver = true));
      answer.once("error", () => (isOver = true));
      resolve();
    });
    request.once("error", reject);
  });
  return { become: (next: Actor) => (actor = next), clock, isOver: () => isOver };
}

test.each<[string, Actor]>([
  ["signed out", NOBODY],
  ["given another role", { ...viewer, permissions: permissionsOf(["finance"]) }],
  ["given teams", { ...viewer, teams: ["video"] }],
])("a stream ends soon after its reader was %s", async (_what, next) => {
  const { become, clock, isOver } = await streamOf();
  become(next);
  await clock.advance(10_000);
  await expect.poll(isOver, { timeout: 5_000, interval: 5 }).toBe(true);
});

test("it goes on while its reader stays who they were", async () => {
  const { become, clock, isOver } = await streamOf();
  for (let i = 0; i < 3; i += 1) {
    become({ ...viewer, permissions: permissionsOf(["viewer"]) });
    await clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(isOver()).toBe(false);
  become(NOBODY);
  await clock.advance(10_000);
  await expect.poll(isOver, { timeout: 5_000, interval: 5 }).toBe(true);
});
