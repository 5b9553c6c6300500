import type { Silence } from "../../../db/model/channel.ts";
import type { Incident, IncidentEvent, SuppressedBy } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { breakers } from "./breaker.ts";
import { inhibitors } from "./inhibition.ts";
import { holdsAt, isAbout, placeOf } from "./silence-times.ts";

export type Suppressed = { readonly next: Incident; readonly event: IncidentEvent | null };

type Reason = { readonly by: SuppressedBy; readonly suppressor: string };

/**
 * Why an open incident is told to nobody just now: a loss too large to be believed (breaker), something larger that takes
 * it in (inhibition), maintenance, a silence; in this order, the first that holds. A filter and nothing else: without it
 * the same incidents stand there. Answers those for whom it changed.
 */
export function suppressions(
  open: readonly Incident[],
  rules: ReadonlyMap<string, RuleInForce>,
  silences: readonly Silence[],
  now: UnixMs,
): ReadonlyMap<string, Suppressed> {
  const holding = silences.filter((silence) => holdsAt(silence, now)).sort((a, b) => a.id - b.id);
  const breakerOf = breakers(open, rules);
  const inhibitorOf = inhibitors(open, rules);
  const changed = new Map<string, Suppressed>();
  for (const one of open) {
    const reason = named("breaker", breakerOf(one)) ?? named("inhibition", inhibitorOf(one)) ?? silenceOf(one, holding);
    const [by, suppressor] = reason === null ? [null, ""] : [reason.by, reason.suppressor];
    if (by === one.suppressedBy && suppressor === one.suppressor) continue;
    const isFirst = one.suppressedBy === null || by === null; // another reason for the same quiet is no event
    const event = { at: now, kind: by === null ? "revealed" : "suppressed", because: by ?? "", who: "" } as const;
    changed.set(one.fingerprint, {
      next: { ...one, suppressedBy: by, suppressor },
      event: isFirst ? { ...event, detail: suppressor } : null,
    });
  }
  return changed;
}

const named = (by: "breaker" | "inhibition", suppressor: Incident | null): Reason | null =>
  suppressor === null ? null : { by, suppressor: suppressor.fingerprint };

/** Maintenance before a silence, the older before the newer. */
function silenceOf(one: Incident, holding: readonly Silence[]): Reason | null {
  if (holding.length === 0) return null;
  const subject = { incident: one, place: placeOf(one) };
  const found = holding.filter((silence) => isAbout(silence, subject));
  const best = found.find(({ kind }) => kind === "maintenance") ?? found[0];
  return best === undefined ? null : { by: best.kind, suppressor: String(best.id) };
}
