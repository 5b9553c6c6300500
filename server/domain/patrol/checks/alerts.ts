import { DAY_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import {
  type Check,
  isWatched,
  NO_WATCH,
  NOT_WATCHED_WORDS,
  notWatched,
  MOST_NAMED,
  reached,
  type Seen,
  worstFirst,
} from "../check.ts";
import type { PatrolFacts } from "../patrol-facts.ts";

/** How long a page may wait for a person. "ours" */
const ACK_MS = 30 * MINUTE_MS;

const unacked: Check = {
  item: {
    id: "alerts.unacked",
    group: "alerts",
    title: { zh: "没人认领的告警", en: "Incidents nobody took" },
    unit: "incidents",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "没有超过 30 分钟没人认领的 P1、P2", en: "No P1 or P2 waits for a person for over 30 minutes" },
      found: {
        zh: "{count} 个告警超过 30 分钟没人认领，其中 P1 {pages} 个",
        en: "{count} incidents wait for a person for over 30 minutes, {pages} of them P1",
      },
    },
    advice: {
      zh: "指定值班人认领；不需要处理的就降级或静默",
      en: "Name who is on duty; lower or silence what needs nobody",
    },
    source: "30 minutes: ours",
  },
  see: (facts) => {
    const { incidents, to } = facts;
    const open = incidents.filter(
      ({ severity, resolvedAt, ackedAt, firedAt, isSuppressed }) =>
        severity !== "P3" && resolvedAt === null && ackedAt === null && !isSuppressed && to - firedAt > ACK_MS,
    );
    if (open.length === 0 && !isWatched(facts)) return notWatched(facts);
    const pages = open.filter(({ severity }) => severity === "P1").length;
    return {
      verdict: pages > 0 ? "bad" : open.length > 0 ? "warn" : "ok",
      because: open.length > 0 ? "found" : "ok",
      values: { count: open.length, pages },
      measure: open.length,
      named: worstFirst(new Map(open.map(({ subject, firedAt }) => [subject, to - firedAt]))),
    };
  },
};

const flapping: Check = {
  item: {
    id: "alerts.flapping",
    group: "alerts",
    title: { zh: "反复抖动的告警", en: "Incidents that flap" },
    unit: "incidents",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "没有抖动", en: "None flapped" },
      found: {
        zh: "{count} 个告警反复触发又恢复，涉及规则 {rules}",
        en: "{count} incidents came and went, of rules {rules}",
      },
    },
    advice: {
      zh: "拉长恢复等待或调整阈值，用规则实验室回放验证",
      en: "Wait longer before resolving or move the threshold; replay it in the rule lab",
    },
    source: "one is a warning, five are bad: ours",
  },
  see: (facts) => {
    const { incidents } = facts;
    const flaps = incidents.filter(({ isFlapping }) => isFlapping);
    if (flaps.length === 0 && !isWatched(facts)) return notWatched(facts);
    const verdict = reached(flaps.length, 1, 5);
    return {
      verdict,
      because: verdict === "ok" ? "ok" : "found",
      values: { count: flaps.length, rules: [...new Set(flaps.map(({ ruleId }) => ruleId))].toSorted().join(", ") },
      measure: flaps.length,
      named: worstFirst(countBy(flaps.map(({ subject }) => subject))),
    };
  },
};

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const noise: Check = {
  item: {
    id: "alerts.noise",
    group: "alerts",
    title: { zh: "告警量", en: "Pages per day" },
    unit: "per_day",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "每天 {perDay} 个 P1、P2", en: "{perDay} P1 and P2 a day" },
      found: {
        zh: "每天 {perDay} 个 P1、P2，最多的规则是 {rule}",
        en: "{perDay} P1 and P2 a day, most of them of {rule}",
      },
    },
    advice: {
      zh: "从触发最多的规则下手：修根因，或调规则",
      en: "Begin with the rule that fires most: mend the cause, or the rule",
    },
    source: "Google SRE: two pages a shift; 10 and 50 a day of a fleet: ours",
  },
  see: (facts) => {
    const { from, to, incidents } = facts;
    const fired = incidents.filter(({ severity, firedAt }) => severity !== "P3" && firedAt >= from);
    if (fired.length === 0 && !isWatched(facts)) return notWatched(facts);
    const perDay = fired.length / Math.max((to - from) / DAY_MS, 1 / 24);
    const rules = worstFirst(countBy(fired.map(({ ruleId }) => ruleId)));
    const verdict = reached(perDay, 10, 50);
    const values = { perDay, rule: rules[0] ?? null };
    return { verdict, because: verdict === "ok" ? "ok" : "found", values, measure: perDay, named: rules };
  },
};

