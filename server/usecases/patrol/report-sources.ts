import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { readBookedTo } from "../../../db/store/booking.ts";
import { readFeatures } from "../../../db/store/features.ts";
import type { Config } from "../../config/config.ts";
import { createBoardPast } from "../board/board-past.ts";
import { createCosts } from "../costs/costs-port.ts";
import type { CostDeps } from "../costs/ports.ts";
import { createAliases } from "../pricing/aliases-port.ts";
import { pastNamed } from "../pricing/named-pools.ts";
import { createPricing } from "../pricing/pricing-port.ts";
import { Reads } from "../usage/usage-reads.ts";

/** What a report is gathered with: a database, the time and the configuration in force. No running server is needed. */
export type ReportParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: () => Config;
  /** The cost use-cases, where a report has them already: what they read once they remember. */
  readonly costs?: CostDeps;
};

/** The cost use-cases over the tables alone. Nothing is remembered between two reports. */
export async function reportCosts({ db, clock, config, costs }: ReportParts): Promise<CostDeps> {
  if (costs !== undefined) return costs;
  const [aliases, features] = [await createAliases(db, clock), await readFeatures(db)];
  return {
    clock,
    config: { current: config, faults: () => [], onChange: () => () => undefined },
    past: pastNamed(createBoardPast(db), aliases),
    pricing: createPricing({ db, clock, config }),
    aliases,
    costs: createCosts({ db, clock }),
    ledger: {
      asOf: () => readBookedTo(db),
      progress: () => null,
      recompute: () => Promise.reject(new Error("a report never works the ledger out anew")),
    },
    features: { list: () => features },
    usage: new Reads({ db, clock, zone: () => config().timeZone, errorOf: () => "" }),
  };
}
