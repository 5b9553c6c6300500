import { type Micro, type MicroText, microText } from "../../db/model/money.ts";
import type { PeriodFacts, ReportFacts } from "../report-facts.ts";
import type { FunnelStep } from "../report-value.ts";
import { hasCards, microIn, msOf, ownedOf } from "./fleet.ts";

/** Bought → delivered → healthy → held → busy, in card-time; what is lost between two steps, in money. */
export function funnelOf({ now, prior }: ReportFacts): FunnelStep[] {
  const time = now.total.byState;
  const [steps, before] = [stepsOf(now), hasCards(prior) ? stepsOf(prior) : null];
  const known = (amount: Micro): MicroText | null =>
    ownedOf(time) > now.total.estimate.unpricedMs ? microText(amount) : null;
  const lost: Readonly<Record<FunnelStep["step"], FunnelStep["lostMicro"]>> = {
    bought: null,
    delivered: null, // what was bought and never came has no price in the ledger
    healthy: known(microIn(time, "fault") + microIn(time, "unknown")),
    held: known(microIn(time, "free")),
    busy: known(microIn(time, "idle_held") + microIn(time, "starting")),
  };
  return (["bought", "delivered", "healthy", "held", "busy"] as const).map((step) => ({
    step,
    ms: steps[step],
    beforeMs: before === null ? null : before[step],
    lostMicro: lost[step],
  }));
}

function stepsOf({ total: { byState: time }, declaredMs }: PeriodFacts): Record<FunnelStep["step"], number | null> {
  const owned = ownedOf(time);
  return {
    bought: declaredMs,
    delivered: owned,
    healthy: owned - msOf(time, "fault") - msOf(time, "unknown"),
    held: msOf(time, "busy") + msOf(time, "idle_held") + msOf(time, "starting"),
    busy: msOf(time, "busy"),
  };
}
