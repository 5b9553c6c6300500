import { expect, test } from "vitest";
import type { Channel, Route } from "../../../../db/model/channel.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import type { StoredIncident } from "../../../../db/store/incidents.ts";
import { makeJudge } from "../../../../server/usecases/alerts/make-judge.ts";
import { at, channel, incident, route } from "../../domain/alerts/hand.ts";

const judge = makeJudge({
  zone: () => "UTC",
  currency: () => "CNY",
  publicUrl: () => "https://dapan.example",
  box: null,
  hourlyOf: () => null,
});
const shared = {
  ...incident({ labels: { card: "GPU-1", team: "b" }, cardIds: [1] }),
  id: 7,
  holders: ["team-a/secret-run-0", "team-b/own-run-0"],
} as unknown as StoredIncident; // all that telling asks of it
const toldTo = (where: Route["where"]): string => {
  const { messages } = judge.speak({
    incidents: [shared],
    groups: [],
    routes: [route({ where, groupWaitMs: 0 })],
    channels: [{ ...channel(1), name: "chat", language: "en" } as unknown as Channel],
    rules: new Map(),
    now: at(HOUR_MS),
  });
  expect(messages.length).toBe(1);
  return JSON.stringify(messages);
};

test("who else holds the cards of a shared node is not told in the chat of one team", () => {
  expect(toldTo({})).toContain("secret-run-0");
  expect(toldTo({ team: ["b"] })).not.toContain("secret-run-0");
});
