import type { Condition } from "../../../db/model/rule.ts";
import { observeEvents, observeNpuFaults } from "./observe-events.ts";
import { observeBits, observeIncrease, observeLevel, observeLimit } from "./observe-levels.ts";
import { observePeers, observeWork } from "./observe-work.ts";
import { ABSENT, BREACH, CLEAR, type Explained, type Observed } from "./observed.ts";
import type { Round } from "./round.ts";

/** What a condition about single cards says of each of them. null = it is about something else than a card. */
export function observe(condition: Condition, round: Round): Observed | null {
  switch (condition.kind) {
    case "level":
      return observeLevel(condition, round);
    case "limit":
      return observeLimit(condition, round);
    case "increase":
      return observeIncrease(condition, round);
    case "bits":
      return observeBits(condition, round);
    case "event":
      return observeEvents(condition, round);
    case "npu_fault":
      return observeNpuFaults(condition, round);
    case "below_peers":
      return observePeers(condition, round);
    case "work":
      return observeWork(condition, round);
    case "all":
    case "any":
      return combined(condition, round);
    default:
      return null;
  }
}

/**
 * All: in breach when every part is, clear when one part is, else absent: one part that is evidently well is enough.
 * Any: in breach when one part is, clear when every part is, else absent: what was not said may be what is wrong.
 */
function combined(condition: Condition & { kind: "all" | "any" }, round: Round): Observed | null {
  const parts: Observed[] = [];
  for (const part of condition.of) {
    const observed = observe(part, round);
    if (observed === null) return null;
    parts.push(observed);
  }
  const [strong, weak] = condition.kind === "all" ? [CLEAR, BREACH] : [BREACH, CLEAR];
  const says = new Uint8Array(round.cards.count);
  if (parts.length > 0)
    for (let row = 0; row < says.length; row += 1) {
      let said: number = weak;
      for (let i = 0; i < parts.length && said !== strong; i += 1) {
        const one = parts[i]!.says[row]!;
        if (one === strong || one === ABSENT) said = one;
      }
      says[row] = said;
    }
  return {
    says,
    explain: (row) => together(parts.filter((part) => part.says[row] === BREACH).map((p) => p.explain(row))),
  };
}

/** Of several the first one's words count; all of them are so only since the last one began. */
function together(parts: readonly Explained[]): Explained {
  const begun = parts.map(({ since }) => since).filter((since) => !Number.isNaN(since));
  return {
    evidence: parts.flatMap(({ evidence }) => evidence),
    values: Object.assign({}, ...parts.toReversed().map(({ values }) => values)) as Explained["values"],
    since: begun.length === 0 ? Number.NaN : Math.max(...begun),
  };
}
