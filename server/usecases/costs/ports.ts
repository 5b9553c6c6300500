import type { Deps } from "../../context.ts";
import type { LedgerPort } from "../ledger/ledger-port.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import type { CostsPort } from "./costs-port.ts";
import type { ToldUsage } from "./usage-days.ts";

/** What the money of days rests on. */
export type FactsDeps = Pick<Deps, "clock" | "config"> & {
  readonly past: Pick<Deps["past"], "pools">;
  readonly pricing: Pick<Deps["pricing"], "rates">;
  readonly costs: Pick<CostsPort, "days" | "prices" | "tiers">;
  readonly ledger: Pick<LedgerPort, "asOf">;
  readonly features: Pick<FeaturesPort, "list">;
};

/** What files of the ledger are made of. */
export type ExportDeps = FactsDeps & {
  readonly pricing: Pick<Deps["pricing"], "rates" | "prices">;
  readonly aliases: Pick<Deps["aliases"], "current">;
};

/** What answers the questions about cost. */
export type CostDeps = ExportDeps & {
  readonly costs: CostsPort;
  readonly ledger: Pick<LedgerPort, "asOf" | "progress" | "recompute">;
  readonly usage: ToldUsage;
};
