/** An Alertmanager of theirs, by its API v2. Source: prometheus/alertmanager api/v2/openapi.yaml. */
import { DAY_MS, SECOND_MS } from "../../../db/model/time.ts";
import { byStatus } from "../answers.ts";
import { machineAlerts } from "../machine-alerts.ts";
import { bytesOf } from "../plain.ts";
import type { Answer, AnswerMeans, HttpPost, Platform, ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

const MOST_BYTES = 512_000;
/**
 * An alert without an end is over after five minutes there. Ours is over when we say so, which the outbox does for sure:
 * the end is far off, so that our silence resolves nothing, and not never, so that a Dapan taken down leaves nothing.
 */
const HOLDS_MS = 7 * DAY_MS;

/** Label names of Prometheus; ours are letters and digits already. */
const named = (of: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(of)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_"), value]),
  );

function bodyOf({ notice, at }: ToSay, most: number): string {
  return JSON.stringify(
    machineAlerts(notice, most).map(({ labels, annotations, startsAt, endsAt, url }) => ({
      labels: { alertname: "Dapan", ...named(labels) },
      annotations: named(annotations),
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt ?? at + HOLDS_MS).toISOString(),
      ...(/^https?:\/\//.test(url) ? { generatorURL: url } : {}),
    })),
  );
}

function render(say: ToSay): HttpPost {
  const base = webhookUrl(say.secrets.url);
  const url = new URL(base);
  if (!url.pathname.endsWith("/api/v2/alerts")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v2/alerts`;
  let body = "";
  for (let most = say.notice.alerts.length; ; most = Math.floor(most / 2)) {
    body = bodyOf(say, most);
    if (most === 0 || bytesOf(body) <= MOST_BYTES) break;
  }
  return {
    via: "http",
    url,
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

export const alertmanager: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 10, perMs: SECOND_MS }],
  digestLines: 500, // it takes alerts of any groups together
  render,
  read,
};
