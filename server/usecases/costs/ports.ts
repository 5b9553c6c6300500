import type { Deps } from "../../context.ts";
import type { LedgerPort } from "../ledger/ledger-port.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import type { UsageReads } from "../usage/usage-port.ts";
import type { CostsPort } from "./costs-port.ts";

/** What answers the questions about cost. */
export type CostDeps = Pick<Deps, "clock" | "config" | "past" | "pricing" | "aliases"> & {
  readonly costs: CostsPort;
  readonly ledger: Pick<LedgerPort, "asOf" | "progress" | "recompute">;
  readonly features: Pick<FeaturesPort, "list">;
  readonly usage: UsageReads;
};
