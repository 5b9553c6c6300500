import http from "node:http";
import type os from "node:os";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DOORS } from "../../../server/api/access-table.ts";
import { HEAVY, heavyAtOnce } from "../../../server/api/heavy-limit.ts";
import { appRouter } from "../../../server/api/router.ts";
import { isQuestion, QuestionTooLong } from "../../../db/question.ts";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";
import { type Stage, stageApi } from "./stage.ts";

vi.mock("node:os", async (real) => ({ ...(await real<typeof os>()), availableParallelism: () => 4 }));

let stage: Stage | null = null;
const waiting: (() => void)[] = [];
let asked = 0;
afterEach(async () => {
  for (const answer of waiting.splice(0)) answer();
  await stage?.app.close();
  asked = 0;
});

/** A console whose heavy questions are answered by hand, on a port of its own. */
async function open(clock: ManualClock): Promise<number> {
  const patrol = {
    coverage: async () => {
      asked += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
      throw new QuestionTooLong();
    },
  };
  stage = await stageApi({ clock, patrol });
  return Number(new URL(await stage.app.listen({ port: 0, host: "127.0.0.1" })).port);
}

const ASKED = JSON.stringify({
  from: "2026-11-01",
  to: "2026-11-02",
  scope: { vendors: [], regions: [], models: [], billings: [], teams: [] },
});
const HEAVY_ONE = `/api/trpc/patrol.coverage?input=${encodeURIComponent(ASKED)}`;
type Said = { readonly status: number; readonly body: string };
function ask(port: number, path = HEAVY_ONE): { readonly said: Promise<Said>; readonly leave: () => void } {
  const sent = http.get({ host: "127.0.0.1", port, path });
  const said = new Promise<Said>((resolve) => {
    sent.on("error", () => resolve({ status: 0, body: "" }));
    sent.on("response", (answer) => {
      let body = "";
      answer.on("data", (part: Buffer) => (body += part.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
  });
  return { said, leave: () => sent.destroy() };
}
const until = async (fits: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !fits(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(fits()).toBe(true);
};

describe("API-08: heavy questions of one caller", () => {
  test("are worked out two at a time; the others wait their turn, and light ones pass them", async () => {
    const port = await open(manualClock());
    const all = Array.from({ length: 5 }, () => ask(port));
    await until(() => asked === 2);
    expect((await ask(port, "/api/trpc/sources.list").said).status).toBe(200);
    expect(asked).toBe(2);
    for (let answered = 1; answered <= 5; answered++) {
      waiting.shift()!();
      await until(() => asked === Math.min(5, 2 + answered));
    }
    expect((await Promise.all(all.map(({ said }) => said))).map(({ status }) => status)).toEqual([
      422, 422, 422, 422, 422,
    ]);
  });

  test("leave a core to everybody else", () => {
    expect([1, 2, 3, 4, 64].map(heavyAtOnce)).toEqual([1, 1, 2, 2, 2]);
  });

  test("that wait too long, or stand behind sixteen, are told so", async () => {
    const clock = manualClock();
    const port = await open(clock);
    const all = Array.from({ length: 19 }, () => ask(port).said);
    const first = await Promise.race(all);
    expect(first).toEqual({ status: 429, body: expect.stringContaining("ask again when they are answered") });
    await clock.advance(10_000);
    await until(() => asked === 2);
    for (const answer of waiting.splice(0)) answer();
    const ends = (await Promise.all(all)).map(({ status }) => status);
    expect(ends.filter((status) => status === 429)).toHaveLength(17);
  });

  test("whose asker has gone leave their place, and the line ends empty", async () => {
    const port = await open(manualClock());
    const [one, two] = [ask(port), ask(port)];
    await until(() => asked === 2);
    const [three, four] = [ask(port), ask(port)];
    await new Promise((resolve) => setTimeout(resolve, 100)); // they stand in the line
    three.leave();
    one.leave();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).toBe(2); // hanging up does not stop the work, and gives no second turn
    for (const answer of waiting.splice(0)) answer();
    await until(() => asked === 3); // the fourth; nobody has the place of the third
    waiting.shift()!();
    expect((await two.said).status).toBe(422);
    expect((await four.said).status).toBe(422);
    const later = [ask(port), ask(port)];
    await until(() => asked === 5);
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(later.map(({ said }) => said));
  });

  test("are all names that exist", () => {
    const known = new Set([
      ...Object.keys(appRouter._def.procedures),
      ...[...DOORS.keys()].map((name) => name.split(" ")[1]),
    ]);
    expect([...HEAVY].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("API-08: a question has its time", () => {
  test("one that the database never answers ends after 12 s, with the way out", async () => {
    const clock = manualClock();
    const port = await open(clock);
    const { said } = ask(port);
    await until(() => asked === 1);
    await clock.advance(12_000);
    expect(await said).toEqual({ status: 422, body: expect.stringContaining("ask for fewer days or for a part") });
  });

  test("what is asked by GET is a question to the database, what changes something is not", async () => {
    const seen: boolean[] = [];
    const note = async () => {
      seen.push(isQuestion());
      throw new QuestionTooLong();
    };
    stage = await stageApi({ patrol: { coverage: note, removeItem: note } });
    await stage.app.inject({ url: HEAVY_ONE, headers: { host: "localhost" } });
    const headers = { host: "localhost", "content-type": "application/json" };
    await stage.app.inject({ method: "POST", url: "/api/trpc/patrol.removeItem", headers, payload: '{"id":"a"}' });
    expect(seen).toEqual([true, false]);
  });
});
