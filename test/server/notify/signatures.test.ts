import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { dingtalk } from "../../../server/notify/channels/dingtalk.ts";
import { webhook } from "../../../server/notify/channels/webhook.ts";
import type { HttpPost } from "../../../server/notify/platform.ts";
import { dingtalkSign, feishuSign, standardWebhookHeaders } from "../../../server/notify/signatures.ts";
import { secretsFor, toSay, WHSEC } from "./stage.ts";

const FILE = path.resolve("../shared/data/signature-vectors/vectors.json");
const isThere = existsSync(FILE);
if (!isThere) console.warn(`skipped: signature vectors: ${FILE} is not there`);

type Vectors = {
  readonly feishu: readonly { secret: string; timestamp: number; sign: string }[];
  readonly dingtalk: readonly { secret: string; timestamp_ms: number; sign_base64: string; sign_urlencoded: string }[];
  readonly standard_webhooks: readonly {
    secret: string;
    id: string;
    timestamp: number;
    payload: string;
    signature: string;
  }[];
};
const vectors = isThere ? (JSON.parse(readFileSync(FILE, "utf8")) as Vectors) : null;

describe.skipIf(vectors === null)("the published vectors", () => {
  test("Feishu", () => {
    for (const { secret, timestamp, sign } of vectors!.feishu)
      expect(feishuSign(secret, unixMs(timestamp * 1_000 + 999))).toEqual({ timestamp: String(timestamp), sign });
  });
  test("DingTalk, and its form in the address", () => {
    for (const { secret, timestamp_ms, sign_base64, sign_urlencoded } of vectors!.dingtalk) {
      const now = unixMs(timestamp_ms);
      expect(dingtalkSign(secret, now)).toEqual({ timestamp: String(timestamp_ms), sign: sign_base64 });
      const secrets = { ...secretsFor("dingtalk"), url: "https://bots.example.com/robot/send?access_token=t", secret };
      const { url } = dingtalk.render(toSay("dingtalk", { now, secrets })) as HttpPost;
      expect(url.search).toBe(`?access_token=t&timestamp=${timestamp_ms}&sign=${sign_urlencoded}`);
    }
  });
  test("Standard Webhooks", () => {
    for (const { secret, id, timestamp, payload, signature } of vectors!.standard_webhooks)
      expect(standardWebhookHeaders([secret], id, unixMs(timestamp * 1_000), payload)["webhook-signature"]).toBe(
        signature,
      );
  });
});

describe("the receivers' reference library (WHK-15)", () => {
  const OLD = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const now = unixMs(Date.now());
  const send = (secret: string, previousSecret = ""): HttpPost =>
    webhook.render(
      toSay("webhook", { now, secrets: { ...secretsFor("webhook"), secret, previousSecret } }),
    ) as HttpPost;

  test("verifies what we sign, and nothing that was changed", () => {
    const { body, headers } = send(WHSEC);
    expect(new Webhook(WHSEC).verify(body, { ...headers })).toMatchObject({ type: "incidents.firing" });
    expect(() => new Webhook(WHSEC).verify(`${body} `, { ...headers })).toThrow("No matching signature");
    expect(() => new Webhook(OLD).verify(body, { ...headers })).toThrow("No matching signature");
    expect(() => new Webhook(WHSEC).verify(body, { ...headers, "webhook-id": "msg_other" })).toThrow(
      "No matching signature",
    );
  });

  test("takes either secret while one is changed", () => {
    const { body, headers } = send(WHSEC, OLD);
    for (const secret of [WHSEC, OLD]) expect(new Webhook(secret).verify(body, { ...headers })).toBeTruthy();
  });

  test("refuses what was replayed after five minutes", () => {
    const late = webhook.render(toSay("webhook", { now: unixMs(now - 301_000) })) as HttpPost;
    expect(() => new Webhook(WHSEC).verify(late.body, { ...late.headers })).toThrow("too old");
  });
});

test.each(["whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all!!", `whsec_${Buffer.alloc(65).toString("base64")}`])(
  "a signing secret that is none is the channel's fault, in words without it: %j",
  (secret) => {
    expect(() => standardWebhookHeaders([secret], "msg", unixMs(1), "")).toThrow(
      /whsec_ followed by base64 of 24 to 64 bytes/,
    );
  },
);
