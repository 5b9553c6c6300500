import type { Tx } from "../../../db/database.ts";
import type { CatalogueChange, WrittenCatalogue } from "../../../db/model/mapping-views.ts";
import type { OtherCostRow, UnitPriceRow, UsageSourceRow } from "../../../db/model/usage-views.ts";
import type { ChangeNote } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

/** What of a catalogue is about units and money. */
export type UnitsCatalogue = Pick<WrittenCatalogue, "unitPrices" | "otherCosts" | "revenue" | "usage">;

/** What a features.yaml needs of the units and money of features (server/usecases/usage/usage-port.ts). */
export type UnitsPort = {
  unitPrices(feature: string | null): Promise<readonly UnitPriceRow[]>;
  otherCostRows(feature: string | null): Promise<readonly OtherCostRow[]>;
  sources(feature: string | null): Promise<readonly UsageSourceRow[]>;
  /** Inside a transaction in which its features exist. What it does not mention stays. @throws ServiceError invalid */
  applyCatalogue(tx: Tx, catalogue: UnitsCatalogue, note: ChangeNote): Promise<readonly CatalogueChange[]>;
  /** Tells that it was committed. */
  changed(): void;
};

/** Where nothing counts units or money: a features.yaml may say nothing of them. */
export const NO_UNITS: UnitsPort = {
  unitPrices: async () => [],
  otherCostRows: async () => [],
  sources: async () => [],
  applyCatalogue: () =>
    Promise.reject(new ServiceError("invalid", "units and money are not kept here; leave them out")),
  changed: () => undefined,
};
