import type { UsagePort } from "../usage/usage-port.ts";

/** What a features.yaml needs of the units and money of features. */
export type UnitsPort = Pick<UsagePort, "unitPrices" | "otherCostRows" | "sources" | "applyCatalogue" | "changed">;
