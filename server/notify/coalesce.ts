/** What is said next on a channel, out of everything that waits: pure. */
import type { Notice, NoticeAlert, NoticeLine } from "../../db/model/channel.ts";
import { SEVERITIES, type Severity } from "../../db/model/rule.ts";
import type { NextMessage, WaitingMessage } from "../../db/store/outbox.ts";
import { WORDS } from "./words.ts";

/** How many messages the channel may still send just now, and what may be folded together there. */
export type Room = {
  readonly left: number; // of the longest allowance; Infinity = nobody counts
  readonly digestLines: number; // 0 = this kind of channel has no digests
  readonly zone: string;
  readonly openUrl: string; // the page of alerts
};

/** Alerts for machines in one message. "ours". */
const MOST_ALERTS = 500;

/**
 * The oldest message goes first. Everything that waits for the same group is said with it, in its newest state; a message
 * that was tried already keeps its words, for its id may have been heard with them. When more waits than the channel may
 * send, as many groups as fit become one digest. @param waiting in the order they were made
 */
export function planNext(waiting: readonly WaitingMessage[], room: Room): NextMessage | null {
  const first = waiting[0];
  if (first === undefined) return null;
  if (!isOfGroup(first)) return asIs(first);
  // nothing passes a digest: what it says of a group comes before what follows
  const barrier = waiting.findIndex((one) => one.notice.kind === "digest");
  const ahead = waiting.slice(0, barrier < 0 ? waiting.length : barrier);
  const groups = new Map<number, WaitingMessage[]>();
  for (const one of ahead) {
    if (isOfGroup(one)) groups.set(one.groupId, [...(groups.get(one.groupId) ?? []), one]);
  }
  if (room.digestLines > 0 && groups.size > 1 && groups.size > room.left) {
    const digest = digestOf([...groups.values()], room);
    if (digest !== null) return digest;
  }
  return ofGroup(groups.get(first.groupId)!, room.zone);
}

const isOfGroup = ({ groupId, notice }: WaitingMessage): boolean => groupId !== 0 && notice.kind === "incidents";

const asIs = (one: WaitingMessage): NextMessage => ({
  id: one.id,
  notice: one.notice,
  incidentIds: one.incidentIds,
  folds: [],
});

/** @param messages of one group, at least one */
function ofGroup(messages: readonly WaitingMessage[], zone: string): NextMessage {
  const newest = messages.at(-1)!;
  if (newest.attempts > 0) return asIs(messages[0]!);
  return {
    ...asIs(newest),
    notice: folded(messages, zone),
    incidentIds: [...new Set(messages.flatMap(({ incidentIds }) => incidentIds))],
    folds: messages.slice(0, -1).map(({ id }) => id),
  };
}

/** The newest word, with whatever earlier ones said that it does not. @param messages in order, at least one */
function folded(messages: readonly WaitingMessage[], zone: string): Notice {
  const newest = messages.at(-1)!;
  if (messages.length === 1) return newest.notice;
  const lines = new Map<string, NoticeLine>();
  const firedAt = new Map<string, number>();
  const resolvedAt = new Map<string, number>();
  const alerts = new Map<string, NoticeAlert>();
  for (const { notice, at } of messages) {
    for (const [key, line] of keyed(notice)) {
      lines.set(key, line);
      if (line.status === "firing" && !firedAt.has(key)) firedAt.set(key, at);
      if (line.status === "resolved") resolvedAt.set(key, at);
    }
    for (const alert of notice.alerts) alerts.set(alert.fingerprint, alert);
  }
  const own = new Set(keyed(newest.notice).map(([key]) => key));
  const told = (key: string): NoticeLine => {
    const line = lines.get(key)!;
    const [fired, resolved] = [firedAt.get(key), resolvedAt.get(key)];
    if (line.status !== "resolved" || fired === undefined || resolved === undefined) return line;
    const times = clockTexts([fired, resolved], zone);
    const both = WORDS[newest.notice.language].firedAndResolved(times[0] ?? "", times[1] ?? "");
    return { ...line, detail: line.detail === "" ? both : `${both} · ${line.detail}` };
  };
  const keys = [...own, ...[...lines.keys()].filter((key) => !own.has(key))];
  const all = keys.map(told);
  return {
    ...newest.notice,
    ...stateOf(all, newest.notice),
    lines: all,
    hasAmounts: messages.some(({ notice }) => notice.hasAmounts === true),
    alerts: inOrder(alerts, keys).slice(0, MOST_ALERTS),
  };
}

