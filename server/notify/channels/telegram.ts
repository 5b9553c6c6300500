/**
 * Telegram bot: HTML in which data stands in <code>. There Telegram looks for nothing: elsewhere it finds @names, addresses
 * and /commands by itself. Sources: core.telegram.org/bots/api, python-telegram-bot constants.
 */
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf, means, textAt } from "../answers.ts";
import { fitted, type Message } from "../message.ts";
import { inHtml } from "../plain.ts";
import { type Answer, type AnswerMeans, ChannelFault, type HttpPost, type Platform, type ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

/** UTF-16 units after entities are parsed; bytes of the HTML are never fewer, so this is on the safe side. */
const MOST_BYTES = 4_096;
const API = "https://api.telegram.org";

const code = (text: string): string => (text === "" ? "" : `<code>${inHtml(text)}</code>`);

function htmlOf(message: Message): string {
  const people = message.mentions
    .filter((id) => /^(@\w{5,32}|\d{5,16})$/.test(id))
    .map((id) => (id.startsWith("@") ? id : `<a href="tg://user?id=${id}">${id}</a>`));
  return [
    `<b>${code(message.title)}</b>`,
    ...message.lines.map(({ head, detail }) => `${code(head)}${detail === "" ? "" : `\n${code(detail)}`}`),
    message.more,
    ...message.facts.map(({ label, value }) => `${label}: ${code(value)}`),
    message.links.map(({ label, url }) => `<a href="${inHtml(url)}">${inHtml(label)}</a>`).join(" · "),
    [...people, message.foot, inHtml(message.keyword)].filter((part) => part !== "").join(" · "),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** @throws ChannelFault without a bot token or a chat */
function render(say: ToSay): HttpPost {
  const { secret, url } = say.secrets;
  const [chat] = say.settings.to;
  if (!/^\d+:[\w-]{20,}$/.test(secret))
    throw new ChannelFault("the secret is no bot token; @BotFather gives 123456:ABC…");
  if (chat === undefined) throw new ChannelFault("no chat to write to: name its id under recipients");
  const text = fitted(say, MOST_BYTES, htmlOf);
  const body = { chat_id: chat, text, parse_mode: "HTML", link_preview_options: { is_disabled: true } };
  return {
    via: "http",
    url: webhookUrl(`${(url === "" ? API : url).replace(/\/+$/, "")}/bot${secret}/sendMessage`),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

const WRONG_CHAT =
  /chat not found|bot was (blocked|kicked)|not a member|user is deactivated|group chat was upgraded|need administrator/i;

function read(answer: Answer): AnswerMeans {
  const body = jsonOf(answer.body);
  if (body === null) return answer.status === 200 ? means("unavailable", answer) : byStatus(answer);
  const text = textAt(body, "description");
  if (body["ok"] === true) return means("ok", answer, "ok");
  const code = Number(body["error_code"] ?? answer.status);
  const wait = (body["parameters"] as { retry_after?: unknown } | undefined)?.retry_after;
  const headers = typeof wait === "number" ? { ...answer.headers, "retry-after": String(wait) } : answer.headers;
  if (WRONG_CHAT.test(text)) return means("auth", answer, text);
  return {
    ...byStatus({ ...answer, headers, status: code === 200 ? 502 : code }),
    text: means("ok", answer, text).text,
  };
}

export const telegram: Platform = {
  mostBytes: MOST_BYTES,
  rate: [
    { count: 1, perMs: SECOND_MS },
    { count: 18, perMs: MINUTE_MS }, // of 20 in a group
  ],
  digestLines: 12,
  render,
  read,
};
