import { CollectError } from "../../../collectors/collector.ts";
import { adapted, USAGE_ADAPTERS } from "../../../collectors/usage/adapters.ts";
import { counterSelector, printCounter } from "../../../collectors/usage/counter-selector.ts";
import type { PromqlUsage } from "../../../db/model/feature.ts";
import { MICRO, parseMoney, type Micro } from "../../../db/model/money.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { WrittenPromql } from "../../../db/model/usage-views.ts";
import { didYouMean } from "../../config/did-you-mean.ts";

/** What is wrong with a source as it is written. */
export type PromqlFault = {
  readonly at: readonly (string | number)[]; // ["good", 0]
  readonly code: "bad_value" | "unknown_key" | "too_long";
  readonly value: string;
  readonly hint: string;
};
export type PromqlReading =
  | { readonly ok: true; readonly promql: PromqlUsage }
  | { readonly ok: false; readonly faults: readonly PromqlFault[] };

/** Counters of one kind a source may sum, and characters of one selector. */
const MOST_SELECTORS = 20;
const MOST_CHARACTERS = 2_000;
const ROLES = ["good", "failed", "minus"] as const;

/**
 * What a written source means, or everything that is wrong with it.
 * @param prometheis names of the Prometheus sources of the configuration; null = not looked at
 */
export function readPromql(written: WrittenPromql, prometheis: readonly string[] | null): PromqlReading {
  const faults: PromqlFault[] = [];
  const fault = (at: PromqlFault["at"], value: string, hint: string): void =>
    void faults.push({ at, code: "bad_value", value: value.slice(0, 80), hint });
  const { prometheus, adapter, match } = written;
  if (prometheis !== null && !prometheis.includes(prometheus))
    fault(["prometheus"], prometheus, unknownPrometheus(prometheus, prometheis));
  const base = adapter === undefined ? null : fromAdapter(adapter, match ?? "", fault);
  if (adapter === undefined && match !== undefined)
    fault(["match"], match, "match goes with an adapter; write the matchers into each selector of good instead");
  if (adapter !== undefined)
    for (const role of ROLES)
      if (written[role] !== undefined && written[role].length > 0)
        fault([role], `${written[role].length} selectors`, `the adapter says them; leave out ${role}, or the adapter`);
  const selectors = adapter === undefined ? readSelectors(written, fault) : null;
  const unitsPerCount = readFactor(written.unitsPerCount, base?.unitsPerCount ?? MICRO, fault);
  const said = base ?? selectors;
  if (faults.length > 0 || said === null) return { ok: false, faults };
  return {
    ok: true,
    promql: { prometheus, good: said.good, failed: said.failed, minus: said.minus, unitsPerCount },
  };
}

type Say = (at: PromqlFault["at"], value: string, hint: string) => void;

function unknownPrometheus(name: string, known: readonly string[]): string {
  if (known.length === 0) return "dapan.yaml has no source of type prometheus; add one first (docs/configuration.md)";
  const meant = didYouMean(name, known);
  return meant === null
    ? `write the name of a Prometheus source of dapan.yaml: ${known.join(", ")}`
    : `did you mean ${meant}?`;
}

function fromAdapter(id: string, match: string, fault: Say): Omit<PromqlUsage, "prometheus"> | null {
  const adapter = USAGE_ADAPTERS.find((one) => one.id === id);
  if (adapter === undefined) {
    const ids = USAGE_ADAPTERS.map((one) => one.id);
    const meant = didYouMean(id, ids);
    fault(["adapter"], id, meant === null ? `write one of ${ids.join(", ")}` : `did you mean ${meant}?`);
    return null;
  }
  if (match.length > MOST_CHARACTERS) {
    fault(["match"], match, `write at most ${MOST_CHARACTERS} characters`);
    return null;
  }
  try {
    return adapted(adapter, match);
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    fault(["match"], match, error.message);
    return null;
  }
}

function readSelectors(written: WrittenPromql, fault: Say): Pick<PromqlUsage, "good" | "failed" | "minus"> {
  const before = written.good ?? [];
  if (before.length === 0)
    fault(["good"], "nothing", 'name an adapter, or the counters: good: [app_generations_total{feature="chat"}]');
  const read = (role: (typeof ROLES)[number]): string[] => {
    const selectors = written[role] ?? [];
    if (selectors.length > MOST_SELECTORS)
      fault([role], `${selectors.length} selectors`, `write at most ${MOST_SELECTORS}`);
    return selectors.slice(0, MOST_SELECTORS).flatMap((text, i) => {
      if (text.length > MOST_CHARACTERS) fault([role, i], text, `write at most ${MOST_CHARACTERS} characters`);
      else
        try {
          return [printCounter(counterSelector(text))];
        } catch (error) {
          if (!(error instanceof CollectError)) throw error;
          fault([role, i], text, error.message);
        }
      return [];
    });
  };
  return { good: read("good"), failed: read("failed"), minus: read("minus") };
}

function readFactor(text: string | undefined, usual: Micro, fault: Say): Micro {
  if (text === undefined || text.trim() === "") return usual;
  const factor = parseMoney(text);
  if (factor !== null && factor > 0n) return factor;
  fault(
    ["unitsPerCount"],
    text,
    "write a decimal above 0 with at most six places: 0.001 where 1,000 counts are a unit",
  );
  return usual;
}

/** What usage_source.config holds of a promql source. */
export type PromqlConfig = {
  readonly promql: PromqlUsage;
  readonly since: UnixMs; // read from this hour on
  readonly written: WrittenPromql;
};

/** What was written, its parts in one order and without the ones that say nothing: so that two writings can be compared. */
export function plainWritten(written: WrittenPromql): WrittenPromql {
  const { prometheus, adapter, match, good, failed, minus, unitsPerCount } = written;
  const some = (list: readonly string[] | undefined) => (list === undefined || list.length === 0 ? undefined : list);
  const parts = { adapter, match, good: some(good), failed: some(failed), minus: some(minus), unitsPerCount };
  const said = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return { prometheus, ...Object.fromEntries(said) };
}

/** As JSON: the selectors as they were resolved, so that a later release of the adapters does not change what is counted. */
export const configOf = ({ promql, since, written }: PromqlConfig): unknown => ({
  ...promql,
  unitsPerCount: promql.unitsPerCount.toString(),
  since,
  written,
});

/** What was stored; null for what we did not write. */
export function configFrom(stored: unknown): PromqlConfig | null {
  if (typeof stored !== "object" || stored === null) return null;
  const { prometheus, good, failed, minus, unitsPerCount, since, written } = stored as Record<string, unknown>;
  const texts = [good, failed, minus].map((list) =>
    Array.isArray(list) && list.every((one) => typeof one === "string") ? list : null,
  );
  const [goodTexts, failedTexts, minusTexts] = texts;
  if (typeof prometheus !== "string" || typeof unitsPerCount !== "string" || typeof since !== "number") return null;
  if (!goodTexts || !failedTexts || !minusTexts || !/^\d+$/.test(unitsPerCount)) return null;
  return {
    promql: {
      prometheus,
      good: goodTexts,
      failed: failedTexts,
      minus: minusTexts,
      unitsPerCount: BigInt(unitsPerCount),
    },
    since: unixMs(since),
    written: written as WrittenPromql, // written by configOf only
  };
}