/** Those of the lines first, in their order. */
function inOrder(alerts: ReadonlyMap<string, NoticeAlert>, keys: readonly string[]): NoticeAlert[] {
  const named = new Set(keys);
  const others = [...alerts.values()].filter(({ fingerprint }) => !named.has(fingerprint));
  return [...keys.flatMap((key) => alerts.get(key) ?? []), ...others];
}

/** Several groups in one message; null when not even two fit. A group is told whole or not at all. */
function digestOf(groups: readonly (readonly WaitingMessage[])[], room: Room): NextMessage | null {
  const taken: WaitingMessage[] = [];
  const notices: Notice[] = [];
  let count = 0;
  for (const messages of groups) {
    const notice = folded(messages, room.zone);
    if (notices.length > 0 && count + notice.lines.length > room.digestLines) break;
    count += notice.lines.length;
    notices.push(notice);
    taken.push(...messages);
  }
  // it stands where one of its parts stood, so that what follows of these groups follows it
  const place = taken.find(({ attempts }) => attempts === 0);
  if (notices.length < 2 || place === undefined) return null;
  const { language } = notices[0]!;
  const lines = notices.flatMap((notice) => notice.lines);
  const state = stateOf(lines, notices[0]!);
  const words = WORDS[language];
  const word = state.status === "resolved" ? words.resolved : words.severity[state.severity];
  return {
    ...asIs(place),
    incidentIds: [...new Set(taken.flatMap(({ incidentIds }) => incidentIds))],
    folds: taken.filter((one) => one !== place).map(({ id }) => id),
    notice: {
      kind: "digest",
      ...state,
      language,
      seq: 0,
      isRepeat: false,
      groupKey: "digest",
      title: `[${word}] ${words.digestTitle(notices.length)}`,
      lines,
      more: notices.reduce((sum, { more }) => sum + more, 0),
      costPerHour: "",
      hasAmounts: notices.some((notice) => notice.hasAmounts === true),
      todo: "",
      links: [{ label: words.open, url: room.openUrl }],
      alerts: notices.flatMap(({ alerts }) => alerts).slice(0, MOST_ALERTS),
    },
  };
}

/** Lines by whose they are: an incident told in the transaction that opens it has a fingerprint and no number yet. */
const keyed = ({ lines, alerts }: Notice): (readonly [string, NoticeLine])[] =>
  lines.map((line, i) => [alerts[i]?.fingerprint ?? `#${line.no}`, line] as const);

function stateOf(lines: readonly NoticeLine[], usual: Notice): Pick<Notice, "status" | "severity"> {
  const firing = lines.filter(({ status }) => status === "firing");
  if (lines.length === 0) return { status: usual.status, severity: usual.severity };
  const status = firing.length === 0 ? "resolved" : firing.length === lines.length ? "firing" : "mixed";
  const spoken = new Set<Severity>((firing.length === 0 ? lines : firing).map(({ severity }) => severity));
  return { status, severity: SEVERITIES.find((one) => spoken.has(one)) ?? usual.severity };
}

/** Hour and minute in the zone of the installation; with the day when they are not of one day. */
function clockTexts(instants: readonly number[], zone: string): string[] {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const said = instants.map((at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { day: `${parts.get("month")}-${parts.get("day")}`, time: `${parts.get("hour")}:${parts.get("minute")}` };
  });
  const isOneDay = new Set(said.map(({ day }) => day)).size === 1;
  return said.map(({ day, time }) => (isOneDay ? time : `${day} ${time}`));
}