const delivery: Check = {
  item: {
    id: "alerts.delivery",
    group: "alerts",
    title: { zh: "消息送达", en: "Messages delivered" },
    unit: "messages",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "{delivered} 条送达，没有放弃的", en: "{delivered} delivered, none given up" },
      found: { zh: "{dead} 条放弃投递，{delivered} 条送达", en: "{dead} were given up, {delivered} delivered" },
      silent: {
        zh: "期间一条消息也没发出，投递是否正常无从得知",
        en: "No message was sent: whether they arrive is not known",
      },
      failing: { zh: "渠道正在失败", en: "Channels are failing" },
    },
    advice: {
      zh: "在渠道页发一条测试消息，修好后重放死信",
      en: "Send a test from the channels page; mend it and replay what was given up",
    },
    source: "a message given up is bad: ours",
  },
  see: ({ messages: { delivered, dead }, channels }) => {
    const failing = channels?.failing ?? [];
    const because = dead > 0 ? "found" : failing.length > 0 ? "failing" : delivered > 0 ? "ok" : "silent";
    const verdict = ({ found: "bad", failing: "warn", ok: "ok", silent: "unknown" } as const)[because];
    const measure = because === "silent" ? null : dead;
    return { verdict, because, values: { delivered, dead }, measure, named: failing.slice(0, MOST_NAMED) };
  },
};

const told: Check = {
  item: {
    id: "alerts.told",
    group: "alerts",
    title: { zh: "告警有人收", en: "Somebody is told" },
    unit: "channels",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "{channels} 个渠道、{routes} 条路由", en: "{channels} channels, {routes} routes" },
      one: { zh: "只有 1 个渠道：它一坏就没人知道", en: "There is one channel only: when it breaks nobody is told" },
      none: { zh: "没有渠道或路由，告警发不出去", en: "There is no channel or no route: nobody is told of anything" },
    },
    advice: { zh: "至少配两个不同平台的渠道", en: "Have at least two channels on different platforms" },
    source: "two ways out: ours",
  },
  see: ({ channels }) => {
    if (channels === null) return NO_WATCH;
    const { enabled, routes } = channels;
    const because = enabled === 0 || routes === 0 ? "none" : enabled === 1 ? "one" : "ok";
    const verdict = ({ none: "bad", one: "warn", ok: "ok" } as const)[because];
    return { verdict, because, values: { channels: enabled, routes }, measure: enabled, named: [] };
  },
};

const silences: Check = {
  item: {
    id: "alerts.silences",
    group: "alerts",
    title: { zh: "静默", en: "Silences" },
    unit: "silences",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "{count} 个静默生效，都在 7 天以内", en: "{count} silences hold, none for over 7 days" },
      old: { zh: "{old} 个静默已超过 7 天", en: "{old} silences hold for over 7 days" },
      endless: {
        zh: "{endless} 个静默没有结束时间且超过 7 天",
        en: "{endless} silences without an end hold for over 7 days",
      },
    },
    advice: {
      zh: "逐个确认还需不需要；需要的改规则，不需要的结束",
      en: "Ask of each whether it is needed; change the rule, or end it",
    },
    source: "7 days: ours",
  },
  see: ({ silences: all, to }) => {
    const old = all.filter(({ from }) => to - from > 7 * DAY_MS);
    const endless = old.filter((one) => one.to === null);
    return {
      verdict: endless.length > 0 ? "bad" : old.length > 0 ? "warn" : "ok",
      because: endless.length > 0 ? "endless" : old.length > 0 ? "old" : "ok",
      values: { count: all.length, old: old.length, endless: endless.length },
      measure: old.length,
      named: [...endless, ...old.filter((one) => one.to !== null)].slice(0, MOST_NAMED).map(({ why }) => why),
    };
  },
};

const rules: Check = {
  item: {
    id: "alerts.rules",
    group: "alerts",
    title: { zh: "规则在工作", en: "Rules at work" },
    unit: "rules",
    sentences: {
      ...NOT_WATCHED_WORDS,
      ok: { zh: "{working} 条规则在工作", en: "{working} rules are at work" },
      faults: { zh: "{faults} 条规则无法判断", en: "{faults} rules cannot be evaluated" },
      off: { zh: "{off} 条内置规则被关闭", en: "{off} rules are switched off" },
      stopped: { zh: "规则判断停了", en: "Rules are not being judged" },
    },
    advice: { zh: "看规则页上的故障说明", en: "See on the rules page what is at fault" },
    source: "a rule nobody can evaluate is bad, one switched off a warning: ours",
  },
  see: (facts) => seeRules(facts),
};

function seeRules({ watch }: PatrolFacts): Seen {
  if (watch === null) return NO_WATCH;
  const broken = watch.rules.filter(({ isEnabled, hasFault }) => isEnabled && hasFault);
  const off = watch.rules.filter(({ isEnabled }) => !isEnabled);
  const working = watch.rules.filter(({ isEnabled, isSaid, hasFault }) => isEnabled && isSaid && !hasFault).length;
  const because = !watch.isJudging ? "stopped" : broken.length > 0 ? "faults" : off.length > 0 ? "off" : "ok";
  return {
    verdict: ({ stopped: "bad", faults: "bad", off: "warn", ok: "ok" } as const)[because],
    because,
    values: { working, faults: broken.length, off: off.length },
    measure: working,
    named: [...broken, ...off].slice(0, MOST_NAMED).map(({ id }) => id),
  };
}

export const ALERT_CHECKS: readonly Check[] = [unacked, flapping, noise, delivery, told, silences, rules];
