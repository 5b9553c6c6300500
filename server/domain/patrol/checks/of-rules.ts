import type { CheckGroup } from "../../../../db/model/patrol.ts";
import type { TwoTongues } from "../../../../db/model/rule.ts";
import {
  BLIND_WORDS,
  blind,
  type Check,
  isWatched,
  NOT_WATCHED_WORDS,
  notWatched,
  type Seen,
  worstFirst,
} from "../check.ts";
import type { PatrolFacts, PatrolIncident } from "../patrol-facts.ts";

type Wanted = {
  readonly id: string;
  readonly group: CheckGroup;
  readonly title: TwoTongues;
  readonly advice: TwoTongues;
  readonly rules: readonly string[]; // ids; "family:network" = every rule of a family
};

/**
 * An item that rests on rules: bad where one of severity P1 fired, warn where another did, ok where none did although
 * they are listened for. Where none of its rules is on, said and without a fault, silence is no evidence: unknown.
 */
export const ofRules = ({ rules, ...words }: Wanted): Check => ({
  item: {
    ...words,
    unit: "incidents",
    source: "severity of the rules, docs/alerts.md",
    sentences: {
      ...BLIND_WORDS,
      ...NOT_WATCHED_WORDS,
      ok: {
        zh: "{listening} 条规则在看，期间没有触发",
        en: "{listening} rules listen; none fired in the period",
      },
      fired: {
        zh: "期间 {count} 次触发，其中 P1 {pages} 次；期末仍有 {open} 个未恢复",
        en: "Fired {count} times, {pages} of them P1; {open} still open at the end",
      },
      deaf: {
        zh: "相关规则没有可用数据：{rules}",
        en: "Nothing these rules read is said by anybody: {rules}",
      },
    },
  },
  see: (facts) => see(rules, facts),
});

function see(rules: readonly string[], facts: PatrolFacts): Seen {
  const isMine = ({ id, family }: { readonly id: string; readonly family: string }) =>
    rules.includes(id) || rules.includes(`family:${family}`);
  const fired = facts.incidents.filter(({ ruleId, family }) => isMine({ id: ruleId, family }));
  if (fired.length > 0) return troubled(fired);
  const unseen = blind(facts);
  if (unseen !== null) return unseen;
  if (facts.watch === null || !isWatched(facts)) return notWatched(facts);
  const watched = facts.watch.rules.filter(isMine);
  const listening = watched.filter(({ isEnabled, isSaid, hasFault }) => isEnabled && isSaid && !hasFault).length;
  if (listening === 0) {
    const names = watched.map(({ id }) => id);
    return { verdict: "unknown", because: "deaf", values: { rules: names.join(", ") }, measure: null, named: [] };
  }
  return { verdict: "ok", because: "ok", values: { listening }, measure: 0, named: [] };
}

function troubled(fired: readonly PatrolIncident[]): Seen {
  const pages = fired.filter(({ severity }) => severity === "P1").length;
  const weights = new Map<string, number>();
  for (const { subject, severity } of fired)
    weights.set(subject, (weights.get(subject) ?? 0) + (severity === "P1" ? 1_000 : 1));
  return {
    verdict: pages > 0 ? "bad" : "warn",
    because: "fired",
    values: { count: fired.length, pages, open: fired.filter(({ resolvedAt }) => resolvedAt === null).length },
    measure: fired.length,
    named: worstFirst(weights),
  };
}
