/**
 * Any receiver that speaks Standard Webhooks 1.0.0: signed JSON, the same id and body in every attempt. What it says is
 * our own data as it is; the receiver decides how it is shown. Source: standard-webhooks spec.
 */
import type { Notice } from "../../../db/model/channel.ts";
import { SECOND_MS } from "../../../db/model/time.ts";
import { byStatus } from "../answers.ts";
import { machineAlerts } from "../machine-alerts.ts";
import { bytesOf, cutBytes, oneLine } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { standardWebhookHeaders } from "../signatures.ts";
import { webhookUrl } from "../webhook-url.ts";

/** The spec advises less than 20 KB. */
const MOST_BYTES = 20_000;

/** `isRepeat` is left out: the receiver tells repeats by the id, and one id has one body. */
export function webhookBody({ notice, at }: Pick<ToSay, "notice" | "at">): string {
  const type =
    notice.kind === "incidents" || notice.kind === "digest" ? `incidents.${notice.status}` : `dapan.${notice.kind}`;
  const piece = (text: string): string => cutBytes(oneLine(text), 400);
  const form = (count: number): string => {
    const alerts = machineAlerts(notice, count);
    return JSON.stringify({
      type,
      timestamp: new Date(at).toISOString(),
      data: {
        group: oneLine(notice.groupKey),
        seq: notice.seq,
        status: notice.status,
        severity: notice.severity,
        title: piece(notice.title),
        costPerHour: piece(notice.costPerHour),
        todo: piece(notice.todo),
        lines: linesOf(notice, count, piece),
        more: notice.more + Math.max(0, notice.lines.length - count),
        links: notice.links,
        alerts,
        truncatedAlerts: notice.alerts.length - alerts.length,
      },
    });
  };
  for (let count = Math.max(notice.lines.length, notice.alerts.length); ; count = Math.floor(count / 2)) {
    const body = form(count);
    if (count === 0 || bytesOf(body) <= MOST_BYTES) return body;
  }
}

const linesOf = ({ lines }: Notice, count: number, piece: (text: string) => string) =>
  lines.slice(0, count).map((line) => ({
    status: line.status,
    incident: line.no,
    severity: line.severity,
    what: piece(line.what),
    where: piece(line.where),
    since: piece(line.since),
    detail: piece(line.detail),
  }));

/** Two signatures while a secret is changed: receivers accept either. */
function render(say: ToSay): HttpPost {
  const body = webhookBody(say);
  const secrets = [say.secrets.secret, say.secrets.previousSecret].filter((secret) => secret !== "");
  return {
    via: "http",
    url: webhookUrl(say.secrets.url),
    headers: { "content-type": "application/json", ...standardWebhookHeaders(secrets, say.id, say.now, body) },
    body,
  };
}

/** Everything but 2xx is tried again on the schedule; 410 ends it, and a body it can never take is not repeated for ever. */
function read(answer: Answer): AnswerMeans {
  const said = byStatus(answer);
  return said.class === "auth" ? { ...said, class: "unavailable" } : said;
}

export const webhook: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 10, perMs: SECOND_MS }],
  digestLines: 30,
  render,
  read,
};
