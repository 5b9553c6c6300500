import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { openSender } from "../../../server/egress/sender.ts";
import { alertmanager } from "../../../server/notify/channels/alertmanager.ts";
import { alertmanagerWebhook } from "../../../server/notify/channels/alertmanager-webhook.ts";
import type { HttpPost } from "../../../server/notify/platform.ts";
import { alertmanagerMissing, startAlertmanager } from "../../services/alertmanager.ts";
import { startFakeBots } from "../../services/fake-bots.ts";
import type { BotServer } from "../../../collectors/simulator/serve-bots.ts";
import type { Service } from "../../services/program.ts";
import { aNotice, toSay } from "./stage.ts";

const why = alertmanagerMissing();
if (why) console.warn(`skipped: a real Alertmanager: ${why}`);

type Seen = {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
};

describe.skipIf(why !== null)("a real Alertmanager", () => {
  let service: Service;
  let bots: BotServer;
  beforeAll(async () => {
    bots = await startFakeBots();
    service = await startAlertmanager({ webhookUrl: bots.url("webhook/back") });
  });
  afterAll(async () => {
    await service?.stop();
    await bots?.stop();
  });
  const sender = openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } });
  const alert = {
    ...aNotice().alerts[0]!,
    labels: {
      alertname: "ecc-dbe-vol",
      card: "GPU-3",
      "dapan.io/pool": "p 1",
      severity: "P1",
      节点: "gpu-07",
      empty: "",
    },
    annotations: { summary: '双比特 "ECC" \\ {{ .Labels }} <at id=all></at>', cost: "¥12.34" },
    startsAt: unixMs(systemClock.now() - 60_000),
  };
  const post = async (endsAt: number | null) => {
    const notice = aNotice({ alerts: [{ ...alert, endsAt: endsAt === null ? null : unixMs(endsAt) }] });
    const secrets = { url: service.url, secret: "", previousSecret: "" };
    const at = systemClock.now();
    const { url, headers, body } = alertmanager.render(toSay("alertmanager", { notice, secrets, at })) as HttpPost;
    const answer = await sender.post({ url, headers, body, deadlineMs: 5_000 });
    return alertmanager.read({ at, ...answer }).class;
  };
  const seen = async (): Promise<Seen[]> => (await (await fetch(`${service.url}/api/v2/alerts`)).json()) as Seen[];
  const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (let i = 0; i < 100; i++) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("it did not come");
  };

  test("takes what fires, with labels it allows, and holds it until we say it is over", async () => {
    expect(await post(null)).toBe("ok");
    const one = await until(async () => (await seen())[0]);
    expect(one.labels).toEqual({
      alertname: "ecc-dbe-vol",
      card: "GPU-3",
      dapan_io_pool: "p 1",
      severity: "P1",
      __: "gpu-07",
    });
    expect(one.annotations).toEqual(alert.annotations);
    expect(Date.parse(one.startsAt)).toBe(alert.startsAt);
    expect(Date.parse(one.endsAt) - systemClock.now()).toBeGreaterThan(6 * 86_400_000);
    expect(one.generatorURL).toBe(alert.url);
    const back = await until(() => bots.bots.accepted("webhook/back").find(({ body }) => body.includes('"firing"')));
    expect(JSON.parse(back.body)).toMatchObject({ version: "4", status: "firing", alerts: [{ labels: one.labels }] });

    expect(await post(systemClock.now())).toBe("ok");
    await until(async () => ((await seen()).length === 0 ? true : undefined));
    await until(() => bots.bots.accepted("webhook/back").find(({ body }) => body.includes('"status":"resolved"')));
  });

  test("refuses what has no labels: a bad body, not a channel to be switched off", async () => {
    const answer = await sender.post({
      url: new URL(`${service.url}/api/v2/alerts`),
      headers: { "content-type": "application/json" },
      body: '[{"labels":{}}]',
      deadlineMs: 5_000,
    });
    expect(alertmanager.read({ at: systemClock.now(), ...answer }).class).toBe("bad_body");
  });

  test("its own webhook has the fields ours has", async () => {
    const theirs = JSON.parse(bots.bots.accepted("webhook/back")[0]!.body) as Record<string, unknown> & {
      alerts: object[];
    };
    const { body } = alertmanagerWebhook.render(toSay("alertmanager_webhook")) as HttpPost;
    const ours = JSON.parse(body) as Record<string, unknown> & { alerts: object[] };
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    expect(Object.keys(ours.alerts[0]!).sort()).toEqual(Object.keys(theirs.alerts[0]!).sort());
  });
});
