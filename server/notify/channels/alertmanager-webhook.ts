/** Whoever receives Alertmanager's webhook, version 4, receives ours. Source: prometheus/alertmanager notify/webhook. */
import type { NoticeAlert } from "../../../db/model/channel.ts";
import { SECOND_MS } from "../../../db/model/time.ts";
import { byStatus } from "../answers.ts";
import { machineAlerts } from "../machine-alerts.ts";
import { bytesOf, oneLine } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

/** It has no limit; receivers have. "ours". */
const MOST_BYTES = 512_000;
/** Go's zero time: an alert that fires has no end. */
const NO_END = "0001-01-01T00:00:00Z";

type Labels = Readonly<Record<string, string>>;

/** Labels all of them share. */
function common(of: readonly Labels[]): Labels {
  const [first = {}, ...rest] = of;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((labels) => labels[name] === value)),
  );
}

const alertOf = ({ status, labels, annotations, startsAt, endsAt, url, fingerprint }: NoticeAlert) => ({
  status,
  labels,
  annotations,
  startsAt: new Date(startsAt).toISOString(),
  endsAt: endsAt === null ? NO_END : new Date(endsAt).toISOString(),
  generatorURL: url,
  fingerprint,
});

function bodyOf({ notice }: ToSay, most: number): string {
  const alerts = machineAlerts(notice, most);
  return JSON.stringify({
    version: "4",
    groupKey: oneLine(notice.groupKey),
    truncatedAlerts: notice.alerts.length - alerts.length,
    status: notice.status === "resolved" ? "resolved" : "firing",
    receiver: "dapan",
    groupLabels: {},
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: notice.links[0]?.url ?? "",
    alerts: alerts.map(alertOf),
  });
}

function render(say: ToSay): HttpPost {
  let body = "";
  for (let most = say.notice.alerts.length; ; most = Math.floor(most / 2)) {
    body = bodyOf(say, most);
    if (most === 0 || bytesOf(body) <= MOST_BYTES) break;
  }
  return {
    via: "http",
    url: webhookUrl(say.secrets.url),
    headers: {
      "content-type": "application/json",
      ...(say.secrets.secret === "" ? {} : { authorization: `Bearer ${say.secrets.secret}` }),
    },
    body,
  };
}

function read(answer: Answer): AnswerMeans {
  const said = byStatus(answer);
  return said.class === "auth" && answer.status === 404 ? { ...said, class: "unavailable" } : said;
}

export const alertmanagerWebhook: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 10, perMs: SECOND_MS }],
  digestLines: 0, // a message is of one group: receivers thread by groupKey
  render,
  read,
};
