/**
 * Feishu (飞书) and Lark custom robots: an interactive card. Data stands only in plain_text elements, which know no markup;
 * mentions are an element of their own, made from the settings. Source: open.larkoffice.com custom bot guide.
 */
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { byStatus, jsonOf, means, meansPause, textAt } from "../answers.ts";
import { fitted, type Message } from "../message.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { feishuSign } from "../signatures.ts";
import { webhookUrl } from "../webhook-url.ts";

/** 20 KB; some left for the signature. */
const MOST_BYTES = 20_000;
const COLOURS = { P1: "red", P2: "orange", P3: "blue", resolved: "green", neutral: "grey" } as const;

const plain = (content: string) => ({ tag: "plain_text", content });
const block = (content: string) => ({ tag: "div", text: plain(content) });

function cardOf(message: Message) {
  const at = [
    ...(message.mentionsAll ? ["<at id=all></at>"] : []),
    ...message.mentions.filter((id) => /^[\w-]{1,64}$/.test(id)).map((id) => `<at id=${id}></at>`),
  ].join(" ");
  const foot = [message.foot, message.keyword].filter((part) => part !== "").join(" · ");
  return {
    config: { wide_screen_mode: true },
    header: { title: plain(message.title), template: COLOURS[message.tone] },
    elements: [
      ...message.lines.map(({ head, detail }) => block(detail === "" ? head : `${head}\n${detail}`)),
      ...(message.more === "" ? [] : [block(message.more)]),
      ...message.facts.map(({ label, value }) => block(`${label}: ${value}`)),
      ...(at === "" ? [] : [{ tag: "div", text: { tag: "lark_md", content: at } }]),
      ...(message.links.length === 0
        ? []
        : [
            {
              tag: "action",
              actions: message.links.map(({ label, url }) => ({
                tag: "button",
                text: plain(label),
                url,
                type: "default",
              })),
            },
          ]),
      { tag: "note", elements: [plain(foot)] },
    ],
  };
}

function render(say: ToSay): HttpPost {
  const { secret } = say.secrets;
  const signature = secret === "" ? {} : feishuSign(secret, say.now);
  const body = fitted(say, MOST_BYTES, (message) =>
    JSON.stringify({ ...signature, msg_type: "interactive", card: cardOf(message) }),
  );
  return { via: "http", url: webhookUrl(say.secrets.url), headers: { "content-type": "application/json" }, body };
}

/** HTTP 200 says nothing: `code` does. 9499 is a bad body, or, with these words, the rate. */
const AUTH = new Set([19_021, 19_022, 19_024]); // signature or time; address list; keyword
const RATE = new Set([11_232, 230_020]);
const BAD = new Set([9_499, 19_001, 19_002, 19_036]);

function read(answer: Answer): AnswerMeans {
  const body = jsonOf(answer.body);
  if (answer.status === 429) return meansPause(answer, 0);
  const code = body?.["code"] ?? body?.["StatusCode"];
  if (body === null || typeof code !== "number")
    return answer.status === 200 ? means("unavailable", answer) : byStatus(answer);
  const text = `${code} ${textAt(body, "msg", "StatusMessage")}`;
  if (code === 0) return answer.status === 200 ? means("ok", answer, text) : byStatus(answer);
  if (RATE.has(code) || (code === 9_499 && /too many|frequency/i.test(text)))
    return meansPause(answer, MINUTE_MS, text);
  if (AUTH.has(code)) return means("auth", answer, text);
  return means(BAD.has(code) ? "bad_body" : "unavailable", answer, text);
}

export const feishu: Platform = {
  mostBytes: MOST_BYTES,
  rate: [
    { count: 5, perMs: SECOND_MS },
    { count: 100, perMs: MINUTE_MS },
  ],
  digestLines: 30,
  render,
  read,
};
