import { createHash } from "node:crypto";
import type { ChannelSecrets, ChannelSettings } from "../../../db/model/channel.ts";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { chatDigest } from "../../../reports/digest.ts";
import { isMailAddress, mailServer } from "../../notify/channels/email.ts";
import { cutUnits, inHtml, oneLine, withoutLinks } from "../../notify/plain.ts";
import { ChannelFault, type Mail, type MailFile } from "../../notify/platform.ts";

export type ReportMail = {
  readonly document: ReportDocument;
  readonly file: MailFile;
  readonly to: string;
  readonly id: string; // of the report: a mail that is sent again has the same Message-ID
  readonly at: UnixMs;
  readonly settings: Pick<ChannelSettings, "from">;
  readonly secrets: ChannelSecrets;
};

const MOST_SUBJECT = 200;

/** A report to one recipient: the digest as text, the file attached. @throws ChannelFault naming what is wrong with the channel */
export function reportMail({ document, file, to, id, at, settings, secrets }: ReportMail): Mail {
  const server = mailServer(secrets.url, secrets.secret);
  const from = settings.from || server.user;
  if (!isMailAddress(from)) throw new ChannelFault("the sender is no mail address");
  if (!isMailAddress(to)) throw new ChannelFault("the recipient is no mail address");
  const { title, lines, link } = chatDigest(document);
  const data = (text: string): string => withoutLinks(oneLine(text)); // names of others must not become links
  const html = [
    `<p><strong>${inHtml(data(title))}</strong></p>`,
    `<ul>${lines.map((line) => `<li>${inHtml(data(line))}</li>`).join("")}</ul>`,
    link === null ? "" : `<p><a href="${inHtml(link.url)}">${inHtml(link.label)}</a></p>`,
    "<p><small>Dapan</small></p>",
  ];
  const recipient = createHash("sha256").update(to).digest("hex").slice(0, 16);
  return {
    via: "smtp",
    server,
    from,
    to: [to],
    subject: cutUnits(oneLine(title), MOST_SUBJECT),
    text: [
      data(title),
      "",
      ...lines.map(data),
      "",
      ...(link === null ? [] : [`${link.label}: ${link.url}`, ""]),
      "Dapan",
    ].join("\n"),
    html: html.join(""),
    messageId: `<${id}-${recipient}@${from.split("@")[1] ?? "dapan"}>`,
    at,
    attachments: [file],
  };
}
