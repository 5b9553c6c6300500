/**
 * WeCom (企业微信) group robot: Markdown of at most 4,096 bytes. The key in the address is the only secret. Source:
 * work.weixin.qq.com/api/doc/90000/90136/91770.
 */
import { MINUTE_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf, means, meansPause, textAt } from "../answers.ts";
import { fitted, type Message, plainLines } from "../message.ts";
import { bytesOf, inMarkdown } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

/** Of `markdown.content`, not of the body around it. */
const MOST_BYTES = 4_096;
const COLOURS = { P1: "warning", P2: "warning", P3: "comment", resolved: "info", neutral: "comment" } as const;

function contentOf(message: Message): string {
  const people = [
    ...(message.mentionsAll ? ["<@all>"] : []),
    ...message.mentions.filter((id) => /^[\w.@-]{1,64}$/.test(id)).map((id) => `<@${id}>`),
  ];
  const links = message.links.map(({ label, url }) => `[${inMarkdown(label)}](${url})`).join(" · ");
  return [
    `**<font color="${COLOURS[message.tone]}">${inMarkdown(message.title)}</font>**`,
    ...plainLines(message, inMarkdown).map((line) => `> ${line}`),
    links,
    [...people, `<font color="comment">${inMarkdown(message.foot)}</font>`, message.keyword]
      .filter((part) => part !== "")
      .join(" "),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function render(say: ToSay): HttpPost {
  const content = fitted(say, MOST_BYTES, contentOf, bytesOf);
  return {
    via: "http",
    url: webhookUrl(say.secrets.url),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ msgtype: "markdown", markdown: { content } }),
  };
}

const RATE = 45_009;
const BAD_WEBHOOK = 93_000; // permanent: the key is wrong, or the address is not on its list
const BUSY = -1;

function read(answer: Answer): AnswerMeans {
  const body = jsonOf(answer.body);
  const code = body?.["errcode"];
  if (body === null || typeof code !== "number")
    return answer.status === 200 ? means("unavailable", answer) : byStatus(answer);
  const text = `${code} ${textAt(body, "errmsg")}`;
  if (code === 0) return answer.status === 200 ? means("ok", answer, text) : byStatus(answer);
  if (code === RATE) return meansPause(answer, MINUTE_MS, text);
  if (code === BAD_WEBHOOK) return means("auth", answer, text);
  return means(code === BUSY ? "unavailable" : "bad_body", answer, text);
}

export const wecom: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 18, perMs: MINUTE_MS }], // of 20, for the clocks need not agree
  digestLines: 12,
  render,
  read,
};
