import type { BookingProgress } from "../../../db/model/ledger-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import type { UsagePort } from "../usage/usage-port.ts";
import type { CostsPort } from "./costs-port.ts";

/** What the questions about cost ask of the ledger besides its lines. */
export type BookedLedger = {
  /** Until when card time is booked; null = nothing is. */
  asOf(): Promise<UnixMs | null>;
  /** How far a re-pricing of booked hours is; null = none runs. */
  progress(): BookingProgress | null;
};

/** What answers the questions about cost. */
export type CostDeps = Pick<Deps, "clock" | "config" | "past" | "pricing" | "aliases"> & {
  readonly costs: CostsPort;
  readonly ledger: BookedLedger;
  readonly features: Pick<FeaturesPort, "list">;
  readonly usage: Pick<UsagePort, "units" | "revenue" | "otherCosts" | "sourcesOf" | "unitLines" | "onChange">;
};
