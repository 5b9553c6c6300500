/** Signatures of the platforms; vectors in test/server/notify/signatures.test.ts. */
import { createHmac } from "node:crypto";
import { SECOND_MS } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { ChannelFault } from "./platform.ts";

const hmac = (key: string | Uint8Array, message: string): string =>
  createHmac("sha256", key).update(message).digest("base64");

/** Feishu and Lark: "timestamp\nsecret" is the *key*, the message is empty. Seconds, good for an hour. */
export function feishuSign(secret: string, now: UnixMs): { readonly timestamp: string; readonly sign: string } {
  const timestamp = String(Math.floor(now / SECOND_MS));
  return { timestamp, sign: hmac(`${timestamp}\n${secret}`, "") };
}

/** DingTalk: the secret is the key, "timestamp\nsecret" the *message*. Milliseconds, good for an hour. Not URL-encoded. */
export function dingtalkSign(secret: string, now: UnixMs): { readonly timestamp: string; readonly sign: string } {
  const timestamp = String(now);
  return { timestamp, sign: hmac(secret, `${timestamp}\n${secret}`) };
}

/**
 * Standard Webhooks 1.0.0: HMAC over "id.timestamp.body"; one signature for each secret, newest first, so that receivers
 * may change theirs in their own time.
 * @throws ChannelFault when a secret is not `whsec_` and base64 of 24 to 64 bytes
 */
export function standardWebhookHeaders(
  secrets: readonly string[],
  id: string,
  now: UnixMs,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / SECOND_MS));
  const signatures = secrets.map((secret) => `v1,${hmac(standardKey(secret), `${id}.${timestamp}.${body}`)}`);
  const signed = signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") };
  return { "webhook-id": id, "webhook-timestamp": timestamp, ...signed };
}

function standardKey(secret: string): Uint8Array {
  const text = secret.replace(/^whsec_/, "");
  const key = Buffer.from(text, "base64");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || key.length < 24 || key.length > 64)
    throw new ChannelFault("the signing secret is not whsec_ followed by base64 of 24 to 64 bytes; make a new one");
  return key;
}
