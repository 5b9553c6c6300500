/**
 * Microsoft Teams by a Power Automate workflow: an adaptive card. Data stands in TextRuns, which know no Markdown; TextBlock
 * does, and holds only our own words. Sources: adaptivecards.io, alertmanager notify/msteamsv2, msteams_hermes (21,000 bytes).
 */
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf } from "../answers.ts";
import { fitted, type Message } from "../message.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

/** 28 KB by the documents; 21,000 bytes passed in practice. */
const MOST_BYTES = 21_000;
const COLOURS = { P1: "Attention", P2: "Warning", P3: "Accent", resolved: "Good", neutral: "Default" } as const;

type Run = { readonly text: string; readonly bold?: boolean; readonly color?: string; readonly subtle?: boolean };
const said = (...runs: readonly Run[]) => ({
  type: "RichTextBlock",
  inlines: runs.map(({ text, bold = false, color = "Default", subtle = false }) => ({
    type: "TextRun",
    text,
    color,
    isSubtle: subtle,
    weight: bold ? "Bolder" : "Default",
  })),
});

function bodyOf(message: Message): string {
  const people = message.mentions.filter((id) => /^[\w.+@-]{1,128}$/.test(id));
  const foot = [message.foot, message.keyword].filter((part) => part !== "").join(" · ");
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.2",
    body: [
      said({ text: message.title, bold: true, color: COLOURS[message.tone] }),
      ...message.lines.flatMap(({ head, detail }) => [
        said({ text: head }),
        ...(detail === "" ? [] : [said({ text: detail, subtle: true })]),
      ]),
      ...(message.more === "" ? [] : [said({ text: message.more })]),
      ...message.facts.map(({ label, value }) => said({ text: `${label}: `, bold: true }, { text: value })),
      ...(people.length === 0
        ? []
        : [{ type: "TextBlock", wrap: true, text: people.map((id) => `<at>${id}</at>`).join(" ") }]),
      said({ text: foot, subtle: true }),
    ],
    actions: message.links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
    msteams: {
      width: "full",
      entities: people.map((id) => ({ type: "mention", text: `<at>${id}</at>`, mentioned: { id, name: id } })),
    },
  };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return JSON.stringify({ type: "message", attachments: [attachment] });
}

function render(say: ToSay): HttpPost {
  return {
    via: "http",
    url: webhookUrl(say.secrets.url),
    headers: { "content-type": "application/json" },
    body: fitted(say, MOST_BYTES, bodyOf),
  };
}

/** Any 2xx is taken. The workflow answers errors as {"error":{"code","message"}}; some gateways put 429 into a 200. */
function read(answer: Answer): AnswerMeans {
  const error = jsonOf(answer.body)?.["error"];
  if (answer.status >= 300 || typeof error !== "object" || error === null) return byStatus(answer);
  const isRate = /429|throttl|too ?many/i.test(answer.body);
  return byStatus({ ...answer, status: isRate ? 429 : 502 });
}

export const teams: Platform = {
  mostBytes: MOST_BYTES,
  rate: [
    { count: 4, perMs: SECOND_MS },
    { count: 60, perMs: MINUTE_MS },
  ],
  digestLines: 30,
  render,
  read,
};
