import type { HolderMatch } from "../../../db/model/feature.ts";
import type { WrittenRule } from "../../../db/model/mapping-views.ts";
import { HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { instantOf, readInstant, wallOf } from "../pricing/wall-clock.ts";
import { compileMatch } from "./assign.ts";
import { nameFault, shown, wayOut, type WrittenFault, type WrittenPath } from "./faults.ts";

/** More rules than this and nobody knows any more which one takes a pod. */
export const MOST_RULES = 1_000;
const MOST_NAME = 120;
const MOST_LABELS = 20;
const LABEL = /^[A-Za-z_]\w{0,199}$/;

/** A rule as it was written, read: instants are instants, the feature still a key. */
export type ReadRule = {
  readonly name: string;
  readonly feature: string; // key
  readonly match: HolderMatch;
  readonly from: UnixMs; // 0 = since ever
  readonly to: UnixMs | null;
};

export type RuleContext = {
  /** Features rules may name; isArchived ones only for hours that are over. */
  readonly features: ReadonlyMap<string, { readonly isArchived: boolean }>;
  readonly zone: string;
  readonly now: UnixMs;
};

/** Reads rules in the order they are to be asked in, with everything that is wrong with them. */
export function readRules(
  written: readonly WrittenRule[],
  context: RuleContext,
  root: WrittenPath = ["rules"],
): { readonly rules: readonly ReadRule[]; readonly faults: readonly WrittenFault[] } {
  const faults: WrittenFault[] = [];
  if (written.length > MOST_RULES)
    faults.push({
      code: "too_long",
      at: root,
      value: `${written.length} rules`,
      ...wayOut("at_most", String(MOST_RULES)),
    });
  const rules = written.slice(0, MOST_RULES).map((rule, i) => readRule(rule, context, [...root, i], faults));
  faults.push(...clashes(rules, root));
  return { rules, faults };
}

function readRule(
  { name, feature, match, from, to }: WrittenRule,
  { features, zone, now }: RuleContext,
  at: WrittenPath,
  faults: WrittenFault[],
): ReadRule {
  const plain = name.trim();
  const named = plain === "" ? { code: "bad_value" as const, ...wayOut("name") } : nameFault(plain, MOST_NAME);
  if (named !== null) faults.push({ ...named, at: [...at, "name"], value: shown(name) });
  const window = {
    from: from === undefined ? unixMs(0) : readHour(from, zone, [...at, "from"], faults),
    to: to === undefined ? null : readHour(to, zone, [...at, "to"], faults),
  };
  if (window.to !== null && window.to <= window.from)
    faults.push({
      code: "bad_window",
      at: [...at, "to"],
      value: shown(to),
      hint: `the rule ends before it begins; write an end after ${from ?? "its beginning"}, or leave it out`,
    });
  const known = features.get(feature);
  if (known === undefined)
    faults.push({
      code: "unknown_feature",
      at: [...at, "feature"],
      value: shown(feature),
      hint: "there is no feature of this key; add it under features, or correct the key",
    });
  else if (known.isArchived && (window.to === null || window.to > now))
    faults.push({
      code: "unknown_feature",
      at: [...at, "feature"],
      value: shown(feature),
      hint: "the feature is archived; take it back, or end the rule",
    });
  readMatch(match, [...at, "match"], faults);
  return { name: plain, feature, match: plainMatch(match), ...window };
}

/** An instant rules may change at. A fault answers the beginning of time, so that one mistake is told once. */
function readHour(text: string, zone: string, at: WrittenPath, faults: WrittenFault[]): UnixMs {
  const instant = readInstant(text, zone);
  if (instant === null) {
    faults.push({
      code: "bad_value",
      at,
      value: shown(text),
      ...wayOut("day_or_hour"),
    });
    return unixMs(0);
  }
  if (instant % HOUR_MS !== 0)
    faults.push({
      code: "not_whole_hour",
      at,
      value: shown(text),
      hint: `the ledger counts in whole hours of UTC; write ${writeHour(unixMs(Math.round(instant / HOUR_MS) * HOUR_MS), zone)}`,
    });
  return instant;
}

function readMatch(match: HolderMatch, at: WrittenPath, faults: WrittenFault[]): void {
  const labels = Object.keys(match.labels ?? {});
  if (labels.length > MOST_LABELS)
    faults.push({
      code: "too_long",
      at: [...at, "labels"],
      value: `${labels.length} labels`,
      ...wayOut("at_most", String(MOST_LABELS)),
    });
  for (const label of labels.filter((name) => !LABEL.test(name)))
    faults.push({
      code: "bad_value",
      at: [...at, "labels", label],
      value: shown(label),
      ...wayOut(
        "label_name",
        shown(label)
          .replaceAll(/\W/g, "_")
          .replace(/^(?=\d)/, "_"),
      ),
    });
  for (const { field, value, code, hint } of compileMatch(match).faults)
    faults.push({ code, at: [...at, ...pathOf(field)], value: shown(value), hint });
}

const pathOf = (field: string): string[] =>
  field.startsWith("labels.") ? ["labels", field.slice("labels.".length)] : [field];

/** Without what is not said. */
function plainMatch({ labels, ...texts }: HolderMatch): HolderMatch {
  const said = Object.entries(texts).filter(([, pattern]) => pattern !== undefined);
  const named = Object.entries(labels ?? {});
  return Object.fromEntries(
    named.length === 0 ? said : [...said, ["labels", Object.fromEntries(named)]],
  ) as HolderMatch;
}

/** Of one name two rules may not be in force at an instant: nobody could say which one is meant. */
function clashes(rules: readonly ReadRule[], root: WrittenPath): WrittenFault[] {
  const byName = new Map<string, { readonly rule: ReadRule; readonly place: number }[]>();
  const faults: WrittenFault[] = [];
  for (const [place, rule] of rules.entries()) {
    const others = byName.get(rule.name) ?? [];
    byName.set(rule.name, [...others, { rule, place }]);
    const other = rule.name === "" ? undefined : others.find(({ rule: one }) => overlap(one, rule));
    if (other === undefined) continue;
    const isTwice = other.rule.from === rule.from && other.rule.to === rule.to;
    faults.push({
      code: isTwice ? "duplicate_name" : "overlap",
      at: [...root, place, isTwice ? "name" : rule.from > other.rule.from ? "from" : "to"],
      value: shown(rule.name),
      hint: isTwice
        ? `rule ${other.place + 1} has this name too; give one of them another`
        : `rule ${other.place + 1} of the same name holds then too; end one where the other begins`,
    });
  }
  return faults;
}

const overlap = (a: ReadRule, b: ReadRule): boolean => a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity);

/** An instant as readRules reads it back: a day, or an hour of the zone, else of UTC. */
export function writeHour(at: UnixMs, zone: string): string {
  const wall = new Date(wallOf(at, zone)).toISOString();
  const text = wall.endsWith("T00:00:00.000Z") ? wall.slice(0, 10) : wall.slice(0, 16);
  const isExact = at % MINUTE_MS === 0 && instantOf(wallOf(at, zone), zone) === at;
  return isExact ? text : new Date(at).toISOString();
}
