/** Where messages go, and what became of each. */
import type { Severity } from "./rule.ts";
import type { Where } from "./rule.ts";
import type { UnixMs } from "./units.ts";

export const CHANNEL_KINDS = [
  "feishu",
  "dingtalk",
  "wecom",
  "slack",
  "teams",
  "telegram",
  "email",
  "pagerduty",
  "alertmanager_webhook", // Alertmanager's webhook v4 body
  "webhook", // Standard Webhooks
  "alertmanager", // an Alertmanager's API v2
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A channel without its secrets: the address is shown as host and last four characters. */
export type Channel = {
  readonly id: number;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly language: Language;
  readonly enabled: boolean;
  readonly disabledWhy: string; // "" = by a person, or not disabled
  readonly sendsResolved: boolean;
  readonly showsMoney?: boolean; // false = its messages name no amounts. Left out of an edit: as it is
  readonly settings: ChannelSettings;
  readonly shownAddress: string;
};

/** What is no secret. */
export type ChannelSettings = {
  readonly mentions: readonly string[]; // user ids or mobiles, in the platform's own terms; [] = nobody
  readonly mentionsAll: boolean;
  readonly to: readonly string[]; // e-mail recipients, Telegram chat id
  readonly from: string; // e-mail sender
  readonly keyword: string; // a bot's keyword that every message must hold
};

/** What is sealed: never read back by a page, never logged. */
export type ChannelSecrets = {
  readonly url: string; // webhook, SMTP (smtps://user@host:465) or API address
  readonly secret: string; // signature, SMTP password, bot token, routing key; "" = none
  readonly previousSecret: string; // while a Standard Webhooks secret is rotated; "" = none
};

/** Which incidents go where. Tried in order; the first that matches takes it, unless it says to go on. */
export type Route = {
  readonly id: number;
  readonly position: number;
  readonly name: string;
  readonly where: Where;
  readonly severities: readonly Severity[]; // [] = all
  readonly ruleIds: readonly string[]; // [] = all
  readonly channelIds: readonly number[];
  readonly goesOn: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatMs: number;
  /** Unacknowledged for so long after it fired: to these channels too, step by step. */
  readonly escalations: readonly { readonly afterMs: number; readonly channelIds: readonly number[] }[];
};

/** Alertmanager's defaults. */
export const ROUTE_TIMES = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatMs: 14_400_000 } as const;

/** Quiet on purpose. Recurring ones follow Alertmanager's time intervals. */
export type Silence = {
  readonly id: number;
  readonly kind: "silence" | "maintenance";
  readonly where: Where;
  readonly ruleIds: readonly string[]; // [] = all
  readonly nodes: readonly string[]; // names; [] = all
  readonly cards: readonly string[]; // UUIDs; [] = all
  readonly fingerprint: string; // one incident, until it resolves; "" = not so
  readonly from: UnixMs;
  readonly to: UnixMs | null; // null = until it resolves, or until someone ends it
  readonly recurs: Recurrence | null;
  readonly who: string;
  readonly why: string;
  readonly endedAt: UnixMs | null; // by a person
};

/** Within [from, to) of the silence: on these weekdays (0 = Sunday; [] = all), between two minutes of the day of a zone. */
export type Recurrence = {
  readonly weekdays: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number; // ≤ fromMinute = over midnight
  readonly zone: string;
};

/** One message to one channel, before the platform's own form. Made once: a repeat has the same id and the same body. */
export type Notice = {
  readonly kind: "incidents" | "digest" | "test" | "heartbeat" | "channel_trouble" | "report";
  readonly status: "firing" | "resolved" | "mixed";
  readonly severity: Severity; // of the worst
  readonly language: Language;
  readonly seq: number; // of the group on this channel: a person sees a repeat
  readonly isRepeat: boolean; // may have been posted before
  readonly groupKey: string;
  readonly title: string; // plain text, with the severity word; hostile parts are data, escaped by the channel
  readonly lines: readonly NoticeLine[]; // one incident each, worst first
  readonly more: number; // incidents left out of `lines`
  readonly costPerHour: string; // in words, with currency; "" = not known
  readonly hasAmounts?: boolean; // its sentences name amounts of money. Left out = they do not
  readonly todo: string; // the recommended action, in words
  readonly links: readonly { readonly label: string; readonly url: string }[]; // ours only: open, ack, mute
  readonly alerts: readonly NoticeAlert[]; // for machines: Alertmanager, PagerDuty, webhooks; the first are those of `lines`, in their order
};

export type NoticeLine = {
  readonly status: "firing" | "resolved";
  readonly no: number; // the incident's number
  readonly severity: Severity;
  readonly what: string;
  readonly where: string;
  readonly since: string; // in the installation's zone
  readonly detail: string; // value, cards, holders; "" = none
};

export type NoticeAlert = {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: UnixMs;
  readonly endsAt: UnixMs | null;
  readonly url: string;
};

export const OUTBOX_STATES = ["waiting", "delivered", "coalesced", "dead", "disabled"] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** What an answer of a platform means. */
export const DELIVERY_CLASSES = [
  "ok",
  "rate_limited",
  "unavailable", // 5xx, network, time-out before the request left
  "maybe_posted", // the request left, no answer came
  "auth", // signature, token, keyword, address list: a person must mend the channel
  "bad_body", // this message will never pass
  "gone", // 410, robot or group dissolved
] as const;
export type DeliveryClass = (typeof DELIVERY_CLASSES)[number];

/** One try. `said` is the platform's answer, at most 512 characters, hostile. */
export type Delivery = {
  readonly outboxId: string;
  readonly channelId: number;
  readonly at: UnixMs;
  readonly attempt: number;
  readonly class: DeliveryClass;
  readonly status: number; // HTTP or SMTP status; 0 = none
  readonly said: string;
  readonly tookMs: number;
  readonly retryAt: UnixMs | null;
};
