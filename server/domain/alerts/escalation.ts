import type { Route } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";

export type Escalated = {
  readonly steps: number; // taken by now, those of before too
  readonly nextAt: number; // when the next one falls due, unix ms; Infinity = there is none
};

/**
 * How far an incident nobody acknowledged has gone up. Steps that were taken stay taken: who was called is told the end.
 * @param toldAt when its own channels were told, unix ms: what nobody heard of, nobody could acknowledge. null = not yet
 */
export function escalationOf(one: Incident, route: Route | undefined, toldAt: number | null, now: number): Escalated {
  const steps = route?.escalations ?? [];
  if (one.ackedBy !== "" || toldAt === null) return { steps: one.escalation, nextAt: Infinity };
  const due = steps.filter(({ afterMs }) => now - toldAt >= afterMs).length;
  const taken = Math.max(one.escalation, due);
  const next = steps[taken];
  return { steps: taken, nextAt: next === undefined ? Infinity : toldAt + next.afterMs };
}
