import type { LifeStep } from "../../../db/model/inventory.ts";
import type { StepFault } from "../../domain/inventory/life.ts";

const iso = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

/** Why a step was refused, for the person who entered it: the card, what is wrong, the way out. */
export function stepSentence(step: Pick<LifeStep, "card" | "stage" | "at">, fault: StepFault): string {
  const card = step.card.slice(0, 80);
  switch (fault.kind) {
    case "future":
      return `${card}: ${iso(step.at)} is still to come; enter the step when it has happened`;
    case "before_last":
      return `${card}: ${iso(step.at)} is before its last step of ${iso(fault.last)}; steps are appended in order, so enter a correcting one`;
    case "before_seen":
      return `${card}: ${step.stage} at ${iso(step.at)} is before the card was first seen at ${iso(fault.firstSeen)}; enter an instant from then on`;
    case "illegal":
      return `${card}: ${step.stage} cannot follow ${fault.from ?? "nothing"}; what can: ${fault.allowed.join(", ")}`;
  }
}
