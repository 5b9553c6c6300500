import { expect, test } from "vitest";
import { systemClock } from "../../../server/clock.ts";
import { holdConfig } from "../../../server/config/holder.ts";
import { readConfig } from "../../../server/config/read.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { openAccess } from "../../../server/usecases/access/access-port.ts";
import { stageApi } from "./stage.ts";

const addressSeen = async (yaml: string, peer: string): Promise<string> => {
  const reading = readConfig(yaml, "dapan.yaml", {});
  if (!reading.ok) throw new Error("the stage's config is wrong");
  let seen = "";
  const { app } = await stageApi({
    config: holdConfig(reading.config, null, createLog("silent", systemClock)),
    access: {
      ...openAccess,
      who: (caller) => {
        seen = caller.address;
        return openAccess.who(caller);
      },
    },
  });
  const headers = { host: "127.0.0.1", "x-forwarded-for": "203.0.113.7, 198.51.100.9", "x-real-ip": "203.0.113.8" };
  await app.inject({ url: "/api/trpc/access.me", headers, remoteAddress: peer });
  await app.close();
  return seen;
};

test("X-Forwarded-For is believed from configured proxies alone, and only what they added (AUT-12)", async () => {
  expect(await addressSeen("timeZone: UTC", "10.0.0.5")).toBe("10.0.0.5");
  expect(await addressSeen("listen: {proxies: [10.0.0.5/32]}", "10.0.0.6")).toBe("10.0.0.6");
  expect(await addressSeen("listen: {proxies: [10.0.0.5/32]}", "10.0.0.5")).toBe("198.51.100.9");
});
