/**
 * E-mail. The address is smtps://user@host:465 (TLS from the start) or smtp://user@host:587 (STARTTLS, insisted on);
 * `?tls=no` is for a relay of one's own that has none, and then nobody signs in.
 */
import { MINUTE_MS } from "../../../db/model/time.ts";
import { means } from "../answers.ts";
import { fitted, type Message, plainLines } from "../message.ts";
import { cutUnits, inHtml, withoutLinks } from "../plain.ts";
import {
  type Answer,
  type AnswerMeans,
  ChannelFault,
  type Mail,
  type MailServer,
  type Platform,
  type ToSay,
} from "../platform.ts";

const MOST_BYTES = 100_000;
const MOST_SUBJECT = 200;
/** A mail address as it may stand in a list of recipients. */
export const isMailAddress = (text: string): boolean => ADDRESS.test(text);
const ADDRESS = /^[^\s<>"(),:;@[\\\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/** @throws ChannelFault naming what is wrong with the address */
export function mailServer(url: string, password: string): MailServer {
  const fault = (why: string): never => {
    throw new ChannelFault(`the mail server ${why}; write smtps://user@host:465 or smtp://user@host:587`);
  };
  if (!URL.canParse(url)) return fault("is not a URL");
  const parsed = new URL(url);
  const isImplicit = parsed.protocol === "smtps:";
  if (!isImplicit && parsed.protocol !== "smtp:") return fault("is neither smtps nor smtp");
  if (parsed.password !== "") return fault("has its password in the address, it belongs in the secret");
  if (parsed.hostname === "") return fault("has no host");
  const isPlain = !isImplicit && parsed.searchParams.get("tls") === "no";
  const user = decodeURIComponent(parsed.username);
  if (isPlain && (user !== "" || password !== "")) return fault("without TLS must not be signed in to");
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: Number(parsed.port || (isImplicit ? 465 : isPlain ? 25 : 587)),
    tls: isImplicit ? "implicit" : isPlain ? "none" : "starttls",
    user,
    password,
  };
}

const textOf = (message: Message): string =>
  [
    withoutLinks(message.title),
    "",
    ...plainLines(message, withoutLinks),
    "",
    ...message.links.map(({ label, url }) => `${label}: ${url}`),
    "",
    [message.foot, message.keyword].filter((part) => part !== "").join(" · "),
  ].join("\n");

/** Mail readers make links of bare addresses in HTML too. */
const data = (text: string): string => inHtml(withoutLinks(text));

const htmlOf = (message: Message): string =>
  [
    `<p><strong>${data(message.title)}</strong></p>`,
    message.lines.length === 0
      ? ""
      : `<ul>${message.lines.map(({ head, detail }) => `<li>${data(head)}${detail === "" ? "" : `<br><small>${data(detail)}</small>`}</li>`).join("")}</ul>`,
    message.more === "" ? "" : `<p>${message.more}</p>`,
    ...message.facts.map(({ label, value }) => `<p><strong>${label}:</strong> ${data(value)}</p>`),
    message.links.length === 0
      ? ""
      : `<p>${message.links.map(({ label, url }) => `<a href="${inHtml(url)}">${inHtml(label)}</a>`).join(" · ")}</p>`,
    `<p><small>${message.foot}${message.keyword === "" ? "" : ` · ${data(message.keyword)}`}</small></p>`,
  ].join("");

/** @throws ChannelFault without recipients or a sender */
function render(say: ToSay): Mail {
  const server = mailServer(say.secrets.url, say.secrets.secret);
  const to = say.settings.to.filter((one) => ADDRESS.test(one));
  const from = say.settings.from || server.user;
  if (to.length === 0) throw new ChannelFault("no recipient with a mail address");
  if (!ADDRESS.test(from)) throw new ChannelFault("the sender is no mail address");
  const made = fitted(say, MOST_BYTES, (message) => ({
    title: message.title,
    text: textOf(message),
    html: htmlOf(message),
    keyword: message.keyword,
  }));
  return {
    via: "smtp",
    server,
    from,
    to,
    subject: cutUnits(made.title.includes(made.keyword) ? made.title : `${made.title} ${made.keyword}`, MOST_SUBJECT),
    text: made.text,
    html: made.html,
    messageId: `<${say.id}@${from.split("@")[1] ?? "dapan"}>`,
    at: say.at,
  };
}

/** RFC 5321: 4xx may pass later, 5xx will not. Who may sign in or send is the channel's matter, not the message's. */
function read(answer: Answer): AnswerMeans {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return means("ok", answer);
  if (status === 421 || status === 450 || status === 451 || status === 452) return means("unavailable", answer);
  if (status === 454 || (status >= 530 && status <= 539) || status === 550 || status === 551 || status === 553)
    return means("auth", answer);
  if (status >= 500) return means(/auth|relay|sender|recipient|mailbox/i.test(body) ? "auth" : "bad_body", answer);
  return means("unavailable", answer);
}

export const email: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 20, perMs: MINUTE_MS }], // "ours": nobody reads more mail than that
  digestLines: 60,
  render,
  read,
};
