import { type HolderMatch, type KnownHolder, type MappingRule } from "../../../db/model/feature.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { type PatternReading, readPattern } from "./pattern.ts";

/** Hours `[fromHour, toHour)` since 1970 in which one rule takes a holder. toHour null = until changed. */
export type Stretch = {
  readonly fromHour: number;
  readonly toHour: number | null;
  readonly featureId: number;
  readonly ruleId: number;
};

type Taker = (holder: KnownHolder) => boolean;

/** A rule ready to be asked. */
export type CompiledRule = Stretch & { readonly takes: Taker };

/** Where a match cannot be read. */
export type MatchFault = Extract<PatternReading, { ok: false }> & { readonly field: string; readonly value: string };

const TEXTS = ["cluster", "namespace", "pod", "owner"] as const;

/** What a match asks of a holder, or everything that is wrong with it. */
export function compileMatch(match: HolderMatch): { readonly takes: Taker; readonly faults: readonly MatchFault[] } {
  const faults: MatchFault[] = [];
  const checks: Taker[] = [];
  const read = (field: string, pattern: string, textOf: (holder: KnownHolder) => string | undefined) => {
    const reading = readPattern(pattern);
    if (!reading.ok) return void faults.push({ ...reading, field, value: pattern });
    const { takes } = reading;
    checks.push((holder) => {
      const text = textOf(holder);
      return text !== undefined && takes(text);
    });
  };
  for (const field of TEXTS) {
    const pattern = match[field];
    if (pattern !== undefined) read(field, pattern, (holder) => holder[field]);
  }
  for (const [label, pattern] of Object.entries(match.labels ?? {}))
    read(`labels.${label}`, pattern, (holder) => holder.labels.get(label));
  return { takes: (holder) => checks.every((check) => check(holder)), faults };
}

/**
 * Rules ready to be asked, in the order they are asked in.
 * @throws RangeError for a pattern that cannot be read: those in the table were read before they were written
 */
export const compileRules = (
  rules: readonly Omit<MappingRule, "knownFrom" | "knownTo" | "revision">[],
): CompiledRule[] =>
  rules
    .toSorted((a, b) => a.position - b.position || a.from - b.from || a.id - b.id)
    .map(({ id, name, featureId, match, from, to }) => {
      const { takes, faults } = compileMatch(match);
      const [fault] = faults;
      if (fault !== undefined) throw new RangeError(`mapping rule ${name}: ${fault.field}: ${fault.hint}`);
      const [fromHour, toHour] = [from / HOUR_MS, to === null ? null : to / HOUR_MS];
      return { ruleId: id, featureId, fromHour, toHour, takes };
    });

/** The rule that takes a holder in an hour: the first that is in force and matches; null = none does. */
export const matchHolder = (rules: readonly CompiledRule[], holder: KnownHolder, hour: number): CompiledRule | null =>
  rules.find((rule) => rule.fromHour <= hour && (rule.toHour === null || hour < rule.toHour) && rule.takes(holder)) ??
  null;

/** Every hour of a holder that a rule takes, ascending, without overlap: for each hour what matchHolder says. */
export function assign(rules: readonly CompiledRule[], holder: KnownHolder): Stretch[] {
  const taken: Stretch[] = [];
  let open: readonly Span[] = ALWAYS;
  for (const rule of rules) {
    const inForce = open.flatMap((span) => overlap(span, rule));
    if (inForce.length === 0 || !rule.takes(holder)) continue;
    const { featureId, ruleId } = rule;
    for (const span of inForce) taken.push({ ...span, featureId, ruleId });
    open = open.flatMap((span) => without(span, rule));
    if (open.length === 0) break;
  }
  return taken.toSorted((a, b) => a.fromHour - b.fromHour);
}

type Span = Pick<Stretch, "fromHour" | "toHour">;
const ALWAYS: readonly Span[] = [{ fromHour: 0, toHour: null }];

const endOf = ({ toHour }: Span): number => toHour ?? Infinity;
const span = (from: number, to: number): Span[] =>
  from < to ? [{ fromHour: from, toHour: to === Infinity ? null : to }] : [];

const overlap = (a: Span, b: Span): Span[] => span(Math.max(a.fromHour, b.fromHour), Math.min(endOf(a), endOf(b)));

const without = (a: Span, b: Span): Span[] => [
  ...span(a.fromHour, Math.min(endOf(a), b.fromHour)),
  ...span(Math.max(a.fromHour, endOf(b)), endOf(a)),
];

/** Whose a holder is in an hour; null = no rule takes it. */
export const stretchAt = (stretches: readonly Stretch[], hour: number): Stretch | null =>
  stretches.find(({ fromHour, toHour }) => fromHour <= hour && (toHour === null || hour < toHour)) ?? null;

/** Whether two assignments of one holder are the same, rules included. */
export const isSameAssignment = (a: readonly Stretch[], b: readonly Stretch[]): boolean =>
  a.length === b.length &&
  a.every((one, i) => {
    const other = b[i] as Stretch;
    return (
      one.fromHour === other.fromHour &&
      one.toHour === other.toHour &&
      one.featureId === other.featureId &&
      one.ruleId === other.ruleId
    );
  });
