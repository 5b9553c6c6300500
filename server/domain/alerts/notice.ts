import type { Language, Notice, NoticeAlert, NoticeLine } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import { type Action, ACTIONS, type Rule, SEVERITIES, type Severity } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { comparesMoney } from "../health/compares-money.ts";
import { fill, oneLine } from "./fill.ts";
import { ACTION_WORDS, SEVERITY_WORDS, WORDS } from "./notice-words.ts";
import { SYSTEM_RULES } from "./system-rules.ts";
import type { Saying } from "./turn.ts";

/** An incident with what its row knows beside its life. */
export type Told = Incident & {
  readonly id: number; // 0 = it is written in the same transaction, and has no number yet
  readonly holders: readonly string[];
};

export type NoticeContext = {
  readonly language: Language;
  readonly zone: string;
  readonly showsMoney?: boolean; // false = sentences name no amounts. Left out = they do
  readonly ruleOf: (ruleId: string) => Rule | null;
  /** What an hour of the cards of these incidents costs, each card once, in words with its currency; "" = not known. */
  readonly costOf: (incidents: readonly Told[]) => string;
  readonly links: (incidents: readonly Told[]) => Notice["links"];
  readonly pageOf: (incident: Told) => string; // address of its page
  readonly now: UnixMs;
};

/** Incidents told one by one; the rest is a number and a link (ALR-04). */
export const MOST_LINES = 20;
/** Machines get more: their senders cut to what a receiver takes. */
const MOST_ALERTS = 200;

/** The message of a group: it can be read alone, without the page, by somebody who was asleep a minute ago. */
export function noticeOf(saying: Saying, told: readonly Told[], context: NoticeContext): Notice {
  const { language } = context;
  const tongue = language === "zh-CN" ? "zh" : "en";
  const sorted = [...told].sort(byUrgency);
  const firing = sorted.filter(({ phase }) => phase === "firing");
  const severity = worst(firing.length > 0 ? firing : sorted);
  const status = firing.length === 0 ? "resolved" : firing.length === sorted.length ? "firing" : "mixed";
  return {
    kind: "incidents",
    status,
    severity,
    language,
    seq: saying.group.seq,
    isRepeat: false,
    groupKey: `${saying.group.routeId}|${saying.group.key}`, // what one route says is over may go on for another
    title: titleOf(sorted, severity, status, context),
    lines: sorted.slice(0, MOST_LINES).map((one) => lineOf(one, context)),
    more: Math.max(0, sorted.length - MOST_LINES),
    costPerHour: firing.length === 0 ? "" : context.costOf(firing),
    hasAmounts: context.showsMoney !== false && sorted.some((one) => isOfMoney(ruleOf(one, context))),
    todo: firing.length === 0 ? "" : ACTION_WORDS[actionOf(sorted[0]!, context)][tongue],
    links: context.links(sorted),
    alerts: sorted.slice(0, MOST_ALERTS).map((one) => alertOf(one, context)),
  };
}

/** Severity word, what, where; of several, how many. */
function titleOf(
  sorted: readonly Told[],
  severity: Severity,
  status: Notice["status"],
  context: NoticeContext,
): string {
  const words = WORDS[context.language];
  const first = sorted[0]!;
  const head = status === "resolved" ? words.resolved : SEVERITY_WORDS[context.language][severity];
  const cards = new Set(sorted.flatMap(({ cardIds }) => cardIds)).size;
  const what = whatOf(first, context);
  const many = sorted.length > 1 ? ` ${words.andMore(sorted.length - 1, cards)}` : "";
  return `[${head}] ${what}${many}`;
}

