/** Messages Dapan sends about itself: tests, heartbeats, trouble with another channel. */
import type { ChannelKind, Language, Notice } from "../../db/model/channel.ts";
import type { Severity } from "../../db/model/rule.ts";
import { DAY_MS, MINUTE_MS, shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { ChannelRecord } from "../../db/store/channels.ts";
import { type TroubleKind, WORDS } from "./words.ts";

type Own = {
  readonly kind: Notice["kind"];
  readonly language: Language;
  readonly severity: Severity;
  readonly title: string;
  readonly todo: string;
  readonly openUrl: string;
  readonly alertName: string;
  readonly at: UnixMs;
  readonly forMs: number; // how long it holds for machines: nobody says that it is over
};

/** An alert of our own, so that machines get one too: they cannot read sentences. */
function notice(own: Own): Notice {
  const labels = { alertname: own.alertName, severity: own.severity, source: "dapan" };
  return {
    kind: own.kind,
    status: "firing",
    severity: own.severity,
    language: own.language,
    seq: 1,
    isRepeat: false,
    groupKey: own.alertName,
    title: own.title,
    lines: [],
    more: 0,
    costPerHour: "",
    todo: own.todo,
    links: [{ label: WORDS[own.language].open, url: own.openUrl }],
    alerts: [
      {
        fingerprint: `dapan-${own.alertName}`,
        status: "firing",
        labels,
        annotations: { summary: own.title, description: own.todo },
        startsAt: own.at,
        endsAt: shift(own.at, own.forMs),
        url: own.openUrl,
      },
    ],
  };
}

export const testNotice = (language: Language, openUrl: string, at: UnixMs): Notice =>
  notice({
    kind: "test",
    language,
    severity: "P3",
    title: WORDS[language].testTitle,
    todo: WORDS[language].testBody,
    openUrl,
    alertName: "DapanTest",
    at,
    forMs: 5 * MINUTE_MS,
  });

export const heartbeatNotice = (language: Language, openUrl: string, at: UnixMs): Notice =>
  notice({
    kind: "heartbeat",
    language,
    severity: "P3",
    title: WORDS[language].heartbeat,
    todo: "",
    openUrl,
    alertName: "DapanHeartbeat",
    at,
    forMs: 5 * MINUTE_MS,
  });

/** @param channel name of the one in trouble: data, escaped like any other */
export const troubleNotice = (
  language: Language,
  channel: string,
  kind: TroubleKind,
  openUrl: string,
  at: UnixMs,
): Notice => {
  const words = WORDS[language];
  return notice({
    kind: "channel_trouble",
    language,
    severity: "P2",
    title: words.trouble(channel, words.troubleWhy[kind]),
    todo: words.troubleTodo[kind],
    openUrl,
    alertName: "DapanChannelTrouble",
    at,
    forMs: DAY_MS,
  });
};

/** A page, or an alert on somebody's board, is no place for good news. */
const NO_HEARTBEAT: ReadonlySet<ChannelKind> = new Set(["pagerduty", "alertmanager", "alertmanager_webhook"]);
export const takesHeartbeats = ({ kind, enabled }: ChannelRecord): boolean => enabled && !NO_HEARTBEAT.has(kind);

/** Machines take alerts and show sentences to nobody. */
const MACHINES: ReadonlySet<ChannelKind> = new Set(["webhook", "alertmanager", "alertmanager_webhook"]);

/** Who is told that a channel does not work: one that does, read by people if there is one. null = there is no other */
export function tellInstead(channels: readonly ChannelRecord[], troubled: number): ChannelRecord | null {
  const others = channels.filter(({ id, enabled }) => id !== troubled && enabled);
  const rank = ({ kind, failures }: ChannelRecord): number => (failures > 0 ? 2 : 0) + (MACHINES.has(kind) ? 1 : 0);
  return others.toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)[0] ?? null;
}
