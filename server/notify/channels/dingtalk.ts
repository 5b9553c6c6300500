/**
 * DingTalk (钉钉) custom robot: Markdown, in which data has no character that means anything. Sources: DingTalk custom
 * robot documents, issues named in facts/integrations.md 1.2.
 */
import { MINUTE_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf, means, meansPause, textAt } from "../answers.ts";
import { fitted, type Message, plainLines } from "../message.ts";
import { inMarkdown } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { dingtalkSign } from "../signatures.ts";
import { webhookUrl } from "../webhook-url.ts";

const MOST_BYTES = 20_000;
/** "Send too fast" blocks the robot for ten minutes. */
const PENALTY_MS = 10 * MINUTE_MS;

function bodyOf(message: Message): string {
  const people = message.mentions.filter((id) => /^[\w.-]{1,64}$/.test(id));
  const mobiles = people.filter((id) => /^\d{5,15}$/.test(id));
  const calls = people.map((id) => `@${id}`).join(" "); // the text must name them too, or nobody is called
  const links = message.links.map(({ label, url }) => `[${inMarkdown(label)}](${url})`).join(" · ");
  const text = [
    `#### ${inMarkdown(message.title)}`,
    ...plainLines(message, inMarkdown).map((line) => `> ${line}`),
    links,
    [calls, inMarkdown(message.foot), message.keyword].filter((part) => part !== "").join(" · "),
  ].filter((line) => line !== "");
  return JSON.stringify({
    msgtype: "markdown",
    markdown: { title: inMarkdown(message.title), text: text.join("\n\n") },
    at: { atMobiles: mobiles, atUserIds: people.filter((id) => !mobiles.includes(id)), isAtAll: message.mentionsAll },
  });
}

/** The signature goes into the address, anew each time: appending to a kept address would let it grow. */
function render(say: ToSay): HttpPost {
  const url = webhookUrl(say.secrets.url);
  if (say.secrets.secret !== "") {
    const { timestamp, sign } = dingtalkSign(say.secrets.secret, say.now);
    url.searchParams.set("timestamp", timestamp);
    url.searchParams.set("sign", sign); // encoded here, once
  }
  return {
    via: "http",
    url,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: fitted(say, MOST_BYTES, bodyOf),
  };
}

const RATE = new Set([130_101, 410_100, 90_030, 1_111]);
const AUTH = new Set([310_000, 300_001, 300_005, 40_035, 400_101, 400_102, 400_106]); // checks, token, robot stopped
const BAD = new Set([43_002, 43_004, 400_105, 460_101, 101_002]);
const GROUP_DISSOLVED = 400_013;

function read(answer: Answer): AnswerMeans {
  const body = jsonOf(answer.body);
  const code = body?.["errcode"] ?? body?.["status"];
  if (body === null || typeof code !== "number") {
    // a page instead of JSON is its gate under load, whatever the status says
    return answer.status < 400 || answer.status >= 500 ? means("unavailable", answer) : byStatus(answer);
  }
  const text = `${code} ${textAt(body, "errmsg", "source")}`;
  if (code === 0) return answer.status === 200 ? means("ok", answer, text) : byStatus(answer);
  if (RATE.has(code)) return meansPause(answer, PENALTY_MS, text);
  if (code === GROUP_DISSOLVED) return means("gone", answer, text);
  if (AUTH.has(code)) return means("auth", answer, text);
  return means(BAD.has(code) ? "bad_body" : "unavailable", answer, text);
}

export const dingtalk: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 18, perMs: MINUTE_MS }], // of 20: one message too many costs ten minutes
  digestLines: 30,
  render,
  read,
};
