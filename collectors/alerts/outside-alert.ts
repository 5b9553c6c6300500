import { type UnixMs, unixMs } from "../../db/model/units.ts";

/** An alert that another Alertmanager or a Prometheus told us of. Labels and annotations are hostile. */
export type OutsideAlert = {
  readonly labels: ReadonlyMap<string, string>; // at least one; empty values are left out
  readonly annotations: ReadonlyMap<string, string>;
  readonly status: "firing" | "resolved";
  readonly startsAt: UnixMs;
  /** When it ends if nothing more is said of it; null = when the sender says so. */
  readonly endsAt: UnixMs | null;
  readonly generatorUrl: string; // "" = not said
};

/** What could not be taken, by place in what was sent. */
export type AlertFault = { readonly place: string; readonly text: string };
export type AlertsRead = { readonly alerts: readonly OutsideAlert[]; readonly faults: readonly AlertFault[] };

const MOST_ALERTS = 10_000;
const MOST_LABELS = 64;
const MOST_TEXT = 4_096;
/** Alertmanager's resolve_timeout: an alert without an end lasts so long beyond its last mention. */
const RESOLVE_TIMEOUT_MS = 300_000;
const LABEL_NAME = /^[^\0]{1,256}$/;

/** The body Alertmanager's webhook receivers get, version 4. Any fault refuses it whole: its sender would not send a part again. */
export function readWebhookV4(body: unknown, now: UnixMs): AlertsRead {
  if (!isRecord(body) || body["version"] !== "4")
    return refused("version", 'expected a body of Alertmanager\'s webhook, "version": "4"');
  const said = body["alerts"];
  if (!Array.isArray(said)) return refused("alerts", "expected a list of alerts");
  const read = readEach(said, (one, labels) => {
    const status = one["status"];
    if (status !== "firing" && status !== "resolved") return 'expected "status" to be "firing" or "resolved"';
    const times = timesOf(one, now);
    if (typeof times === "string") return times;
    const { startsAt, endsAt } = times;
    // A firing alert of a webhook ends when the sender says so: it is told once and again after repeat_interval.
    return alertOf(one, labels, { status, startsAt, endsAt: status === "firing" ? null : (endsAt ?? now) });
  });
  return read.faults.length > 0 ? { alerts: [], faults: read.faults } : read;
}

/** What a Prometheus posts to `/api/v2/alerts`. As in Alertmanager, good ones are taken beside bad ones. */
export function readPostedAlerts(body: unknown, now: UnixMs): AlertsRead {
  if (!Array.isArray(body)) return refused("", "expected a list of alerts");
  return readEach(body, (one, labels) => {
    const times = timesOf(one, now);
    if (typeof times === "string") return times;
    const endsAt = times.endsAt ?? unixMs(now + RESOLVE_TIMEOUT_MS);
    return alertOf(one, labels, { status: endsAt <= now ? "resolved" : "firing", startsAt: times.startsAt, endsAt });
  });
}

function readEach(
  said: readonly unknown[],
  read: (one: Readonly<Record<string, unknown>>, labels: ReadonlyMap<string, string>) => OutsideAlert | string,
): AlertsRead {
  if (said.length > MOST_ALERTS) return refused("", `${said.length} alerts in one body; at most ${MOST_ALERTS}`);
  const alerts: OutsideAlert[] = [];
  const faults: AlertFault[] = [];
  for (const [i, one] of said.entries()) {
    const found = isRecord(one) ? readOne(one, read) : "expected an object";
    if (typeof found === "string") faults.push({ place: `alert ${i + 1}`, text: found });
    else alerts.push(found);
  }
  return { alerts, faults };
}

function readOne(
  one: Readonly<Record<string, unknown>>,
  read: (one: Readonly<Record<string, unknown>>, labels: ReadonlyMap<string, string>) => OutsideAlert | string,
): OutsideAlert | string {
  const labels = textsOf(one["labels"], "labels");
  if (typeof labels === "string") return labels;
  if (labels.size === 0) return "expected at least one label with a value";
  return read(one, labels);
}

function alertOf(
  one: Readonly<Record<string, unknown>>,
  labels: ReadonlyMap<string, string>,
  rest: Pick<OutsideAlert, "status" | "startsAt" | "endsAt">,
): OutsideAlert | string {
  const annotations = textsOf(one["annotations"] ?? {}, "annotations");
  if (typeof annotations === "string") return annotations;
  const url = one["generatorURL"];
  return { labels, annotations, generatorUrl: typeof url === "string" ? url.slice(0, MOST_TEXT) : "", ...rest };
}

function textsOf(said: unknown, name: string): ReadonlyMap<string, string> | string {
  if (!isRecord(said)) return `expected "${name}" to be an object of texts`;
  const entries = Object.entries(said);
  if (entries.length > MOST_LABELS) return `${entries.length} ${name}; at most ${MOST_LABELS}`;
  const texts = new Map<string, string>();
  for (const [key, value] of entries) {
    if (!LABEL_NAME.test(key)) return `a name in "${name}" is empty, too long or holds NUL`;
    if (typeof value !== "string") return `"${name}.${key.slice(0, 64)}" is not a text`;
    if (value !== "") texts.set(storable(key), storable(value.slice(0, MOST_TEXT)));
  }
  return texts;
}

/** As a database takes it, so that a label is the same before and after a restart. */
const storable = (text: string): string => text.replaceAll(/\0|\p{Cs}/gu, "\ufffd");

function timesOf(
  one: Readonly<Record<string, unknown>>,
  now: UnixMs,
): { readonly startsAt: UnixMs; readonly endsAt: UnixMs | null } | string {
  const startsAt = instantOf(one["startsAt"], "startsAt");
  const endsAt = instantOf(one["endsAt"], "endsAt");
  if (typeof startsAt === "string") return startsAt;
  if (typeof endsAt === "string") return endsAt;
  const from = startsAt ?? (endsAt !== null && endsAt < now ? endsAt : now);
  if (endsAt !== null && endsAt < from) return '"endsAt" lies before "startsAt"';
  return { startsAt: from, endsAt };
}

/** null = not said; Go writes the year 1 for that. */
function instantOf(said: unknown, name: string): UnixMs | null | string {
  if (said === undefined || said === null || said === "") return null;
  const at = typeof said === "string" && /^\d{4}-\d\d-\d\dT/.test(said) ? Date.parse(said) : Number.NaN;
  if (Number.isNaN(at)) return `"${name}" is not an instant such as 2026-11-22T08:00:00Z`;
  return at <= 0 ? null : unixMs(at);
}

const refused = (place: string, text: string): AlertsRead => ({ alerts: [], faults: [{ place, text }] });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