function lineOf(one: Told, context: NoticeContext): NoticeLine {
  const words = WORDS[context.language];
  const details = [
    one.cardIds.length > 0 ? words.cards(one.cardIds.length) : "",
    one.holders.length > 0 ? words.holders(one.holders.map(oneLine)) : "",
    one.isFlapping ? words.flapping : "",
    one.ackedBy === "" ? "" : words.acked(oneLine(one.ackedBy)),
  ];
  return {
    status: one.phase === "resolved" ? "resolved" : "firing",
    no: one.id,
    severity: one.severity,
    what: whatOf(one, context),
    where: whereOf(one),
    since: timeOf(one.since, context) + (one.resolvedAt === null ? "" : ` – ${timeOf(one.resolvedAt, context)}`),
    detail: details.filter((part) => part !== "").join(words.comma),
  };
}

const whatOf = (one: Told, context: NoticeContext): string => {
  const rule = ruleOf(one, context);
  const summary = rule?.summary ?? { zh: one.ruleId, en: one.ruleId };
  if (context.showsMoney === false && isOfMoney(rule))
    return fill(summary, {
      ...one.labels,
      pool: one.values["pool"] ?? "",
      value: HIDDEN,
      threshold: HIDDEN,
      percent: HIDDEN,
    })[context.language === "zh-CN" ? "zh" : "en"];
  return fill(summary, { ...one.labels, ...one.values })[context.language === "zh-CN" ? "zh" : "en"];
};

const isOfMoney = (rule: Rule | null): boolean => rule !== null && comparesMoney(rule.condition);
const HIDDEN = "•••";

const whereOf = ({ region, cluster, nodeKey, labels }: Told): string =>
  [region, cluster, nodeKey.slice(nodeKey.lastIndexOf("/") + 1), labels["card"] ?? ""]
    .map(oneLine)
    .filter((part) => part !== "")
    .join(" / ");

const ruleOf = ({ ruleId }: Told, context: NoticeContext): Rule | null =>
  context.ruleOf(ruleId) ?? SYSTEM_RULES.find(({ rule }) => rule.id === ruleId)?.rule ?? null;

/** What to do first: as the event itself says (an XID, a fault code), else as its rule does. */
const actionOf = (one: Told, context: NoticeContext): Action =>
  ACTIONS.find((action) => action === one.values["action"]) ?? ruleOf(one, context)?.action ?? "investigate";

/** For machines: labels that identify, and a few they route by. Our own names win. */
function alertOf(one: Told, context: NoticeContext): NoticeAlert {
  const { severity, ruleId, cluster, region } = one;
  const extra = {
    alertname: ruleId,
    severity,
    cluster,
    region,
    node: one.nodeKey.slice(one.nodeKey.lastIndexOf("/") + 1),
  };
  const labels = Object.entries({ ...one.labels, ...extra }).filter(([, value]) => value !== "");
  return {
    fingerprint: one.fingerprint,
    status: one.phase === "resolved" ? "resolved" : "firing",
    labels: Object.fromEntries(labels),
    annotations: {
      summary: whatOf(one, context),
      description: whereOf(one),
      action: ACTION_WORDS[actionOf(one, context)][context.language === "zh-CN" ? "zh" : "en"],
      incident: String(one.id),
    },
    startsAt: one.since,
    endsAt: one.resolvedAt,
    url: context.pageOf(one),
  };
}

const worst = (some: readonly Told[]): Severity =>
  SEVERITIES.find((severity) => some.some((one) => one.severity === severity)) ?? "P3";

/** What fires before what is over, the severer first, then the one that takes out most, then the oldest. */
const byUrgency = (a: Told, b: Told): number =>
  Number(a.phase === "resolved") - Number(b.phase === "resolved") ||
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  b.cardIds.length - a.cardIds.length ||
  a.since - b.since ||
  (a.fingerprint < b.fingerprint ? -1 : 1);

/** "11-22 16:05": the day matters at night, the year does not. */
function timeOf(at: UnixMs, { zone }: NoticeContext): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get("month")}-${parts.get("day")} ${parts.get("hour")}:${parts.get("minute")}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit" as const;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: "h23",
  });
  formats.set(timeZone, format);
  return format;
}
