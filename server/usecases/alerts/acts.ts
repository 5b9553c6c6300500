import type { Incident, IncidentEvent, IncidentEventKind } from "../../../db/model/incident.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { ServiceError } from "../../errors.ts";
import type { Act } from "./engine-port.ts";

const said = (at: UnixMs, kind: IncidentEventKind, who: string, detail: string): IncidentEvent => ({
  at,
  kind,
  because: "",
  who,
  detail,
});

/** Somebody looks after it: nothing escalates from here on. */
export const acknowledge =
  (who: string, note: string): Act =>
  (one, now) => {
    if (one.ackedBy !== "")
      throw new ServiceError("invalid", `incident ${one.id} is acknowledged by ${one.ackedBy} already`);
    return { next: { ...one, ackedBy: who, ackedAt: now }, events: [said(now, "acknowledged", who, note)] };
  };

export const unacknowledge =
  (who: string): Act =>
  (one, now) => {
    if (one.ackedBy === "") throw new ServiceError("invalid", `incident ${one.id} is not acknowledged`);
    return { next: { ...one, ackedBy: "", ackedAt: null }, events: [said(now, "unacknowledged", who, "")] };
  };

/** @param assignee "" = nobody any more */
export const assign =
  (who: string, assignee: string): Act =>
  (one, now) => ({ next: { ...one, assignee }, events: [said(now, "assigned", who, assignee)] });

export const addNote =
  (who: string, text: string): Act =>
  (one, now) => ({ next: one, events: [said(now, "note", who, text)] });

/** A person says it is over. Should the condition still be seen, it opens anew as another incident. */
export const resolveByHand =
  (who: string, note: string): Act =>
  (one, now) => ({
    next: { ...one, phase: "resolved", resolvedAt: now, because: "by_person" } satisfies Incident,
    events: [{ ...said(now, "resolved", who, note), because: "by_person" }],
  });

/** A person says the breaker's loss is real: what it held back opens. */
export const confirmLoss =
  (who: string): Act =>
  (one, now) => {
    if (one.isConfirmed) throw new ServiceError("invalid", `incident ${one.id} is confirmed already`);
    return { next: { ...one, isConfirmed: true }, events: [said(now, "confirmed", who, "")] };
  };
