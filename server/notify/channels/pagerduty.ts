/**
 * PagerDuty Events API v2: one event for a group of incidents, resolved when all of them are. The secret is the routing
 * key. Source: PagerDuty/developer-docs docs/events-API-v2.
 */
import { createHash } from "node:crypto";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { Severity } from "../../../db/model/rule.ts";
import { byStatus, means } from "../answers.ts";
import { machineAlerts } from "../machine-alerts.ts";
import { bytesOf, cutUnits, oneLine } from "../plain.ts";
import { type Answer, type AnswerMeans, ChannelFault, type HttpPost, type Platform, type ToSay } from "../platform.ts";
import { webhookUrl } from "../webhook-url.ts";

const MOST_BYTES = 512_000;
const MOST_SUMMARY = 1_024;
const API = "https://events.pagerduty.com/v2/enqueue";
const SEVERITY: Readonly<Record<Severity, string>> = { P1: "critical", P2: "error", P3: "warning" };

/** The same for every message of a group: a second trigger adds to the incident that is open. */
const dedupKey = (groupKey: string): string => createHash("sha256").update(groupKey).digest("hex");

function bodyOf({ notice, at, secrets }: ToSay, alerts: number): string {
  const isOver = notice.status === "resolved";
  const head = {
    routing_key: secrets.secret,
    event_action: isOver ? "resolve" : "trigger",
    dedup_key: dedupKey(notice.groupKey),
  };
  if (isOver) return JSON.stringify(head);
  const first = notice.alerts[0];
  return JSON.stringify({
    ...head,
    payload: {
      summary: cutUnits(oneLine(notice.title) || "Dapan", MOST_SUMMARY),
      source: cutUnits(oneLine(notice.lines[0]?.where ?? "") || "dapan", 255),
      severity: SEVERITY[notice.severity],
      timestamp: new Date(at).toISOString(),
      class: cutUnits(oneLine(first?.labels["alertname"] ?? ""), 255),
      group: cutUnits(oneLine(notice.groupKey), 255),
      custom_details: {
        cost_per_hour: cutUnits(oneLine(notice.costPerHour), 255),
        to_do: cutUnits(oneLine(notice.todo), MOST_SUMMARY),
        incidents: notice.lines
          .slice(0, alerts)
          .map((line) =>
            cutUnits(oneLine(`#${line.no} ${line.what} · ${line.where} · ${line.since} ${line.detail}`), MOST_SUMMARY),
          ),
        alerts: machineAlerts(notice, alerts).map(({ labels, annotations }) => ({ labels, annotations })),
      },
    },
    links: notice.links.map(({ label, url }) => ({ href: url, text: cutUnits(oneLine(label), 60) })),
    client: "Dapan",
  });
}

/** @throws ChannelFault without a routing key */
function render(say: ToSay): HttpPost {
  const { secret, url } = say.secrets;
  if (!/^[\w-]{16,64}$/.test(secret))
    throw new ChannelFault("the secret is no routing key; an Events API v2 integration shows it");
  const full = bodyOf(say, 200);
  const body = bytesOf(full) <= MOST_BYTES ? full : bodyOf(say, 10);
  return {
    via: "http",
    url: webhookUrl(url === "" ? API : url),
    headers: { "content-type": "application/json" },
    body,
  };
}

/** 202 is success; a 400 that names the routing key is the channel's fault, any other the message's. */
function read(answer: Answer): AnswerMeans {
  if (answer.status === 400 && /routing.?key/i.test(answer.body)) return means("auth", answer);
  return byStatus(answer);
}

export const pagerduty: Platform = {
  mostBytes: MOST_BYTES,
  rate: [{ count: 60, perMs: MINUTE_MS }], // it names none; "ours"
  digestLines: 0, // an event is of one group: that is how it is resolved
  render,
  read,
};
