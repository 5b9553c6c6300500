import { expect, test } from "vitest";
import { OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { stageApi } from "./stage.ts";

test("an answer leaves the server without money for who may not see it, and with it for who may (API-05)", async () => {
  const review = {
    list: async () => ({
      asOf: 1,
      currency: "CNY",
      counts: {},
      items: [],
      nowPerDayMicro: "77713",
      laterPerDayMicro: "0",
    }),
  };
  for (const [role, shown] of [
    ["viewer", null],
    ["operator", null],
    ["finance", "77713"],
    ["admin", "77713"],
  ] as const) {
    const actor = { ...OPEN_ACTOR, kind: "person" as const, id: "p1", permissions: permissionsOf([role]) };
    const signInWays = async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false });
    const { app } = await stageApi({ access: { who: async () => actor, signInWays }, review: review as never });
    const input = encodeURIComponent(JSON.stringify({ state: "open" }));
    const answer = await app.inject({ url: `/api/trpc/review.list?input=${input}`, headers: { host: "127.0.0.1" } });
    expect(answer.json(), role).toMatchObject({ result: { data: { nowPerDayMicro: shown } } });
    await app.close();
  }
});
