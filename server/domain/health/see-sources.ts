import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { Condition, Rule } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { aFinding, isWithin, saw } from "./finding.ts";
import { figure, type Values } from "./observed.ts";
import type { Round, RoundMoney, RoundSource, RuleSaw } from "./round.ts";
import { rounded } from "./shown.ts";

type Of<K extends Condition["kind"]> = Extract<Condition, { kind: K }>;

/** A rule about where readings come from. Sources stand nowhere: a rule that names places is about none of them. */
export function seeSources(rule: Rule, { fault, afterMs }: Of<"source">, round: Round): RuleSaw {
  const { at } = round;
  const isWatched = Object.keys(rule.where).length === 0;
  const findings = round.sources.flatMap((source): Finding[] => {
    const ms = troubleMs(source, fault, at);
    if (!isWatched || ms === null || ms < afterMs) return [];
    return [
      aFinding(rule, at, {
        labels: { source: source.name },
        since: fault === "down" && source.downSince !== null ? source.downSince : at,
        values: {
          source: source.name,
          seconds: rounded(ms / 1_000),
          minutes: Math.floor(ms / 60_000),
          down: source.targetsDown,
          targets: source.targets,
          fault: source.fault,
        },
        evidence: [figure(SIGNALS[fault], ms, afterMs, at, source.fault)],
      }),
    ];
  });
  return saw(rule, findings, ({ source: name }) => {
    const source = round.sources.find((one) => one.name === name);
    if (source === undefined) return "left";
    const ms = troubleMs(source, fault, at);
    return ms === null ? "absent" : ms < afterMs ? "clear" : "absent";
  });
}

const SIGNALS = { down: "sourceDownMs", slow: "sourceSlowMs", stale: "sourceStaleMs" } as const;

/** For how long it is in trouble, or takes; null = nobody can tell yet. */
function troubleMs(source: RoundSource, fault: Of<"source">["fault"], at: UnixMs): number | null {
  switch (fault) {
    case "down":
      if (!source.isDown) return source.lastSuccessAt === null ? null : 0; // never tried: neither up nor down
      return source.downSince === null ? null : at - source.downSince;
    case "slow":
      return source.durationMs;
    case "stale":
      // One that cannot be read at all is down, and told as that.
      return source.lastSuccessAt === null || source.isDown ? null : at - source.lastSuccessAt;
  }
}

/** A rule about money, of pools or of features. */
export function seeMoney(rule: Rule, { measure, compare, threshold }: Of<"money">, round: Round): RuleSaw {
  const rows = round.money.filter(({ scope }) => scope === rule.scope);
  const isOver = (value: number) => (compare === ">" ? value > threshold : value < threshold);
  const isOpen = (row: RoundMoney) => measure === "budget_pace" && row.isPaceAtLeast === true; // may be more, is not less
  const findings = rows.flatMap((row): Finding[] => {
    const value = measured(row, measure);
    const place: Values = row.labels;
    if (value === null || !isOver(value) || (isOpen(row) && compare !== ">") || !isWithin(rule.where, place)) return [];
    return [
      aFinding(rule, round.at, {
        labels: row.labels,
        since: row.asOf,
        cluster: row.labels["cluster"] ?? "",
        region: row.labels["region"] ?? "",
        poolId: row.poolId,
        values: {
          ...row.labels,
          pool: poolName(row.labels),
          value: rounded(value),
          threshold: rounded(threshold),
          percent: rounded(value * 100),
        },
        evidence: [figure(measure, value, threshold, row.asOf)],
      }),
    ];
  });
  return saw(rule, findings, (labels) => {
    if (rows.length === 0) return "absent"; // not known yet
    const row = rows.find((one) => keyOf(one.labels) === keyOf(labels));
    if (row === undefined) return "left";
    const value = measured(row, measure);
    return value === null || isOver(value) || isOpen(row) ? "absent" : "clear";
  });
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A pool as people call it: whose it is, where it stands, and what it is made of. */
const poolName = ({ vendor, region, cluster, model, billing }: Labels): string =>
  [vendor, cluster ?? region, model, billing].filter((part) => part !== undefined && part !== "").join(" ");

function measured({ wastePerDay, budgetPace, margin }: RoundMoney, measure: Of<"money">["measure"]): number | null {
  switch (measure) {
    case "waste_per_day":
      return wastePerDay;
    case "budget_pace":
      return budgetPace;
    case "margin":
      return margin;
  }
}
