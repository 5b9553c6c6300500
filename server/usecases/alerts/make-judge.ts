import type { Channel, Notice } from "../../../db/model/channel.ts";
import { type Currency, decimalMoney } from "../../../db/model/money.ts";
import { shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { groupName } from "../../../db/store/alert-groups.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";
import { advance } from "../../domain/alerts/advance.ts";
import { fingerprintOf } from "../../domain/alerts/fingerprint.ts";
import { noticeOf, type Told } from "../../domain/alerts/notice.ts";
import { LINK_WORDS } from "../../domain/alerts/notice-words.ts";
import { shed } from "../../domain/alerts/shed.ts";
import { speak } from "../../domain/alerts/speak.ts";
import { evaluate } from "../../domain/health/evaluate.ts";
import type { Box } from "../../secrets/box.ts";
import { LINK_GOOD_MS, linkToken } from "../../secrets/link-token.ts";
import type { EngineJudge, SpeakStep, Spoken } from "./engine-judge.ts";

export type JudgeParts = {
  readonly zone: () => string;
  readonly currency: () => Currency;
  readonly publicUrl: () => string;
  readonly box: Box | null; // null = links that act cannot be signed: messages carry none
  /** What an hour of cards costs, each counted once; null = none of them is priced. */
  readonly hourlyOf: (cardIds: readonly number[]) => bigint | null;
};

/** The engine's decisions: the pure ones of the domain, with words, links and money of this installation. */
export function makeJudge(parts: JudgeParts): EngineJudge {
  return {
    evaluate,
    shed,
    fingerprintOf,
    advance,
    speak: (step) => spoken(parts, step),
  };
}

function spoken(parts: JudgeParts, step: SpeakStep): Spoken {
  const byFingerprint = new Map(step.incidents.map((one) => [one.fingerprint, one]));
  const ids = new Map(step.groups.map((group) => [groupName(group), group.id]));
  const speech = speak(step);
  // A node may be shared: who else holds its cards is not for the chat of one team (server/usecases/alerts/incident-sight.ts).
  const ofSome = new Set(step.routes.filter(({ where }) => "team" in where || "feature" in where).map(({ id }) => id));
  return {
    groups: [
      ...speech.born,
      ...speech.sayings.map(({ group }) => group).filter(({ said }) => Object.keys(said).length > 0),
    ],
    over: speech.over.flatMap((group) => ids.get(groupName(group)) ?? []),
    messages: speech.sayings.map((saying) => {
      const members = [...saying.firing, ...saying.resolved];
      const whole = members.flatMap(({ fingerprint }) => byFingerprint.get(fingerprint) ?? []);
      const isOfSome = ofSome.has(saying.group.routeId);
      const told = isOfSome ? whole.map((one) => ({ ...one, holders: [] })) : whole;
      const channel = step.channels.find(({ id }) => id === saying.group.channelId)!;
      return {
        group: saying.group,
        notice: noticeOf(saying, told, context(parts, step, channel)),
        fingerprints: told.map(({ fingerprint }) => fingerprint),
      };
    }),
    escalated: speech.escalated,
    nextAt: speech.nextAt,
  };
}

function context(parts: JudgeParts, step: SpeakStep, channel: Channel): Parameters<typeof noticeOf>[2] {
  const { language } = channel;
  const pageOf = ({ id }: Told) =>
    id === 0 ? `${parts.publicUrl()}/alerts` : `${parts.publicUrl()}/alerts/incidents/${id}`;
  return {
    language,
    zone: parts.zone(),
    ruleOf: (id) => step.rules.get(id)?.rule ?? null,
    showsMoney: channel.showsMoney !== false,
    costOf: (incidents) => {
      if (channel.showsMoney === false) return "";
      const hourly = parts.hourlyOf([...new Set(incidents.flatMap(({ cardIds }) => cardIds))]);
      return hourly === null ? "" : `${decimalMoney(hourly, 2)} ${parts.currency()}`;
    },
    links: (incidents) => linksOf(parts, incidents as readonly StoredIncident[], channel, step.now, pageOf),
    pageOf,
    now: step.now,
  };
}

/** Open, and for a single incident: acknowledge and mute, for a day. Only addresses of ours. */
function linksOf(
  { box, publicUrl }: JudgeParts,
  incidents: readonly StoredIncident[],
  { id: channelId, language }: Channel,
  now: UnixMs,
  pageOf: (one: StoredIncident) => string,
): Notice["links"] {
  const words = LINK_WORDS[language];
  const [first, ...others] = incidents;
  const isOne = first !== undefined && others.length === 0;
  const open = { label: words.open, url: isOne ? pageOf(first) : `${publicUrl()}/alerts` };
  if (!isOne || box === null || first.id === 0 || first.phase !== "firing") return [open];
  const act = (name: "ack" | "mute") => ({
    label: words[name],
    url: `${publicUrl()}/alert-act/${linkToken(box, { act: name, incidentId: first.id, channelId }, shift(now, LINK_GOOD_MS))}`,
  });
  return [open, act("ack"), act("mute")];
}
