import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";
import { type Stage, stageApi } from "./stage.ts";

const GOOD = "g".repeat(27);
const asShared = (token: string) =>
  `/api/trpc/reports.shared?input=${encodeURIComponent(JSON.stringify({ token, language: "en" }))}`;

let clock: ManualClock;
let stage: Stage;
const asked: string[] = [];
beforeEach(async () => {
  clock = manualClock();
  asked.length = 0;
  const pdf = async (of: object) => {
    asked.push(JSON.stringify(of));
    return "token" in of && of.token === GOOD ? { name: "a.pdf", bytes: "x" } : null;
  };
  stage = await stageApi({ clock, reports: { pdf } });
});
afterEach(() => stage.app.close());

const ask = async (url: string, remoteAddress = "10.0.0.7") =>
  (await stage.app.inject({ url, headers: { host: "localhost" }, remoteAddress })).statusCode;

describe("API-12: links with a token", () => {
  test.each([":key", ":of", "*", "%", "%25", "%2a", "", "undefined", "null", "x".repeat(26), "x".repeat(28), `${GOOD}%00`])(
    "the literal %s leads nowhere, and nobody is asked",
    async (literal) => {
      for (const url of [`/api/shared/${literal}.pdf`, `/api/shared/${literal}/pools.csv`, `/api/shared/${literal}`])
        expect([400, 404]).toContain(await ask(url));
      expect(asked.filter((of) => !of.includes(GOOD))).toEqual([]);
      expect([400, 404]).toContain(await ask(asShared(literal)));
      expect([400, 404, 410]).toContain(await ask(`/alert-act/${literal}`));
    },
  ); // prettier-ignore

  test("twenty wrong ones in a minute, and an address waits: at every door that takes them, and at no other", async () => {
    for (let i = 0; i < 20; i++) expect(await ask(`/api/shared/${String(i).padStart(27, "x")}.pdf`)).toBe(404);
    for (const url of [
      `/api/shared/${GOOD}.pdf`,
      `/api/shared/${GOOD}/a.csv`,
      "/alert-act/ack.1.2.3.x",
      asShared(GOOD),
    ])
      expect([url, await ask(url)]).toEqual([url, 429]);
    expect(asked).toHaveLength(20);
    expect(await ask("/api/trpc/sources.list")).toBe(200);
    expect(await ask(`/api/shared/${GOOD}.pdf`, "10.0.0.8")).toBe(200); // somebody else
    await clock.advance(60_000);
    expect(await ask(`/api/shared/${GOOD}.pdf`)).toBe(200);
  });

  test("right ones are not counted", async () => {
    for (let i = 0; i < 40; i++) expect(await ask(`/api/shared/${GOOD}.pdf`)).toBe(200);
  });
});
