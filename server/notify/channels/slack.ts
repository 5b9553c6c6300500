/**
 * Slack incoming webhook: blocks whose data stands in plain_text objects, which know no markup; the fallback text is
 * escaped. Sources: docs.slack.dev, slackapi/node-slack-sdk block-kit types, bolt-js#2509 (13,200 characters in all).
 */
import { SECOND_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf, means, textAt } from "../answers.ts";
import { fitted, type Message } from "../message.ts";
import { bytesOf, cutUnits, withoutLinks } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

const MOST_BYTES = 12_000;
const MOST_BLOCKS = 50;
const MOST_SECTION = 3_000;
const MOST_HEADER = 150;
const MOST_BUTTON = 75;
/** Title, mentions, facts, buttons and foot around the lines. */
const OTHER_BLOCKS = 8;

const plain = (text: string, most: number) => ({ type: "plain_text", text: cutUnits(text, most), emoji: false });
const section = (text: string) => ({ type: "section", text: plain(text, MOST_SECTION) });

/** Slack's mrkdwn takes these three as markup; bare addresses are broken up before. */
const inMrkdwn = (text: string): string =>
  withoutLinks(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function blocksOf(message: Message) {
  const calls = [
    ...(message.mentionsAll ? ["<!channel>"] : []),
    ...message.mentions
      .filter((id) => /^[A-Z0-9]{2,32}$/.test(id))
      .map((id) => (id.startsWith("S") ? `<!subteam^${id}>` : `<@${id}>`)),
  ].join(" ");
  const foot = [message.foot, message.keyword].filter((part) => part !== "").join(" · ");
  return [
    { type: "header", text: plain(message.title || "Dapan", MOST_HEADER) },
    ...message.lines.map(({ head, detail }) => section(detail === "" ? head : `${head}\n${detail}`)),
    ...(message.more === "" ? [] : [section(message.more)]),
    ...message.facts.map(({ label, value }) => section(`${label}: ${value}`)),
    ...(calls === "" ? [] : [{ type: "section", text: { type: "mrkdwn", text: calls } }]),
    ...(message.links.length === 0
      ? []
      : [
          {
            type: "actions",
            elements: message.links.map(({ label, url }) => ({ type: "button", text: plain(label, MOST_BUTTON), url })),
          },
        ]),
    { type: "context", elements: [plain(foot, 2_000)] },
  ];
}

function render(say: ToSay): HttpPost {
  const form = (message: Message): string =>
    JSON.stringify({
      text: inMrkdwn(message.title),
      blocks: blocksOf(message),
      unfurl_links: false,
      unfurl_media: false,
    });
  const shortened = { ...say, notice: { ...say.notice, ...withMostLines(say.notice, MOST_BLOCKS - OTHER_BLOCKS) } };
  const body = fitted(shortened, MOST_BYTES, form, bytesOf);
  return { via: "http", url: webhookUrl(say.secrets.url), headers: { "content-type": "application/json" }, body };
}

const withMostLines = ({ lines, more }: ToSay["notice"], most: number) => ({
  lines: lines.slice(0, most),
  more: more + Math.max(0, lines.length - most),
});

/** Words of the answer, whatever its status. */
const AUTH =
  /^(no_service|no_team|invalid_token|action_prohibited|channel_not_found|user_not_found|posting_to_general_channel_denied|team_disabled)/;
const GONE = /^channel_is_archived/;
const BAD = /^(invalid_payload|invalid_blocks|msg_blocks_too_long|no_text|too_many_attachments)/;

function read(answer: Answer): AnswerMeans {
  const json = jsonOf(answer.body);
  const word = (json === null ? answer.body : textAt(json, "error")).trim();
  const isOk = json === null ? word === "ok" : json["ok"] === true;
  if (answer.status === 200 && isOk) return means("ok", answer);
  if (/^rate_?limited/.test(word)) return means("rate_limited", answer);
  if (GONE.test(word)) return means("gone", answer);
  if (AUTH.test(word)) return means("auth", answer);
  if (BAD.test(word)) return means("bad_body", answer);
  return answer.status < 300 ? means("unavailable", answer) : byStatus(answer);
}

export const slack: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 1, perMs: SECOND_MS }],
  digestLines: 30,
  render,
  read,
};
