/**
 * A file in a WeCom group: uploaded to the robot's own address first, then named in a message. Source:
 * developer.work.weixin.qq.com/document/path/91770 (file of at most 20 MB; the upload is good for three days).
 */
import { randomUUID } from "node:crypto";
import type { ChannelSecrets } from "../../db/model/channel.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Sender } from "../egress/sender.ts";
import { jsonOf, textAt } from "./answers.ts";
import { wecom } from "./channels/wecom.ts";
import type { AnswerMeans, MailFile } from "./platform.ts";
import { webhookUrl } from "./webhook-url.ts";

/** @returns what the robot answered to the upload where it refused that, else to the message. @throws SendError, ChannelFault */
export async function sendWecomFile(
  sender: Sender,
  clock: Clock,
  { url }: ChannelSecrets,
  file: MailFile,
  deadlineMs: number,
): Promise<AnswerMeans> {
  const send = webhookUrl(url);
  const form = multipart(file);
  const uploaded = await sender.post({ url: uploadUrl(send), headers: form.headers, body: form.body, deadlineMs });
  const media = textAt(jsonOf(uploaded.body) ?? {}, "media_id");
  if (media === "") return wecom.read({ at: clock.now(), ...uploaded });
  const body = JSON.stringify({ msgtype: "file", file: { media_id: media } });
  const headers = { "content-type": "application/json" };
  return wecom.read({ at: clock.now(), ...(await sender.post({ url: send, headers, body, deadlineMs })) });
}

/** …/webhook/send?key=K takes messages, …/webhook/upload_media?key=K&type=file takes files. */
function uploadUrl(send: URL): URL {
  const url = new URL(send);
  url.pathname = `${send.pathname.replace(/\/send$/, "")}/upload_media`;
  url.searchParams.set("type", "file");
  return url;
}

function multipart({ name, type, bytes }: MailFile): {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
} {
  const border = `dapan-${randomUUID()}`;
  const head =
    `--${border}\r\nContent-Disposition: form-data; name="media"; filename="${name}"; filelength=${bytes.length}\r\n` +
    `Content-Type: ${type}\r\n\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${border}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${border}--\r\n`)]),
  };
}
